// Package utf8: runes as bytes.
package utf8

const (
	RuneError = '\uFFFD'
	RuneSelf  = 0x80
	MaxRune   = '\U0010FFFF'
	UTFMax    = 4
)

func RuneLen(r rune) int {
	switch {
	case r < 0:
		return -1
	case r < 0x80:
		return 1
	case r < 0x800:
		return 2
	case 0xD800 <= r && r <= 0xDFFF:
		return -1
	case r < 0x10000:
		return 3
	case r <= MaxRune:
		return 4
	}
	return -1
}

func ValidRune(r rune) bool { return 0 <= r && r < 0xD800 || 0xDFFF < r && r <= MaxRune }

func AppendRune(p []byte, r rune) []byte {
	if 0 <= r && r < 0x80 {
		return append(p, byte(r))
	}
	return append(p, string(r)...)
}

func EncodeRune(p []byte, r rune) int {
	s := string(r)
	_ = p[len(s)-1]
	return copy(p, s)
}

func DecodeRuneInString(s string) (rune, int) {
	if s == "" {
		return RuneError, 0
	}
	if c := s[0]; c < RuneSelf {
		return rune(c), 1
	}
	if len(s) > 4 {
		s = s[:4]
	}
	first, size := rune(RuneError), len(s)
	for i, r := range s {
		if i > 0 {
			size = i
			break
		}
		first = r
	}
	return first, size
}

func DecodeRune(p []byte) (rune, int) {
	if len(p) > 4 {
		p = p[:4]
	}
	return DecodeRuneInString(string(p))
}

func DecodeLastRuneInString(s string) (rune, int) {
	if s == "" {
		return RuneError, 0
	}
	start := len(s) - 4
	if start < 0 {
		start = 0
	}
	for i := start; i < len(s); i++ {
		if s[i]&0xC0 == 0x80 && i > start && i < len(s)-1 {
			continue
		}
		if r, size := DecodeRuneInString(s[i:]); i+size == len(s) && (size > 1 || i == len(s)-1) {
			return r, size
		}
	}
	return RuneError, 1
}

func DecodeLastRune(p []byte) (rune, int) {
	if len(p) > 4 {
		p = p[len(p)-4:]
	}
	return DecodeLastRuneInString(string(p))
}

func RuneStart(b byte) bool { return b&0xC0 != 0x80 }

func RuneCountInString(s string) (n int) {
	for range s {
		n++
	}
	return
}

func RuneCount(p []byte) int { return RuneCountInString(string(p)) }

func ValidString(s string) bool {
	for i, r := range s {
		if r == RuneError && !(len(s) >= i+3 && s[i] == 0xEF && s[i+1] == 0xBF && s[i+2] == 0xBD) {
			return false
		}
	}
	return true
}

func Valid(p []byte) bool { return ValidString(string(p)) }

func FullRuneInString(s string) bool {
	if s == "" {
		return false
	}
	n := 1
	switch c := s[0]; {
	case c >= 0xF0 && c <= 0xF4:
		n = 4
	case c >= 0xE0:
		n = 3
	case c >= 0xC2:
		n = 2
	}
	if s[0] > 0xF4 || len(s) >= n {
		return true
	}
	for i := 1; i < len(s); i++ {
		if s[i]&0xC0 != 0x80 {
			return true
		}
	}
	return false
}

func FullRune(p []byte) bool { return FullRuneInString(string(p)) }
