// Package strings: functions of strings, and a builder of them.
package strings

import (
	"errors"
	"internal/machine"
	"io"
	"unicode"
	"unicode/utf8"
)

func Index(s, sep string) int {
	n := len(sep)
	if n == 0 {
		return 0
	}
	first := sep[0]
	for i := 0; i+n <= len(s); i++ {
		if s[i] == first && s[i:i+n] == sep {
			return i
		}
	}
	return -1
}

func LastIndex(s, sep string) int {
	for i := len(s) - len(sep); i >= 0; i-- {
		if s[i:i+len(sep)] == sep {
			return i
		}
	}
	return -1
}

func IndexByte(s string, c byte) int {
	for i := 0; i < len(s); i++ {
		if s[i] == c {
			return i
		}
	}
	return -1
}

func LastIndexByte(s string, c byte) int {
	for i := len(s) - 1; i >= 0; i-- {
		if s[i] == c {
			return i
		}
	}
	return -1
}

func IndexRune(s string, r rune) int {
	if 0 <= r && r < utf8.RuneSelf {
		return IndexByte(s, byte(r))
	}
	if r != utf8.RuneError && !utf8.ValidRune(r) {
		return -1
	}
	for i, c := range s {
		if c == r {
			return i
		}
	}
	return -1
}

func IndexAny(s string, chars string) int {
	for i, c := range s {
		for _, d := range chars {
			if c == d {
				return i
			}
		}
	}
	return -1
}

func LastIndexAny(s string, chars string) int {
	last := -1
	for i, c := range s {
		for _, d := range chars {
			if c == d {
				last = i
			}
		}
	}
	return last
}

func IndexFunc(s string, f func(rune) bool) int {
	for i, c := range s {
		if f(c) {
			return i
		}
	}
	return -1
}

func LastIndexFunc(s string, f func(rune) bool) int {
	for i := len(s); i > 0; {
		r, size := utf8.DecodeLastRuneInString(s[:i])
		i -= size
		if f(r) {
			return i
		}
	}
	return -1
}

func Contains(s, sub string) bool                      { return Index(s, sub) >= 0 }
func ContainsRune(s string, r rune) bool               { return IndexRune(s, r) >= 0 }
func ContainsAny(s string, chars string) bool          { return IndexAny(s, chars) >= 0 }
func ContainsFunc(s string, f func(rune) bool) bool    { return IndexFunc(s, f) >= 0 }
func HasPrefix(s, prefix string) bool {
	return len(s) >= len(prefix) && s[:len(prefix)] == prefix
}
func HasSuffix(s, suffix string) bool {
	return len(s) >= len(suffix) && s[len(s)-len(suffix):] == suffix
}

func Count(s, sep string) (n int) {
	if len(sep) == 0 {
		return utf8.RuneCountInString(s) + 1
	}
	for {
		i := Index(s, sep)
		if i < 0 {
			return
		}
		n++
		s = s[i+len(sep):]
	}
}

func Cut(s, sep string) (before, after string, found bool) {
	if i := Index(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}

func CutPrefix(s, prefix string) (after string, found bool) {
	if HasPrefix(s, prefix) {
		return s[len(prefix):], true
	}
	return s, false
}

func CutSuffix(s, suffix string) (before string, found bool) {
	if HasSuffix(s, suffix) {
		return s[:len(s)-len(suffix)], true
	}
	return s, false
}

// split keeps so many bytes of each separator.
func split(s, sep string, keep, n int) []string {
	if n == 0 {
		return nil
	}
	if len(sep) == 0 {
		var all []string
		for len(s) > 0 && (n < 0 || len(all) < n-1) {
			_, size := utf8.DecodeRuneInString(s)
			all = append(all, s[:size])
			s = s[size:]
		}
		if len(s) > 0 {
			all = append(all, s)
		}
		if all == nil {
			all = []string{}
		}
		return all
	}
	size := n
	if n < 0 {
		size = Count(s, sep) + 1
	}
	if size > len(s)+1 {
		size = len(s) + 1
	}
	all := make([]string, 0, size)
	for n < 0 || len(all) < n-1 {
		i := Index(s, sep)
		if i < 0 {
			break
		}
		all = append(all, s[:i+keep])
		s = s[i+len(sep):]
	}
	return append(all, s)
}

func Split(s, sep string) []string                   { return split(s, sep, 0, -1) }
func SplitN(s, sep string, n int) []string           { return split(s, sep, 0, n) }
func SplitAfter(s, sep string) []string              { return split(s, sep, len(sep), -1) }
func SplitAfterN(s, sep string, n int) []string      { return split(s, sep, len(sep), n) }
func Fields(s string) []string                       { return FieldsFunc(s, unicode.IsSpace) }

func FieldsFunc(s string, f func(rune) bool) []string {
	all := []string{}
	start := -1
	for i, c := range s {
		if f(c) {
			if start >= 0 {
				all = append(all, s[start:i])
			}
			start = -1
		} else if start < 0 {
			start = i
		}
	}
	if start >= 0 {
		all = append(all, s[start:])
	}
	return all
}

func TrimLeftFunc(s string, f func(rune) bool) string {
	for i, c := range s {
		if !f(c) {
			return s[i:]
		}
	}
	return ""
}

func TrimRightFunc(s string, f func(rune) bool) string {
	for len(s) > 0 {
		r, size := utf8.DecodeLastRuneInString(s)
		if !f(r) {
			break
		}
		s = s[:len(s)-size]
	}
	return s
}

func TrimFunc(s string, f func(rune) bool) string {
	return TrimRightFunc(TrimLeftFunc(s, f), f)
}

func within(set string) func(rune) bool {
	return func(r rune) bool {
		for _, c := range set {
			if c == r {
				return true
			}
		}
		return false
	}
}

func Trim(s string, cutset string) string      { return TrimFunc(s, within(cutset)) }
func TrimLeft(s string, cutset string) string  { return TrimLeftFunc(s, within(cutset)) }
func TrimRight(s string, cutset string) string { return TrimRightFunc(s, within(cutset)) }
func TrimSpace(s string) string                { return TrimFunc(s, unicode.IsSpace) }
func TrimPrefix(s, prefix string) string {
	if HasPrefix(s, prefix) {
		return s[len(prefix):]
	}
	return s
}
func TrimSuffix(s, suffix string) string {
	if HasSuffix(s, suffix) {
		return s[:len(s)-len(suffix)]
	}
	return s
}

func Join(elems []string, sep string) string {
	n := 0
	for i, e := range elems {
		if i > 0 {
			n += len(sep)
		}
		n += len(e)
	}
	b := make([]byte, 0, n)
	for i, e := range elems {
		if i > 0 {
			b = append(b, sep...)
		}
		b = append(b, e...)
	}
	return machine.StringOf(b)
}

func Repeat(s string, count int) string {
	if count < 0 {
		panic("strings: negative Repeat count")
	}
	b := make([]byte, 0, len(s)*count)
	for i := 0; i < count; i++ {
		b = append(b, s...)
	}
	return machine.StringOf(b)
}

func Replace(s, old, new string, n int) string {
	if n == 0 {
		return s
	}
	var b []byte
	isEmpty := len(old) == 0
	for i := 0; n < 0 || i < n; i++ {
		j := 0
		if isEmpty {
			if i > 0 {
				if len(s) == 0 {
					break
				}
				_, j = utf8.DecodeRuneInString(s)
			}
		} else if j = Index(s, old); j < 0 {
			break
		}
		b = append(b, s[:j]...)
		b = append(b, new...)
		s = s[j+len(old):]
	}
	return machine.StringOf(append(b, s...))
}

func ReplaceAll(s, old, new string) string { return Replace(s, old, new, -1) }

func Map(mapping func(rune) rune, s string) string {
	b := make([]byte, 0, len(s))
	for _, c := range s {
		if r := mapping(c); r >= 0 {
			b = utf8.AppendRune(b, r)
		}
	}
	return machine.StringOf(b)
}

func ToUpper(s string) string { return Map(unicode.ToUpper, s) }
func ToLower(s string) string { return Map(unicode.ToLower, s) }
func ToTitle(s string) string { return Map(unicode.ToTitle, s) }

// Title begins each word with a capital.
func Title(s string) string {
	last := ' '
	return Map(func(r rune) rune {
		isInside := unicode.IsLetter(last) || unicode.IsDigit(last) || last == '_' || last == '\''
		last = r
		if isInside {
			return r
		}
		return unicode.ToTitle(r)
	}, s)
}

func ToValidUTF8(s, replacement string) string {
	b := make([]byte, 0, len(s))
	wasInvalid := false
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && size == 1 {
			if !wasInvalid {
				b = append(b, replacement...)
			}
			wasInvalid = true
		} else {
			b = append(b, s[i:i+size]...)
			wasInvalid = false
		}
		i += size
	}
	return machine.StringOf(b)
}

func fold(r rune) rune { return unicode.ToLower(unicode.ToUpper(r)) }

func EqualFold(s, t string) bool {
	a, b := []rune(s), []rune(t)
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] && fold(a[i]) != fold(b[i]) {
			return false
		}
	}
	return true
}

func Compare(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

func Clone(s string) string { return string([]byte(s)) }

// A Builder makes a string without copying it at the end: bytes behind its length are written only.
type Builder struct {
	self *Builder
	buf  []byte
}

func (b *Builder) check() {
	if b.self == nil {
		b.self = b
	} else if b.self != b {
		panic("strings: illegal use of non-zero Builder copied by value")
	}
}

func (b *Builder) String() string { return machine.StringOf(b.buf) }
func (b *Builder) Len() int       { return len(b.buf) }
func (b *Builder) Cap() int       { return cap(b.buf) }
func (b *Builder) Reset() {
	b.self = nil
	b.buf = nil
}
func (b *Builder) Grow(n int) {
	b.check()
	if n < 0 {
		panic("strings.Builder.Grow: negative count")
	}
	if cap(b.buf)-len(b.buf) < n {
		buf := make([]byte, len(b.buf), 2*cap(b.buf)+n)
		copy(buf, b.buf)
		b.buf = buf
	}
}
func (b *Builder) Write(p []byte) (int, error) {
	b.check()
	b.buf = append(b.buf, p...)
	return len(p), nil
}
func (b *Builder) WriteByte(c byte) error {
	b.check()
	b.buf = append(b.buf, c)
	return nil
}
func (b *Builder) WriteRune(r rune) (int, error) {
	b.check()
	n := len(b.buf)
	b.buf = utf8.AppendRune(b.buf, r)
	return len(b.buf) - n, nil
}
func (b *Builder) WriteString(s string) (int, error) {
	b.check()
	b.buf = append(b.buf, s...)
	return len(s), nil
}

// A Replacer tries its pairs in their order at each place.
type Replacer struct{ pairs []string }

func NewReplacer(oldnew ...string) *Replacer {
	if len(oldnew)%2 == 1 {
		panic("strings.NewReplacer: odd argument count")
	}
	return &Replacer{append([]string(nil), oldnew...)}
}

func (r *Replacer) Replace(s string) string {
	var b []byte
	wasMatch := false
	for i := 0; i <= len(s); {
		matched := false
		for j := 0; j < len(r.pairs); j += 2 {
			old := r.pairs[j]
			if HasPrefix(s[i:], old) && !(old == "" && wasMatch) {
				b = append(b, r.pairs[j+1]...)
				i += len(old)
				matched = true
				wasMatch = old != ""
				if old == "" {
					matched = false
				}
				break
			}
		}
		if matched {
			continue
		}
		wasMatch = false
		if i < len(s) {
			b = append(b, s[i])
		}
		i++
	}
	return machine.StringOf(b)
}

func (r *Replacer) WriteString(w io.Writer, s string) (n int, err error) {
	return io.WriteString(w, r.Replace(s))
}

// A Reader reads what is there already.
type Reader struct {
	s    string
	i    int
	last int
}

func NewReader(s string) *Reader { return &Reader{s, 0, -1} }

func (r *Reader) Len() int    { return len(r.s) - r.i }
func (r *Reader) Size() int64 { return int64(len(r.s)) }
func (r *Reader) Read(b []byte) (n int, err error) {
	if r.i >= len(r.s) {
		return 0, io.EOF
	}
	r.last = -1
	n = copy(b, r.s[r.i:])
	r.i += n
	return
}
func (r *Reader) ReadByte() (byte, error) {
	r.last = -1
	if r.i >= len(r.s) {
		return 0, io.EOF
	}
	c := r.s[r.i]
	r.i++
	return c, nil
}
func (r *Reader) UnreadByte() error {
	if r.i <= 0 {
		return errors.New("strings.Reader.UnreadByte: at beginning of string")
	}
	r.last = -1
	r.i--
	return nil
}
func (r *Reader) ReadRune() (ch rune, size int, err error) {
	if r.i >= len(r.s) {
		r.last = -1
		return 0, 0, io.EOF
	}
	r.last = r.i
	ch, size = utf8.DecodeRuneInString(r.s[r.i:])
	r.i += size
	return
}
func (r *Reader) UnreadRune() error {
	if r.last < 0 {
		return errors.New("strings.Reader.UnreadRune: previous operation was not ReadRune")
	}
	r.i = r.last
	r.last = -1
	return nil
}
func (r *Reader) Reset(s string) { *r = Reader{s, 0, -1} }
func (r *Reader) WriteTo(w io.Writer) (n int64, err error) {
	if r.i >= len(r.s) {
		return 0, nil
	}
	m, err := w.Write([]byte(r.s[r.i:]))
	r.i += m
	return int64(m), err
}
