// Packages that work on data only: `strings`, `strconv`, `math`, `sort`, `bytes`.

extension PackageText {
  static let strings = """
    package strings
    func Contains(s, substr string) bool
    func ContainsRune(s string, r rune) bool
    func Count(s, substr string) int
    func EqualFold(s, t string) bool
    func Fields(s string) []string
    func HasPrefix(s, prefix string) bool
    func HasSuffix(s, suffix string) bool
    func Index(s, substr string) int
    func IndexByte(s string, c byte) int
    func IndexRune(s string, r rune) int
    func Join(elems []string, sep string) string
    func LastIndex(s, substr string) int
    func Map(mapping func(rune) rune, s string) string
    func Repeat(s string, count int) string
    func Replace(s, old, new string, n int) string
    func ReplaceAll(s, old, new string) string
    func Split(s, sep string) []string
    func SplitN(s, sep string, n int) []string
    func Title(s string) string
    func ToLower(s string) string
    func ToUpper(s string) string
    func Trim(s, cutset string) string
    func TrimLeft(s, cutset string) string
    func TrimRight(s, cutset string) string
    func TrimPrefix(s, prefix string) string
    func TrimSuffix(s, suffix string) string
    func TrimSpace(s string) string
    type Builder struct { buf []byte }
    func (b *Builder) Grow(n int)
    func (b *Builder) Len() int
    func (b *Builder) Reset()
    func (b *Builder) String() string
    func (b *Builder) Write(p []byte) (int, error)
    func (b *Builder) WriteByte(c byte) error
    func (b *Builder) WriteRune(r rune) (int, error)
    func (b *Builder) WriteString(s string) (int, error)
    """

  static let strconv = """
    package strconv
    type NumError struct { Func, Num string; Err error }
    func (e *NumError) Error() string
    func (e *NumError) Unwrap() error
    var ErrRange, ErrSyntax error
    func Atoi(s string) (int, error)
    func Itoa(i int) string
    func FormatInt(i int64, base int) string
    func FormatUint(i uint64, base int) string
    func FormatFloat(f float64, fmt byte, prec, bitSize int) string
    func FormatBool(b bool) string
    func ParseInt(s string, base int, bitSize int) (i int64, err error)
    func ParseUint(s string, base int, bitSize int) (uint64, error)
    func ParseFloat(s string, bitSize int) (float64, error)
    func ParseBool(str string) (bool, error)
    func Quote(s string) string
    func Unquote(s string) (string, error)
    """

  static let math = """
    package math
    const (
      E = 2.71828182845904523536028747135266249775724709369995957496696763
      Pi = 3.14159265358979323846264338327950288419716939937510582097494459
      Phi = 1.61803398874989484820458683436563811772030917980576286213544862
      Sqrt2 = 1.41421356237309504880168872420969807856967187537694807317667974
      Ln2 = 0.693147180559945309417232121458176568075500134360255254120680009
      MaxFloat32 = 0x1p127 * (1 + (1 - 0x1p-23))
      SmallestNonzeroFloat32 = 0x1p-126 * 0x1p-23
      MaxFloat64 = 0x1p1023 * (1 + (1 - 0x1p-52))
      SmallestNonzeroFloat64 = 0x1p-1022 * 0x1p-52
      MaxInt = 1<<63 - 1
      MinInt = -1 << 63
      MaxInt8 = 1<<7 - 1
      MinInt8 = -1 << 7
      MaxInt16 = 1<<15 - 1
      MinInt16 = -1 << 15
      MaxInt32 = 1<<31 - 1
      MinInt32 = -1 << 31
      MaxInt64 = 1<<63 - 1
      MinInt64 = -1 << 63
      MaxUint = 1<<64 - 1
      MaxUint8 = 1<<8 - 1
      MaxUint16 = 1<<16 - 1
      MaxUint32 = 1<<32 - 1
      MaxUint64 = 1<<64 - 1
    )
    func Abs(x float64) float64
    func Ceil(x float64) float64
    func Copysign(f, sign float64) float64
    func Cos(x float64) float64
    func Exp(x float64) float64
    func Float32bits(f float32) uint32
    func Float32frombits(b uint32) float32
    func Float64bits(f float64) uint64
    func Float64frombits(b uint64) float64
    func Floor(x float64) float64
    func Hypot(p, q float64) float64
    func Inf(sign int) float64
    func IsInf(f float64, sign int) bool
    func IsNaN(f float64) (is bool)
    func Log(x float64) float64
    func Log2(x float64) float64
    func Log10(x float64) float64
    func Max(x, y float64) float64
    func Min(x, y float64) float64
    func Mod(x, y float64) float64
    func NaN() float64
    func Pow(x, y float64) float64
    func Round(x float64) float64
    func Signbit(x float64) bool
    func Sin(x float64) float64
    func Sqrt(x float64) float64
    func Tan(x float64) float64
    func Trunc(x float64) float64
    """

  static let sort = """
    package sort
    type Interface interface { Len() int; Less(i, j int) bool; Swap(i, j int) }
    func Sort(data Interface)
    func Stable(data Interface)
    func IsSorted(data Interface) bool
    func Ints(x []int)
    func Strings(x []string)
    func Float64s(x []float64)
    func IntsAreSorted(x []int) bool
    func StringsAreSorted(x []string) bool
    func Slice(x any, less func(i, j int) bool)
    func SliceStable(x any, less func(i, j int) bool)
    func Search(n int, f func(int) bool) int
    func SearchInts(a []int, x int) int
    func SearchStrings(a []string, x string) int
    """

  static let bytes = """
    package bytes
    func Compare(a, b []byte) int
    func Contains(b, subslice []byte) bool
    func Equal(a, b []byte) bool
    func HasPrefix(s, prefix []byte) bool
    func HasSuffix(s, suffix []byte) bool
    func Index(s, sep []byte) int
    func IndexByte(b []byte, c byte) int
    func Repeat(b []byte, count int) []byte
    func ToUpper(s []byte) []byte
    func TrimSpace(s []byte) []byte
    type Reader struct { s []byte; i int64 }
    func NewReader(b []byte) *Reader
    func (r *Reader) Read(b []byte) (n int, err error)
    func (r *Reader) Len() int
    type Buffer struct { buf []byte; off int }
    func (b *Buffer) Bytes() []byte
    func (b *Buffer) Len() int
    func (b *Buffer) Reset()
    func (b *Buffer) String() string
    func (b *Buffer) Write(p []byte) (n int, err error)
    func (b *Buffer) WriteByte(c byte) error
    func (b *Buffer) WriteRune(r rune) (n int, err error)
    func (b *Buffer) WriteString(s string) (n int, err error)
    """
}
