// Package strconv: numbers and quoted strings as text, and back.
package strconv

import (
	"errors"
	"internal/machine"
	"unicode"
	"unicode/utf8"
)

const IntSize = 64

var ErrRange = errors.New("value out of range")
var ErrSyntax = errors.New("invalid syntax")

type NumError struct {
	Func string
	Num  string
	Err  error
}

func (e *NumError) Error() string {
	return "strconv." + e.Func + ": parsing " + Quote(e.Num) + ": " + e.Err.Error()
}
func (e *NumError) Unwrap() error { return e.Err }

func FormatBool(b bool) string {
	if b {
		return "true"
	}
	return "false"
}

func AppendBool(dst []byte, b bool) []byte { return append(dst, FormatBool(b)...) }

func ParseBool(str string) (bool, error) {
	switch str {
	case "1", "t", "T", "true", "TRUE", "True":
		return true, nil
	case "0", "f", "F", "false", "FALSE", "False":
		return false, nil
	}
	return false, &NumError{"ParseBool", str, ErrSyntax}
}

const digits = "0123456789abcdefghijklmnopqrstuvwxyz"

func format(u uint64, base int, negative bool) string {
	if base < 2 || base > 36 {
		panic("strconv: illegal AppendInt/FormatInt base")
	}
	var room [65]byte
	i := len(room)
	if base == 10 {
		for u >= 10 {
			i--
			room[i] = byte('0' + u%10)
			u /= 10
		}
	} else {
		for b := uint64(base); u >= b; u /= b {
			i--
			room[i] = digits[u%b]
		}
	}
	i--
	room[i] = digits[u]
	if negative {
		i--
		room[i] = '-'
	}
	return string(room[i:])
}

func FormatUint(i uint64, base int) string { return format(i, base, false) }
func FormatInt(i int64, base int) string {
	if i < 0 {
		return format(-uint64(i), base, true)
	}
	return format(uint64(i), base, false)
}
func Itoa(i int) string { return FormatInt(int64(i), 10) }

func AppendInt(dst []byte, i int64, base int) []byte   { return append(dst, FormatInt(i, base)...) }
func AppendUint(dst []byte, i uint64, base int) []byte { return append(dst, FormatUint(i, base)...) }

func digit(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'a' <= c|0x20 && c|0x20 <= 'z':
		return int(c|0x20-'a') + 10
	}
	return 99
}

// hasGoodUnderscores says whether underscores stand between digits, or behind a base prefix, only.
func hasGoodUnderscores(s string) bool {
	if len(s) > 0 && (s[0] == '-' || s[0] == '+') {
		s = s[1:]
	}
	last, isHex := byte('^'), false
	i := 0
	if len(s) >= 2 && s[0] == '0' && (s[1]|0x20 == 'b' || s[1]|0x20 == 'o' || s[1]|0x20 == 'x') {
		i, last, isHex = 2, '0', s[1]|0x20 == 'x'
	}
	for ; i < len(s); i++ {
		c := s[i]
		switch {
		case '0' <= c && c <= '9' || isHex && 'a' <= c|0x20 && c|0x20 <= 'f':
			last = '0'
		case c == '_':
			if last != '0' {
				return false
			}
			last = '_'
		default:
			if last == '_' {
				return false
			}
			last = '!'
		}
	}
	return last != '_'
}

func parse(name, s string, base, bits int) (uint64, error) {
	whole := s
	if s == "" {
		return 0, &NumError{name, whole, ErrSyntax}
	}
	isFree := base == 0
	switch {
	case base == 0:
		base = 10
		if s[0] == '0' {
			base = 8
			if len(s) >= 3 {
				switch s[1] | 0x20 {
				case 'b':
					base, s = 2, s[2:]
				case 'o':
					s = s[2:]
				case 'x':
					base, s = 16, s[2:]
				default:
					s = s[1:]
				}
			} else {
				s = s[1:]
			}
		}
	case base < 2 || base > 36:
		return 0, &NumError{name, whole, errors.New("invalid base " + Itoa(base))}
	}
	if bits == 0 {
		bits = 64
	} else if bits < 0 || bits > 64 {
		return 0, &NumError{name, whole, errors.New("invalid bit size " + Itoa(bits))}
	}
	most := uint64(1)<<uint(bits) - 1
	var u uint64
	isTooLarge, hasUnderscore := false, false
	for i := 0; i < len(s); i++ {
		if s[i] == '_' && isFree {
			hasUnderscore = true
			continue
		}
		d := digit(s[i])
		if d >= base {
			return 0, &NumError{name, whole, ErrSyntax}
		}
		if u > (most-uint64(d))/uint64(base) {
			isTooLarge = true
		}
		u = u*uint64(base) + uint64(d)
		if isTooLarge {
			return most, &NumError{name, whole, ErrRange}
		}
	}
	if hasUnderscore && !hasGoodUnderscores(whole) {
		return 0, &NumError{name, whole, ErrSyntax}
	}
	return u, nil
}

func ParseUint(s string, base int, bitSize int) (uint64, error) {
	return parse("ParseUint", s, base, bitSize)
}

func parseInt(name, s string, base, bits int) (int64, error) {
	if s == "" {
		return 0, &NumError{name, s, ErrSyntax}
	}
	rest, negative := s, false
	if s[0] == '+' || s[0] == '-' {
		rest, negative = s[1:], s[0] == '-'
	}
	u, err := parse(name, rest, base, bits)
	if err != nil {
		err.(*NumError).Num = s
		if err.(*NumError).Err != ErrRange {
			return 0, err
		}
	}
	if bits == 0 {
		bits = 64
	}
	limit := uint64(1) << uint(bits-1)
	if !negative && u >= limit {
		return int64(limit - 1), &NumError{name, s, ErrRange}
	}
	if negative && u > limit {
		return -int64(limit), &NumError{name, s, ErrRange}
	}
	if negative {
		return -int64(u), nil
	}
	return int64(u), nil
}

func ParseInt(s string, base int, bitSize int) (i int64, err error) {
	return parseInt("ParseInt", s, base, bitSize)
}

func Atoi(s string) (int, error) {
	i, err := parseInt("Atoi", s, 10, 0)
	return int(i), err
}

// FormatFloat has the forms e, f, g and their capitals from the machine; b and x are made here.
func FormatFloat(f float64, fmt byte, prec, bitSize int) string {
	if bitSize != 32 && bitSize != 64 {
		panic("strconv: illegal AppendFloat/FormatFloat bitSize")
	}
	if bitSize == 32 {
		f = float64(float32(f))
	}
	if f != f {
		return "NaN"
	}
	if f > 0x1.fffffffffffffp1023 {
		return "+Inf"
	}
	if f < -0x1.fffffffffffffp1023 {
		return "-Inf"
	}
	switch fmt {
	case 'e', 'f', 'g':
		return machine.FloatText(f, fmt, prec, bitSize)
	case 'E', 'G':
		text := []byte(machine.FloatText(f, fmt|0x20, prec, bitSize))
		for i, c := range text {
			if c == 'e' {
				text[i] = 'E'
			}
		}
		return string(text)
	case 'b':
		return binary(f, bitSize)
	case 'x', 'X':
		return hexadecimal(f, fmt, prec, bitSize)
	}
	return "%" + string(rune(fmt))
}

func AppendFloat(dst []byte, f float64, fmt byte, prec, bitSize int) []byte {
	return append(dst, FormatFloat(f, fmt, prec, bitSize)...)
}

// parts are the mantissa, with its hidden bit, and the exponent of its lowest bit.
func parts(f float64, bitSize int) (negative bool, mantissa uint64, exponent int) {
	if bitSize == 32 {
		b := machine.Float32Bits(float32(f))
		mantissa, exponent = uint64(b&(1<<23-1)), int(b>>23&255)
		if exponent == 0 {
			exponent++
		} else {
			mantissa |= 1 << 23
		}
		return b>>31 != 0, mantissa, exponent - 127 - 23
	}
	b := machine.FloatBits(f)
	mantissa, exponent = b&(1<<52-1), int(b>>52&2047)
	if exponent == 0 {
		exponent++
	} else {
		mantissa |= 1 << 52
	}
	return b>>63 != 0, mantissa, exponent - 1023 - 52
}

func binary(f float64, bitSize int) string {
	negative, m, e := parts(f, bitSize)
	text := FormatUint(m, 10) + "p"
	if e >= 0 {
		text += "+"
	}
	text += Itoa(e)
	if negative {
		text = "-" + text
	}
	return text
}

func hexadecimal(f float64, form byte, prec, bitSize int) string {
	negative, m, e := parts(f, bitSize)
	bits := 52
	if bitSize == 32 {
		bits = 23
	}
	e += bits
	if m == 0 {
		e = 0
	} else {
		for m>>uint(bits) == 0 {
			m <<= 1
			e--
		}
	}
	// The leading 1, then 60 bits of fraction.
	m <<= uint(60 - bits)
	if prec >= 0 && prec < 15 {
		shift := uint(60 - 4*prec)
		rest := m & (1<<shift - 1)
		m >>= shift
		if half := uint64(1) << (shift - 1); rest > half || rest == half && m&1 != 0 {
			m++
		}
		m <<= shift
		if m>>61 != 0 {
			m >>= 1
			e++
		}
	}
	text := "0x" + string(rune('0'+m>>60))
	m = m << 4
	fraction := ""
	for i := 0; m != 0 && prec < 0 || i < prec; i++ {
		fraction += digits[m>>60 : m>>60+1]
		m <<= 4
	}
	if fraction != "" {
		text += "." + fraction
	}
	sign := "+"
	if e < 0 {
		sign, e = "-", -e
	}
	text += "p" + sign
	if e < 10 {
		text += "0"
	}
	text += Itoa(e)
	if negative {
		text = "-" + text
	}
	if form == 'X' {
		b := []byte(text)
		for i, c := range b {
			if 'a' <= c && c <= 'z' {
				b[i] = c - 32
			}
		}
		text = string(b)
	}
	return text
}

func lower(s string) string {
	b := []byte(s)
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			b[i] = c + 32
		}
	}
	return string(b)
}

func ParseFloat(s string, bitSize int) (float64, error) {
	text := s
	if text != "" && (text[0] == '+' || text[0] == '-') {
		text = text[1:]
	}
	switch lower(text) {
	case "inf", "infinity":
		f := machine.FloatFromBits(0x7FF0000000000000)
		if s[0] == '-' {
			f = -f
		}
		return f, nil
	case "nan":
		if len(text) == len(s) {
			return machine.FloatFromBits(0x7FF8000000000001), nil
		}
	}
	clean, ok := cleanFloat(s, text)
	if !ok {
		return 0, &NumError{"ParseFloat", s, ErrSyntax}
	}
	if s[0] == '-' {
		clean = "-" + clean
	}
	f, ok := machine.ParseFloat(clean, bitSize)
	if !ok {
		return f, &NumError{"ParseFloat", s, ErrRange}
	}
	return f, nil
}

// cleanFloat is a float's text without underscores, if it is one.
func cleanFloat(s, text string) (clean string, ok bool) {
	isHex := len(text) > 2 && text[0] == '0' && text[1]|0x20 == 'x'
	i, hasUnderscore := 0, false
	var b []byte
	if isHex {
		b = append(b, text[:2]...)
		i = 2
	}
	hasDigits, hasPoint, hasExponent := false, false, false
	for ; i < len(text); i++ {
		c := text[i]
		switch {
		case c == '_':
			hasUnderscore = true
			continue
		case '0' <= c && c <= '9' || isHex && 'a' <= c|0x20 && c|0x20 <= 'f':
			hasDigits = true
		case c == '.' && !hasPoint:
			hasPoint = true
		case hasDigits && (!isHex && c|0x20 == 'e' || isHex && c|0x20 == 'p'):
			hasExponent = true
			b = append(b, c)
			i++
			if i < len(text) && (text[i] == '+' || text[i] == '-') {
				b = append(b, text[i])
				i++
			}
			if i == len(text) || text[i] < '0' || text[i] > '9' {
				return "", false
			}
			for ; i < len(text); i++ {
				if text[i] == '_' {
					hasUnderscore = true
				} else if text[i] < '0' || text[i] > '9' {
					return "", false
				} else {
					b = append(b, text[i])
				}
			}
			i--
			continue
		default:
			return "", false
		}
		b = append(b, c)
	}
	if !hasDigits || isHex && !hasExponent {
		return "", false
	}
	if hasUnderscore && !hasGoodUnderscores(s) {
		return "", false
	}
	return string(b), true
}

func IsPrint(r rune) bool   { return unicode.IsPrint(r) }
func IsGraphic(r rune) bool { return unicode.IsGraphic(r) }

func CanBackquote(s string) bool {
	for i, r := range s {
		switch {
		case r == utf8.RuneError:
			_, size := utf8.DecodeRuneInString(s[i:])
			if size == 1 {
				return false
			}
		case r == '\uFEFF' || r < ' ' && r != '\t' || r == '`' || r == '\x7F':
			return false
		}
	}
	return true
}

const hex = "0123456789abcdef"

func quoteWith(s string, quote byte, isASCII, isGraphic bool) string {
	b := make([]byte, 0, 3*len(s)/2+2)
	b = append(b, quote)
	for len(s) > 0 {
		r, size := rune(s[0]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(s)
		}
		if size == 1 && r == utf8.RuneError {
			b = append(b, '\\', 'x', hex[s[0]>>4], hex[s[0]&15])
		} else {
			b = appendEscaped(b, r, quote, isASCII, isGraphic)
		}
		s = s[size:]
	}
	return machine.StringOf(append(b, quote))
}

func appendEscaped(b []byte, r rune, quote byte, isASCII, isGraphic bool) []byte {
	if r == rune(quote) || r == '\\' {
		return append(b, '\\', byte(r))
	}
	if r < utf8.RuneSelf {
		if ' ' <= r && r < 0x7F {
			return append(b, byte(r))
		}
	} else if !isASCII && (IsPrint(r) || isGraphic && IsGraphic(r)) {
		return utf8.AppendRune(b, r)
	}
	switch r {
	case '\a':
		return append(b, `\a`...)
	case '\b':
		return append(b, `\b`...)
	case '\f':
		return append(b, `\f`...)
	case '\n':
		return append(b, `\n`...)
	case '\r':
		return append(b, `\r`...)
	case '\t':
		return append(b, `\t`...)
	case '\v':
		return append(b, `\v`...)
	}
	switch {
	case r < ' ' || r == 0x7F:
		return append(b, '\\', 'x', hex[r>>4], hex[r&15])
	case !utf8.ValidRune(r):
		r = utf8.RuneError
		fallthrough
	case r < 0x10000:
		b = append(b, '\\', 'u')
		for shift := 12; shift >= 0; shift -= 4 {
			b = append(b, hex[r>>uint(shift)&15])
		}
	default:
		b = append(b, '\\', 'U')
		for shift := 28; shift >= 0; shift -= 4 {
			b = append(b, hex[r>>uint(shift)&15])
		}
	}
	return b
}

func quoteRune(r rune, isASCII, isGraphic bool) string {
	if !utf8.ValidRune(r) {
		r = utf8.RuneError
	}
	b := appendEscaped([]byte{'\''}, r, '\'', isASCII, isGraphic)
	return string(append(b, '\''))
}

func Quote(s string) string              { return quoteWith(s, '"', false, false) }
func QuoteToASCII(s string) string       { return quoteWith(s, '"', true, false) }
func QuoteToGraphic(s string) string     { return quoteWith(s, '"', false, true) }
func QuoteRune(r rune) string            { return quoteRune(r, false, false) }
func QuoteRuneToASCII(r rune) string     { return quoteRune(r, true, false) }
func QuoteRuneToGraphic(r rune) string   { return quoteRune(r, false, true) }

func AppendQuote(dst []byte, s string) []byte     { return append(dst, Quote(s)...) }
func AppendQuoteRune(dst []byte, r rune) []byte   { return append(dst, QuoteRune(r)...) }

// UnquoteChar reads one character, or a byte that was escaped as one.
func UnquoteChar(s string, quote byte) (value rune, multibyte bool, tail string, err error) {
	if s == "" {
		return 0, false, "", ErrSyntax
	}
	c := s[0]
	switch {
	case c == quote && (quote == '\'' || quote == '"'):
		return 0, false, "", ErrSyntax
	case c >= utf8.RuneSelf:
		r, size := utf8.DecodeRuneInString(s)
		return r, true, s[size:], nil
	case c != '\\':
		return rune(c), false, s[1:], nil
	}
	if len(s) < 2 {
		return 0, false, "", ErrSyntax
	}
	c, s = s[1], s[2:]
	switch c {
	case 'a':
		value = '\a'
	case 'b':
		value = '\b'
	case 'f':
		value = '\f'
	case 'n':
		value = '\n'
	case 'r':
		value = '\r'
	case 't':
		value = '\t'
	case 'v':
		value = '\v'
	case '\\':
		value = '\\'
	case '\'', '"':
		if c != quote {
			return 0, false, "", ErrSyntax
		}
		value = rune(c)
	case 'x', 'u', 'U':
		n := 2
		if c == 'u' {
			n = 4
		} else if c == 'U' {
			n = 8
		}
		if len(s) < n {
			return 0, false, "", ErrSyntax
		}
		for i := 0; i < n; i++ {
			d := digit(s[i])
			if d >= 16 {
				return 0, false, "", ErrSyntax
			}
			value = value<<4 | rune(d)
		}
		s = s[n:]
		if c != 'x' {
			if !utf8.ValidRune(value) {
				return 0, false, "", ErrSyntax
			}
			multibyte = true
		}
	case '0', '1', '2', '3', '4', '5', '6', '7':
		value = rune(c - '0')
		if len(s) < 2 {
			return 0, false, "", ErrSyntax
		}
		for i := 0; i < 2; i++ {
			if s[i] < '0' || s[i] > '7' {
				return 0, false, "", ErrSyntax
			}
			value = value<<3 | rune(s[i]-'0')
		}
		s = s[2:]
		if value > 255 {
			return 0, false, "", ErrSyntax
		}
	default:
		return 0, false, "", ErrSyntax
	}
	return value, multibyte, s, nil
}

func Unquote(s string) (string, error) {
	n := len(s)
	if n < 2 || s[0] != s[n-1] {
		return "", ErrSyntax
	}
	quote, inner := s[0], s[1:n-1]
	var b []byte
	switch quote {
	case '`':
		for i := 0; i < len(inner); i++ {
			if inner[i] == '`' {
				return "", ErrSyntax
			}
			if inner[i] != '\r' {
				b = append(b, inner[i])
			}
		}
		return string(b), nil
	case '"', '\'':
		count := 0
		for len(inner) > 0 {
			if inner[0] == '\n' {
				return "", ErrSyntax
			}
			r, isRune, tail, err := UnquoteChar(inner, quote)
			if err != nil {
				return "", err
			}
			if r < utf8.RuneSelf || !isRune {
				b = append(b, byte(r))
			} else {
				b = utf8.AppendRune(b, r)
			}
			inner = tail
			count++
		}
		if quote == '\'' && count != 1 {
			return "", ErrSyntax
		}
		return string(b), nil
	}
	return "", ErrSyntax
}
