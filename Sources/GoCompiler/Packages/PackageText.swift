// The packages that programs may import, as Go declarations.
//
// Their signatures are written in Go and read by the same parser and checker as programs: there is
// no second notation to keep right. Bodies are absent, because the functions are built into the
// virtual machine. What a package here does not declare, a program cannot use, and is told so as
// for any undefined name.

package enum PackageText {
  /// By import path.
  static let all: [String: String] = [
    "errors": errors, "fmt": fmt, "io": io, "math": math, "os": os, "runtime": runtime,
    "sort": sort, "strconv": strconv, "strings": strings, "sync": sync,
    "sync/atomic": atomic, "time": time, "bytes": bytes, "testing": testing,
  ]

  /// Packages of Go that are refused with a reason.
  static let refused: [String: String] = [
    "C": "cgo is not supported",
    "reflect": "package reflect is not supported: types are not values at run time",
    "unsafe": "package unsafe is not supported: memory is reached through typed references only",
  ]

  /// Some programs name its types; there is nothing to call.
  private static let testing = """
    package testing
    type B struct { N int }
    type T struct { failed bool }
    """

  private static let errors = """
    package errors
    func New(text string) error
    func Is(err, target error) bool
    func As(err error, target any) bool
    func Unwrap(err error) error
    func Join(errs ...error) error
    """

  private static let io = """
    package io
    type Writer interface { Write(p []byte) (n int, err error) }
    type Reader interface { Read(p []byte) (n int, err error) }
    var EOF error
    """

  private static let fmt = """
    package fmt
    import "io"
    type Stringer interface { String() string }
    type State interface {
      Write(b []byte) (n int, err error)
      Width() (wid int, ok bool)
      Precision() (prec int, ok bool)
      Flag(c int) bool
    }
    type Formatter interface { Format(f State, verb rune) }
    type GoStringer interface { GoString() string }
    func Print(a ...any) (n int, err error)
    func Printf(format string, a ...any) (n int, err error)
    func Println(a ...any) (n int, err error)
    func Sprint(a ...any) string
    func Sprintf(format string, a ...any) string
    func Sprintln(a ...any) string
    func Fprint(w io.Writer, a ...any) (n int, err error)
    func Fprintf(w io.Writer, format string, a ...any) (n int, err error)
    func Fprintln(w io.Writer, a ...any) (n int, err error)
    func Errorf(format string, a ...any) error
    """

  private static let os = """
    package os
    type File struct { descriptor int }
    func (f *File) Write(b []byte) (n int, err error)
    func (f *File) WriteString(s string) (n int, err error)
    var Args []string
    var Stdin, Stdout, Stderr *File
    func Exit(code int)
    func Getenv(key string) string
    """

  private static let runtime = """
    package runtime
    const GOOS = "linux"
    const GOARCH = "amd64"
    const Compiler = "gc"
    type Error interface { error; RuntimeError() }
    type TypeAssertionError struct { text string }
    func (*TypeAssertionError) RuntimeError()
    func (e *TypeAssertionError) Error() string
    type MemStats struct {
      Alloc, TotalAlloc, Sys, Lookups, Mallocs, Frees uint64
      HeapAlloc, HeapSys, HeapIdle, HeapInuse, HeapReleased, HeapObjects uint64
      StackInuse, StackSys, NextGC, LastGC, PauseTotalNs uint64
      PauseNs [256]uint64
      NumGC, NumForcedGC uint32
      GCCPUFraction float64
      EnableGC, DebugGC bool
    }
    func GC()
    func Gosched()
    func Goexit()
    func GOMAXPROCS(n int) int
    func NumCPU() int
    func NumGoroutine() int
    func ReadMemStats(m *MemStats)
    func KeepAlive(x any)
    func SetFinalizer(obj any, finalizer any)
    func Version() string
    func Caller(skip int) (pc uintptr, file string, line int, ok bool)
    func LockOSThread()
    func UnlockOSThread()
    """

  private static let sync = """
    package sync
    type Locker interface { Lock(); Unlock() }
    type Mutex struct { state int32; sema uint32 }
    func (m *Mutex) Lock()
    func (m *Mutex) TryLock() bool
    func (m *Mutex) Unlock()
    type RWMutex struct { w Mutex; readers int32 }
    func (rw *RWMutex) Lock()
    func (rw *RWMutex) Unlock()
    func (rw *RWMutex) RLock()
    func (rw *RWMutex) RUnlock()
    type WaitGroup struct { state uint64 }
    func (wg *WaitGroup) Add(delta int)
    func (wg *WaitGroup) Done()
    func (wg *WaitGroup) Wait()
    func (wg *WaitGroup) Go(f func())
    type Once struct { done uint32; m Mutex }
    func (o *Once) Do(f func())
    """

  private static let atomic = """
    package atomic
    func AddInt32(addr *int32, delta int32) (new int32)
    func AddInt64(addr *int64, delta int64) (new int64)
    func AddUint32(addr *uint32, delta uint32) (new uint32)
    func AddUint64(addr *uint64, delta uint64) (new uint64)
    func LoadInt32(addr *int32) (val int32)
    func LoadInt64(addr *int64) (val int64)
    func LoadUint32(addr *uint32) (val uint32)
    func LoadUint64(addr *uint64) (val uint64)
    func StoreInt32(addr *int32, val int32)
    func StoreInt64(addr *int64, val int64)
    func StoreUint32(addr *uint32, val uint32)
    func StoreUint64(addr *uint64, val uint64)
    func CompareAndSwapInt32(addr *int32, old, new int32) (swapped bool)
    func CompareAndSwapInt64(addr *int64, old, new int64) (swapped bool)
    func CompareAndSwapUint32(addr *uint32, old, new uint32) (swapped bool)
    func CompareAndSwapUint64(addr *uint64, old, new uint64) (swapped bool)
    type Int32 struct { v int32 }
    func (x *Int32) Load() int32
    func (x *Int32) Store(val int32)
    func (x *Int32) Add(delta int32) (new int32)
    func (x *Int32) CompareAndSwap(old, new int32) (swapped bool)
    type Int64 struct { v int64 }
    func (x *Int64) Load() int64
    func (x *Int64) Store(val int64)
    func (x *Int64) Add(delta int64) (new int64)
    func (x *Int64) CompareAndSwap(old, new int64) (swapped bool)
    """

  private static let time = """
    package time
    type Duration int64
    const (
      Nanosecond Duration = 1
      Microsecond = 1000 * Nanosecond
      Millisecond = 1000 * Microsecond
      Second = 1000 * Millisecond
      Minute = 60 * Second
      Hour = 60 * Minute
    )
    func (d Duration) Nanoseconds() int64
    func (d Duration) Microseconds() int64
    func (d Duration) Milliseconds() int64
    func (d Duration) Seconds() float64
    func (d Duration) String() string
    type Time struct { wall uint64; ext int64 }
    func (t Time) Sub(u Time) Duration
    func (t Time) Add(d Duration) Time
    func (t Time) UnixNano() int64
    func (t Time) Unix() int64
    func (t Time) Before(u Time) bool
    func (t Time) After(u Time) bool
    func (t Time) IsZero() bool
    type Month int
    func Now() Time
    func Since(t Time) Duration
    func Sleep(d Duration)
    func After(d Duration) <-chan Time
    func Tick(d Duration) <-chan Time
    """
}
