// Package format: one operand of a directive as text, padded: what `fmt` does with numbers, strings
// and characters once it knows flags, width and precision.
package format

import (
	"strconv"
	"unicode/utf8"
)

// Flags of the directive in hand. Width and precision below zero are absent.
type Flags struct {
	Width, Precision               int
	Minus, Plus, Sharp, Space, Zero bool
	// Of %+v and %#v, where the flags mean something else.
	PlusV, SharpV bool
}

// A Text grows by what is formatted.
type Text struct {
	Flags
	Buf []byte
}

func (t *Text) Clear() {
	t.Flags = Flags{Width: -1, Precision: -1}
}

func (t *Text) String(s string) { t.Buf = append(t.Buf, s...) }
func (t *Text) Byte(c byte)     { t.Buf = append(t.Buf, c) }
func (t *Text) Rune(r rune)     { t.Buf = utf8.AppendRune(t.Buf, r) }

func (t *Text) fill(n int) {
	c := byte(' ')
	if t.Zero && !t.Minus {
		c = '0'
	}
	for ; n > 0; n-- {
		t.Buf = append(t.Buf, c)
	}
}

// Pad appends s, filled up to the width.
func (t *Text) Pad(s string) {
	n := 0
	if t.Width > 0 {
		n = t.Width - utf8.RuneCountInString(s)
	}
	if !t.Minus {
		t.fill(n)
	}
	t.Buf = append(t.Buf, s...)
	if t.Minus {
		t.fill(n)
	}
}

// padBlank never fills with zeros.
func (t *Text) padBlank(s string) {
	zero := t.Zero
	t.Zero = false
	t.Pad(s)
	t.Zero = zero
}

func (t *Text) Bool(v bool) {
	if v {
		t.Pad("true")
	} else {
		t.Pad("false")
	}
}

const lowerDigits = "0123456789abcdef"
const upperDigits = "0123456789ABCDEF"

// Integer appends u, or what it is as a signed number, in a base of 2, 8, 10 or 16.
func (t *Text) Integer(u uint64, base int, signed bool, verb rune, upper bool) {
	negative := signed && int64(u) < 0
	if negative {
		u = -u
	}
	least := 0
	if t.Precision >= 0 {
		least = t.Precision
		if least == 0 && u == 0 {
			zero := t.Zero
			t.Zero = false
			t.fill(t.Width)
			t.Zero = zero
			return
		}
	} else if t.Zero && !t.Minus && t.Width >= 0 {
		least = t.Width
		if negative || t.Plus || t.Space {
			least--
		}
	}
	var digits []byte
	table := lowerDigits
	if upper {
		table = upperDigits
	}
	for {
		digits = append(digits, table[u%uint64(base)])
		u /= uint64(base)
		if u == 0 {
			break
		}
	}
	for len(digits) < least {
		digits = append(digits, '0')
	}
	if t.Sharp {
		switch base {
		case 2:
			digits = append(digits, 'b', '0')
		case 8:
			if digits[len(digits)-1] != '0' {
				digits = append(digits, '0')
			}
		case 16:
			if upper {
				digits = append(digits, 'X', '0')
			} else {
				digits = append(digits, 'x', '0')
			}
		}
	}
	if verb == 'O' {
		digits = append(digits, 'o', '0')
	}
	switch {
	case negative:
		digits = append(digits, '-')
	case t.Plus:
		digits = append(digits, '+')
	case t.Space:
		digits = append(digits, ' ')
	}
	for i, j := 0, len(digits)-1; i < j; i, j = i+1, j-1 {
		digits[i], digits[j] = digits[j], digits[i]
	}
	t.padBlank(string(digits))
}

// Hex appends 0x and the number, without any flag but width and sharp's absence.
func (t *Text) Hex(u uint64, prefix bool) {
	sharp := t.Sharp
	t.Sharp = prefix
	t.Integer(u, 16, false, 'v', false)
	t.Sharp = sharp
}

func (t *Text) truncated(s string) string {
	if t.Precision >= 0 {
		n := t.Precision
		for i := range s {
			if n == 0 {
				return s[:i]
			}
			n--
		}
	}
	return s
}

func (t *Text) Str(s string) { t.Pad(t.truncated(s)) }

func (t *Text) Quoted(s string) {
	s = t.truncated(s)
	switch {
	case t.Sharp && strconv.CanBackquote(s):
		t.Pad("`" + s + "`")
	case t.Plus:
		t.Pad(strconv.QuoteToASCII(s))
	default:
		t.Pad(strconv.Quote(s))
	}
}

// HexBytes appends the bytes of s as digits, in groups where the flags say so.
func (t *Text) HexBytes(s string, upper bool) {
	n := len(s)
	if t.Precision >= 0 && t.Precision < n {
		n = t.Precision
	}
	table, mark := lowerDigits, "0x"
	if upper {
		table, mark = upperDigits, "0X"
	}
	if n == 0 {
		if t.Width > 0 {
			t.fill(t.Width)
		}
		return
	}
	var text []byte
	for i := 0; i < n; i++ {
		if t.Space && i > 0 {
			text = append(text, ' ')
		}
		if t.Sharp && (t.Space || i == 0) {
			text = append(text, mark...)
		}
		text = append(text, table[s[i]>>4], table[s[i]&15])
	}
	t.Pad(string(text))
}

func valid(c uint64) rune {
	if c > utf8.MaxRune {
		return utf8.RuneError
	}
	return rune(c)
}

func (t *Text) Char(c uint64) { t.Pad(string(valid(c))) }

func (t *Text) QuotedChar(c uint64) {
	if t.Plus {
		t.Pad(strconv.QuoteRuneToASCII(valid(c)))
	} else {
		t.Pad(strconv.QuoteRune(valid(c)))
	}
}

func (t *Text) Unicode(u uint64) {
	text := upper(strconv.FormatUint(u, 16))
	least := 4
	if t.Precision > 4 {
		least = t.Precision
	}
	for len(text) < least {
		text = "0" + text
	}
	text = "U+" + text
	if t.Sharp && u <= utf8.MaxRune && strconv.IsPrint(rune(u)) {
		text += " '" + string(rune(u)) + "'"
	}
	t.padBlank(text)
}

func upper(s string) string {
	b := []byte(s)
	for i, c := range b {
		if 'a' <= c && c <= 'z' {
			b[i] = c - 32
		}
	}
	return string(b)
}

// Float appends f in a form of strconv; a precision of -1 is the shortest.
func (t *Text) Float(f float64, bits int, verb rune, precision int) {
	if t.Precision >= 0 {
		precision = t.Precision
	}
	text := strconv.FormatFloat(f, byte(verb), precision, bits)
	sign := "+"
	if text[0] == '-' || text[0] == '+' {
		sign, text = text[:1], text[1:]
	}
	shown := sign
	if sign == "+" && !t.Plus {
		shown = ""
		if t.Space {
			shown = " "
		}
	}
	if text[0] == 'I' || text[0] == 'N' {
		if text[0] == 'I' && sign == "+" && shown == "" {
			shown = "+"
		}
		t.padBlank(shown + text)
		return
	}
	if t.Sharp && verb != 'b' {
		text = withPoint(text, verb, precision)
	}
	if t.Zero && !t.Minus && shown != "" && t.Width > len(shown)+len(text) {
		t.String(shown)
		t.fill(t.Width - len(shown) - len(text))
		t.String(text)
		return
	}
	t.Pad(shown + text)
}

// withPoint is what the flag # makes of a number: a decimal point, and for %g zeros behind it.
func withPoint(text string, verb rune, precision int) string {
	missing := 0
	if verb == 'g' || verb == 'G' || verb == 'x' {
		missing = precision
		if precision < 0 {
			missing = 6
		}
	}
	isHex := verb == 'x' || verb == 'X'
	tail := ""
	hasPoint, isSignificant := false, false
	for i := 0; i < len(text); i++ {
		c := text[i]
		if c == '.' {
			hasPoint = true
			continue
		}
		if c == 'p' || c == 'P' || !isHex && (c == 'e' || c == 'E') {
			text, tail = text[:i], text[i:]
			break
		}
		if c != '0' {
			isSignificant = true
		}
		if isSignificant {
			missing--
		}
	}
	if !hasPoint {
		if text == "0" {
			missing--
		}
		text += "."
	}
	for ; missing > 0; missing-- {
		text += "0"
	}
	return text + tail
}
