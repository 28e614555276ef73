// Package math: floats, constants, and the limits of types.
package math

import "internal/machine"

const (
	E       = 2.71828182845904523536028747135266249775724709369995957496696763
	Pi      = 3.14159265358979323846264338327950288419716939937510582097494459
	Phi     = 1.61803398874989484820458683436563811772030917980576286213544862
	Sqrt2   = 1.41421356237309504880168872420969807856967187537694807317667974
	SqrtE   = 1.64872127070012814684865078781416357165377610071014801157507931
	SqrtPi  = 1.77245385090551602729816748334114518279754945612238712821380779
	SqrtPhi = 1.27201964951406896425242246173749149171560804184009624861664038
	Ln2     = 0.693147180559945309417232121458176568075500134360255254120680009
	Log2E   = 1 / Ln2
	Ln10    = 2.30258509299404568401799145468436420760110148862877297603332790
	Log10E  = 1 / Ln10

	MaxFloat32             = 0x1p127 * (1 + (1 - 0x1p-23))
	SmallestNonzeroFloat32 = 0x1p-126 * 0x1p-23
	MaxFloat64             = 0x1p1023 * (1 + (1 - 0x1p-52))
	SmallestNonzeroFloat64 = 0x1p-1022 * 0x1p-52

	MaxInt    = 1<<63 - 1
	MinInt    = -1 << 63
	MaxInt8   = 1<<7 - 1
	MinInt8   = -1 << 7
	MaxInt16  = 1<<15 - 1
	MinInt16  = -1 << 15
	MaxInt32  = 1<<31 - 1
	MinInt32  = -1 << 31
	MaxInt64  = 1<<63 - 1
	MinInt64  = -1 << 63
	MaxUint   = 1<<64 - 1
	MaxUint8  = 1<<8 - 1
	MaxUint16 = 1<<16 - 1
	MaxUint32 = 1<<32 - 1
	MaxUint64 = 1<<64 - 1
)

func Float64bits(f float64) uint64     { return machine.FloatBits(f) }
func Float64frombits(b uint64) float64 { return machine.FloatFromBits(b) }
func Float32bits(f float32) uint32     { return machine.Float32Bits(f) }
func Float32frombits(b uint32) float32 { return machine.Float32FromBits(b) }

func Floor(x float64) float64       { return machine.Unary(0, x) }
func Ceil(x float64) float64        { return machine.Unary(1, x) }
func Trunc(x float64) float64       { return machine.Unary(2, x) }
func Sqrt(x float64) float64        { return machine.Unary(3, x) }
func Sin(x float64) float64         { return machine.Unary(4, x) }
func Cos(x float64) float64         { return machine.Unary(5, x) }
func Tan(x float64) float64         { return machine.Unary(6, x) }
func Asin(x float64) float64        { return machine.Unary(7, x) }
func Acos(x float64) float64        { return machine.Unary(8, x) }
func Atan(x float64) float64        { return machine.Unary(9, x) }
func Exp(x float64) float64         { return machine.Unary(10, x) }
func Log(x float64) float64         { return machine.Unary(11, x) }
func Log10(x float64) float64       { return machine.Unary(13, x) }
func Log1p(x float64) float64       { return machine.Unary(14, x) }
func Expm1(x float64) float64       { return machine.Unary(15, x) }
func Sinh(x float64) float64        { return machine.Unary(16, x) }
func Cosh(x float64) float64        { return machine.Unary(17, x) }
func Tanh(x float64) float64        { return machine.Unary(18, x) }
func Cbrt(x float64) float64        { return machine.Unary(19, x) }
func Round(x float64) float64       { return machine.Unary(20, x) }
func RoundToEven(x float64) float64 { return machine.Unary(21, x) }
func Exp2(x float64) float64        { return machine.Unary(22, x) }
func Asinh(x float64) float64       { return machine.Unary(23, x) }
func Acosh(x float64) float64       { return machine.Unary(24, x) }
func Atanh(x float64) float64       { return machine.Unary(25, x) }
func Gamma(x float64) float64       { return machine.Unary(26, x) }
func Erf(x float64) float64         { return machine.Unary(27, x) }

func Log2(x float64) float64 { return machine.Unary(12, x) }

func Pow(x, y float64) float64       { return machine.Binary(0, x, y) }
func Atan2(y, x float64) float64     { return machine.Binary(1, y, x) }
func Hypot(p, q float64) float64     { return machine.Binary(2, p, q) }
func Mod(x, y float64) float64       { return machine.Binary(3, x, y) }
func Remainder(x, y float64) float64 { return machine.Binary(4, x, y) }
func Nextafter(x, y float64) float64 { return machine.Binary(5, x, y) }

func Abs(x float64) float64 { return Float64frombits(Float64bits(x) &^ (1 << 63)) }

func Copysign(f, sign float64) float64 {
	return Float64frombits(Float64bits(f)&^(1<<63) | Float64bits(sign)&(1<<63))
}
func Signbit(x float64) bool { return Float64bits(x)>>63 != 0 }

func Inf(sign int) float64 {
	if sign >= 0 {
		return Float64frombits(0x7FF0000000000000)
	}
	return Float64frombits(0xFFF0000000000000)
}
func NaN() float64 { return Float64frombits(0x7FF8000000000001) }

func IsNaN(f float64) (is bool) { return f != f }
func IsInf(f float64, sign int) bool {
	return sign >= 0 && f > MaxFloat64 || sign <= 0 && f < -MaxFloat64
}

func Max(x, y float64) float64 {
	if IsInf(x, 1) || IsInf(y, 1) {
		return Inf(1)
	}
	return max(x, y)
}

func Min(x, y float64) float64 {
	if IsInf(x, -1) || IsInf(y, -1) {
		return Inf(-1)
	}
	return min(x, y)
}

func Dim(x, y float64) float64 {
	v := x - y
	if v <= 0 {
		return 0
	}
	return v
}

func Modf(f float64) (int float64, frac float64) {
	int = Trunc(f)
	if IsInf(f, 0) {
		return f, NaN()
	}
	return int, Copysign(f-int, f)
}

func Frexp(f float64) (frac float64, exp int) {
	if f == 0 || IsInf(f, 0) || IsNaN(f) {
		return f, 0
	}
	for Abs(f) < 0x1p-1022 {
		f *= 0x1p52
		exp -= 52
	}
	b := Float64bits(f)
	exp += int(b>>52&0x7FF) - 1022
	return Float64frombits(b&^(0x7FF<<52) | 1022<<52), exp
}

func Ldexp(frac float64, exp int) float64 {
	for exp > 1000 {
		frac *= 0x1p1000
		exp -= 1000
		if IsInf(frac, 0) {
			return frac
		}
	}
	if exp < -1000 {
		// One rounding only: normalise first.
		var e int
		frac, e = Frexp(frac)
		exp += e
		if frac == 0 || exp < -1200 {
			return Copysign(0, frac)
		}
		if exp < -900 {
			return frac * 0x1p-900 * Float64frombits(uint64(exp+900+1023)<<52)
		}
	}
	return frac * Float64frombits(uint64(exp+1023)<<52)
}

func Pow10(n int) float64 {
	if n < -323 {
		return 0
	}
	if n > 308 {
		return Inf(1)
	}
	return Pow(10, float64(n))
}

func Sincos(x float64) (sin, cos float64)   { return Sin(x), Cos(x) }
func Ilogb(x float64) int                   { _, e := Frexp(x); return e - 1 }
func Logb(x float64) float64                { return float64(Ilogb(x)) }
