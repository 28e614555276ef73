// What the machine does for the library: functions without bodies, each the native of its name.
//
// A type is named by a number, zero for that of a nil interface. A name may have a suffix behind an
// underscore where one native serves several types of pointers.
package machine

// The program.
func Exit(status int)
func Yield()
func Collect()
func Goroutines() int
func Background()
func Discount(goroutines int)
func Write(descriptor int, b []byte)
func Arguments() []string
func Fatal(text string)
func Raise(text string)
func Goexit()
func Caller(skip int) (function string, line int)
func Statistics(into []uint64)
func Random() uint64

// Time.
func Sleep(nanoseconds int64)
func Clock() (wall, monotonic int64)

// Waiting: at a semaphore, for a lock.
func Acquire(semaphore *uint32, reason string)
func Release(semaphore *uint32)
func Lock(word *uint32, reason string)
func TryLock(word *uint32) bool
func Unlock(word *uint32) bool

// Numbers.
func Unary(function int, x float64) float64
func Binary(function int, x, y float64) float64
func FloatBits(f float64) uint64
func FloatFromBits(b uint64) float64
func Float32Bits(f float32) uint32
func Float32FromBits(b uint32) float32
func FloatText(f float64, form byte, precision, bits int) string
func ParseFloat(s string, bits int) (value float64, ok bool)

// Characters: the general category, and the counterpart in another case.
func RuneClass(r rune) int
func RuneCase(r rune, form int) rune

// Types.
func TypeOf(x any) int
func TypeName(t int) string
func TypeKind(t int) int
func TypeElement(t int) int
func TypeKey(t int) int
func TypeCount(t int) int
func FieldName(t, index int) string
func FieldFlags(t, index int) int
func FieldType(t, index int) int
func IsComparable(x any) bool

// Values of any type.
func Word(x any) uint64
func Pointer(x any) uintptr
func Text(x any) string
func Bytes(x any) []byte
func Length(x any) int
func Element(x any, index int) any
func Pointee(x any) any
func Entries(x any, into []any)
func Swap(slice any, i, j int)
func Assign(pointer, value any) bool

// StringOf is a string of these bytes, which nobody changes any more.
func StringOf(b []byte) string

// Kinds of types.
const (
	Invalid = iota
	Bool
	Int
	Int8
	Int16
	Int32
	Int64
	Uint
	Uint8
	Uint16
	Uint32
	Uint64
	Uintptr
	Float32
	Float64
	Complex64
	Complex128
	Array
	Chan
	Func
	Interface
	Map
	Ptr
	Slice
	String
	Struct
)
