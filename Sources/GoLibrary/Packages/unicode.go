// Package unicode: classes of characters and their cases.
package unicode

import "internal/machine"

const (
	MaxRune         = '\U0010FFFF'
	ReplacementChar = '\uFFFD'
	MaxASCII        = '\u007F'
	MaxLatin1       = '\u00FF'

	UpperCase = 0
	LowerCase = 1
	TitleCase = 2
)

func IsUpper(r rune) bool {
	if r < 0x80 {
		return 'A' <= r && r <= 'Z'
	}
	return machine.RuneClass(r) == 1
}
func IsLower(r rune) bool {
	if r < 0x80 {
		return 'a' <= r && r <= 'z'
	}
	return machine.RuneClass(r) == 2
}
func IsTitle(r rune) bool { return machine.RuneClass(r) == 3 }
func IsLetter(r rune) bool {
	if r < 0x80 {
		r |= 0x20
		return 'a' <= r && r <= 'z'
	}
	c := machine.RuneClass(r)
	return 1 <= c && c <= 5
}
func IsMark(r rune) bool {
	c := machine.RuneClass(r)
	return 6 <= c && c <= 8
}
func IsDigit(r rune) bool {
	if r < 0x80 {
		return '0' <= r && r <= '9'
	}
	return machine.RuneClass(r) == 9
}
func IsNumber(r rune) bool {
	c := machine.RuneClass(r)
	return 9 <= c && c <= 11
}
func IsPunct(r rune) bool  { return machine.RuneClass(r) == 12 }
func IsSymbol(r rune) bool { return machine.RuneClass(r) == 13 }
func IsControl(r rune) bool {
	return 0 <= r && r < 0x20 || 0x7F <= r && r < 0xA0
}
func IsSpace(r rune) bool {
	switch r {
	case '\t', '\n', '\v', '\f', '\r', ' ', 0x85, 0xA0:
		return true
	}
	return r > 0xFF && machine.RuneClass(r) >= 14 && machine.RuneClass(r) <= 15
}

// IsGraphic includes spaces.
func IsGraphic(r rune) bool {
	c := machine.RuneClass(r)
	return 1 <= c && c <= 14
}

// IsPrint is as IsGraphic, but the only space is ' '.
func IsPrint(r rune) bool {
	c := machine.RuneClass(r)
	return r == ' ' || 1 <= c && c <= 13
}

func To(form int, r rune) rune { return machine.RuneCase(r, form) }
func ToUpper(r rune) rune {
	if r < 0x80 {
		if 'a' <= r && r <= 'z' {
			r -= 32
		}
		return r
	}
	return machine.RuneCase(r, UpperCase)
}
func ToLower(r rune) rune {
	if r < 0x80 {
		if 'A' <= r && r <= 'Z' {
			r += 32
		}
		return r
	}
	return machine.RuneCase(r, LowerCase)
}
func ToTitle(r rune) rune { return machine.RuneCase(r, TitleCase) }
