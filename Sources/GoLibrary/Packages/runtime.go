// Package runtime: what a program can ask of the machine that runs it.
package runtime

import "internal/machine"

const (
	GOOS     = "linux"
	GOARCH   = "amd64"
	Compiler = "gc"
)

type Error interface {
	error
	RuntimeError()
}

type TypeAssertionError struct{ text string }

func (*TypeAssertionError) RuntimeError()   {}
func (e *TypeAssertionError) Error() string { return e.text }

type MemStats struct {
	Alloc         uint64
	TotalAlloc    uint64
	Sys           uint64
	Lookups       uint64
	Mallocs       uint64
	Frees         uint64
	HeapAlloc     uint64
	HeapSys       uint64
	HeapIdle      uint64
	HeapInuse     uint64
	HeapReleased  uint64
	HeapObjects   uint64
	StackInuse    uint64
	StackSys      uint64
	MSpanInuse    uint64
	MSpanSys      uint64
	MCacheInuse   uint64
	MCacheSys     uint64
	BuckHashSys   uint64
	GCSys         uint64
	OtherSys      uint64
	NextGC        uint64
	LastGC        uint64
	PauseTotalNs  uint64
	PauseNs       [256]uint64
	PauseEnd      [256]uint64
	NumGC         uint32
	NumForcedGC   uint32
	GCCPUFraction float64
	EnableGC      bool
	DebugGC       bool
}

// ReadMemStats fills in what the node's heap counts.
func ReadMemStats(m *MemStats) {
	s := make([]uint64, 10)
	machine.Statistics(s)
	m.Alloc, m.HeapAlloc = s[0], s[0]
	m.TotalAlloc = s[1]
	m.Sys = s[2]
	m.HeapSys = s[2]
	m.Mallocs, m.Frees = s[3], s[4]
	m.HeapInuse, m.HeapIdle, m.HeapReleased = s[5], s[6], s[7]
	m.HeapObjects = s[8]
	m.NumGC = uint32(s[9])
	m.EnableGC = true
}

func GC()                       { machine.Collect() }
func Gosched()                  { machine.Yield() }
func Goexit()                   { machine.Goexit() }
func NumGoroutine() int         { return machine.Goroutines() }
func NumCPU() int               { return 1 }
func NumCgoCall() int64         { return 0 }
func KeepAlive(x any)           {}
func Version() string           { return "go1.27" }
func GOROOT() string            { return "/usr/local/go" }
func LockOSThread()             {}
func UnlockOSThread()           {}

// SetFinalizer looks at its arguments and keeps nothing: finalizers are never run. Go promises no
// more, and a program must not depend on them.
func SetFinalizer(obj any, finalizer any) {
	if obj == nil {
		machine.Fatal("runtime.SetFinalizer: first argument is nil")
	}
	t := machine.TypeOf(obj)
	if machine.TypeKind(t) != machine.Ptr {
		machine.Fatal("runtime.SetFinalizer: first argument is " + machine.TypeName(t) + ", not pointer")
	}
	if machine.Pointer(obj) == 0 {
		machine.Fatal("runtime.SetFinalizer: pointer not in heap")
	}
	if finalizer == nil {
		return
	}
	if f := machine.TypeOf(finalizer); machine.TypeKind(f) != machine.Func {
		machine.Fatal("runtime.SetFinalizer: second argument is " + machine.TypeName(f) + ", not a function")
	}
}

// GOMAXPROCS is 1: the goroutines of a program on a node take turns.
func GOMAXPROCS(n int) int { return 1 }

// Caller knows functions and lines; a program has one file.
func Caller(skip int) (pc uintptr, file string, line int, ok bool) {
	function, line := machine.Caller(skip + 1)
	if function == "" {
		return 0, "", 0, false
	}
	return 1, "main.go", line, true
}
