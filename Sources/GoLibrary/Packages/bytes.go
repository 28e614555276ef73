// Package bytes: functions of slices of bytes, and a buffer of them.
package bytes

import (
	"errors"
	"io"
	"unicode"
	"unicode/utf8"
)

func Index(s, sep []byte) int {
	n := len(sep)
	if n == 0 {
		return 0
	}
	first := sep[0]
	for i := 0; i+n <= len(s); i++ {
		if s[i] == first && Equal(s[i:i+n], sep) {
			return i
		}
	}
	return -1
}

func LastIndex(s, sep []byte) int {
	for i := len(s) - len(sep); i >= 0; i-- {
		if Equal(s[i:i+len(sep)], sep) {
			return i
		}
	}
	return -1
}

func IndexByte(s []byte, c byte) int {
	for i := 0; i < len(s); i++ {
		if s[i] == c {
			return i
		}
	}
	return -1
}

func LastIndexByte(s []byte, c byte) int {
	for i := len(s) - 1; i >= 0; i-- {
		if s[i] == c {
			return i
		}
	}
	return -1
}

func IndexRune(s []byte, r rune) int {
	if 0 <= r && r < utf8.RuneSelf {
		return IndexByte(s, byte(r))
	}
	if r != utf8.RuneError && !utf8.ValidRune(r) {
		return -1
	}
	for i, c := range string(s) {
		if c == r {
			return i
		}
	}
	return -1
}

func IndexAny(s []byte, chars string) int {
	for i, c := range string(s) {
		for _, d := range chars {
			if c == d {
				return i
			}
		}
	}
	return -1
}

func LastIndexAny(s []byte, chars string) int {
	last := -1
	for i, c := range string(s) {
		for _, d := range chars {
			if c == d {
				last = i
			}
		}
	}
	return last
}

func IndexFunc(s []byte, f func(rune) bool) int {
	for i, c := range string(s) {
		if f(c) {
			return i
		}
	}
	return -1
}

func LastIndexFunc(s []byte, f func(rune) bool) int {
	for i := len(s); i > 0; {
		r, size := utf8.DecodeLastRune(s[:i])
		i -= size
		if f(r) {
			return i
		}
	}
	return -1
}

func Contains(s, sub []byte) bool                      { return Index(s, sub) >= 0 }
func ContainsRune(s []byte, r rune) bool               { return IndexRune(s, r) >= 0 }
func ContainsAny(s []byte, chars string) bool          { return IndexAny(s, chars) >= 0 }
func ContainsFunc(s []byte, f func(rune) bool) bool    { return IndexFunc(s, f) >= 0 }
func HasPrefix(s, prefix []byte) bool {
	return len(s) >= len(prefix) && Equal(s[:len(prefix)], prefix)
}
func HasSuffix(s, suffix []byte) bool {
	return len(s) >= len(suffix) && Equal(s[len(s)-len(suffix):], suffix)
}

func Count(s, sep []byte) (n int) {
	if len(sep) == 0 {
		return utf8.RuneCount(s) + 1
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

func Cut(s, sep []byte) (before, after []byte, found bool) {
	if i := Index(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, nil, false
}

func CutPrefix(s, prefix []byte) (after []byte, found bool) {
	if HasPrefix(s, prefix) {
		return s[len(prefix):], true
	}
	return s, false
}

func CutSuffix(s, suffix []byte) (before []byte, found bool) {
	if HasSuffix(s, suffix) {
		return s[:len(s)-len(suffix)], true
	}
	return s, false
}

// split keeps so many bytes of each separator.
func split(s, sep []byte, keep, n int) [][]byte {
	if n == 0 {
		return nil
	}
	if len(sep) == 0 {
		var all [][]byte
		for len(s) > 0 && (n < 0 || len(all) < n-1) {
			_, size := utf8.DecodeRune(s)
			all = append(all, s[:size])
			s = s[size:]
		}
		if len(s) > 0 {
			all = append(all, s)
		}
		if all == nil {
			all = [][]byte{}
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
	all := make([][]byte, 0, size)
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

func Split(s, sep []byte) [][]byte                   { return split(s, sep, 0, -1) }
func SplitN(s, sep []byte, n int) [][]byte           { return split(s, sep, 0, n) }
func SplitAfter(s, sep []byte) [][]byte              { return split(s, sep, len(sep), -1) }
func SplitAfterN(s, sep []byte, n int) [][]byte      { return split(s, sep, len(sep), n) }
func Fields(s []byte) [][]byte                       { return FieldsFunc(s, unicode.IsSpace) }

func FieldsFunc(s []byte, f func(rune) bool) [][]byte {
	all := [][]byte{}
	start := -1
	for i, c := range string(s) {
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

func TrimLeftFunc(s []byte, f func(rune) bool) []byte {
	for i, c := range string(s) {
		if !f(c) {
			return s[i:]
		}
	}
	return nil
}

func TrimRightFunc(s []byte, f func(rune) bool) []byte {
	for len(s) > 0 {
		r, size := utf8.DecodeLastRune(s)
		if !f(r) {
			break
		}
		s = s[:len(s)-size]
	}
	return s
}

func TrimFunc(s []byte, f func(rune) bool) []byte {
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

func Trim(s []byte, cutset string) []byte      { return TrimFunc(s, within(cutset)) }
func TrimLeft(s []byte, cutset string) []byte  { return TrimLeftFunc(s, within(cutset)) }
func TrimRight(s []byte, cutset string) []byte { return TrimRightFunc(s, within(cutset)) }
func TrimSpace(s []byte) []byte                { return TrimFunc(s, unicode.IsSpace) }
func TrimPrefix(s, prefix []byte) []byte {
	if HasPrefix(s, prefix) {
		return s[len(prefix):]
	}
	return s
}
func TrimSuffix(s, suffix []byte) []byte {
	if HasSuffix(s, suffix) {
		return s[:len(s)-len(suffix)]
	}
	return s
}

func Join(elems [][]byte, sep []byte) []byte {
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
	return b
}

func Repeat(s []byte, count int) []byte {
	if count < 0 {
		panic("bytes: negative Repeat count")
	}
	b := make([]byte, 0, len(s)*count)
	for i := 0; i < count; i++ {
		b = append(b, s...)
	}
	return b
}

func Replace(s, old, new []byte, n int) []byte {
	if n == 0 {
		return append([]byte(nil), s...)
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
				_, j = utf8.DecodeRune(s)
			}
		} else if j = Index(s, old); j < 0 {
			break
		}
		b = append(b, s[:j]...)
		b = append(b, new...)
		s = s[j+len(old):]
	}
	return append(b, s...)
}

func ReplaceAll(s, old, new []byte) []byte { return Replace(s, old, new, -1) }

func Map(mapping func(rune) rune, s []byte) []byte {
	b := make([]byte, 0, len(s))
	for _, c := range string(s) {
		if r := mapping(c); r >= 0 {
			b = utf8.AppendRune(b, r)
		}
	}
	return b
}

func ToUpper(s []byte) []byte { return Map(unicode.ToUpper, s) }
func ToLower(s []byte) []byte { return Map(unicode.ToLower, s) }
func ToTitle(s []byte) []byte { return Map(unicode.ToTitle, s) }

// Title begins each word with a capital.
func Title(s []byte) []byte {
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

func ToValidUTF8(s, replacement []byte) []byte {
	b := make([]byte, 0, len(s))
	wasInvalid := false
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRune(s[i:])
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
	return b
}

func fold(r rune) rune { return unicode.ToLower(unicode.ToUpper(r)) }

func EqualFold(s, t []byte) bool {
	a, b := []rune(string(s)), []rune(string(t))
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

const MinRead = 512

func Equal(a, b []byte) bool { return string(a) == string(b) }
func Compare(a, b []byte) int {
	x, y := string(a), string(b)
	switch {
	case x < y:
		return -1
	case x > y:
		return 1
	}
	return 0
}
func Runes(s []byte) []rune { return []rune(string(s)) }
func Clone(b []byte) []byte {
	if b == nil {
		return nil
	}
	return append([]byte{}, b...)
}

var ErrTooLarge = errors.New("bytes.Buffer: too large")
var errUnread = errors.New("bytes.Buffer: UnreadByte: previous operation was not a successful read")

// A Buffer is written at its end and read at its beginning.
type Buffer struct {
	buf []byte
	off int
	// How many bytes the last read took, if it can be undone.
	last int
}

func NewBuffer(buf []byte) *Buffer      { return &Buffer{buf: buf} }
func NewBufferString(s string) *Buffer  { return &Buffer{buf: []byte(s)} }
func (b *Buffer) Bytes() []byte          { return b.buf[b.off:] }
func (b *Buffer) AvailableBuffer() []byte { return b.buf[len(b.buf):] }
func (b *Buffer) String() string {
	if b == nil {
		return "<nil>"
	}
	return string(b.buf[b.off:])
}
func (b *Buffer) Len() int       { return len(b.buf) - b.off }
func (b *Buffer) Cap() int       { return cap(b.buf) }
func (b *Buffer) Available() int { return cap(b.buf) - len(b.buf) }
func (b *Buffer) Reset() {
	b.buf = b.buf[:0]
	b.off, b.last = 0, 0
}
func (b *Buffer) Truncate(n int) {
	if n == 0 {
		b.Reset()
		return
	}
	b.last = 0
	if n < 0 || n > b.Len() {
		panic("bytes.Buffer: truncation out of range")
	}
	b.buf = b.buf[:b.off+n]
}
func (b *Buffer) Grow(n int) {
	if n < 0 {
		panic("bytes.Buffer.Grow: negative count")
	}
	if cap(b.buf)-len(b.buf) < n {
		buf := make([]byte, b.Len(), 2*cap(b.buf)+n)
		copy(buf, b.buf[b.off:])
		b.buf, b.off = buf, 0
	}
}
func (b *Buffer) Write(p []byte) (n int, err error) {
	b.last = 0
	b.buf = append(b.buf, p...)
	return len(p), nil
}
func (b *Buffer) WriteString(s string) (n int, err error) {
	b.last = 0
	b.buf = append(b.buf, s...)
	return len(s), nil
}
func (b *Buffer) WriteByte(c byte) error {
	b.last = 0
	b.buf = append(b.buf, c)
	return nil
}
func (b *Buffer) WriteRune(r rune) (n int, err error) {
	b.last = 0
	n = len(b.buf)
	b.buf = utf8.AppendRune(b.buf, r)
	return len(b.buf) - n, nil
}
func (b *Buffer) WriteTo(w io.Writer) (n int64, err error) {
	b.last = 0
	if b.Len() > 0 {
		m, e := w.Write(b.buf[b.off:])
		b.off += m
		if e != nil {
			return int64(m), e
		}
		n = int64(m)
	}
	b.Reset()
	return
}
func (b *Buffer) ReadFrom(r io.Reader) (n int64, err error) {
	b.last = 0
	room := make([]byte, MinRead)
	for {
		m, e := r.Read(room)
		b.buf = append(b.buf, room[:m]...)
		n += int64(m)
		if e == io.EOF {
			return n, nil
		}
		if e != nil {
			return n, e
		}
	}
}
func (b *Buffer) Read(p []byte) (n int, err error) {
	b.last = 0
	if b.off >= len(b.buf) {
		b.Reset()
		if len(p) == 0 {
			return 0, nil
		}
		return 0, io.EOF
	}
	n = copy(p, b.buf[b.off:])
	b.off += n
	if n > 0 {
		b.last = 1
	}
	return
}
func (b *Buffer) Next(n int) []byte {
	b.last = 0
	if m := b.Len(); n > m {
		n = m
	}
	data := b.buf[b.off : b.off+n]
	b.off += n
	if n > 0 {
		b.last = 1
	}
	return data
}
func (b *Buffer) ReadByte() (byte, error) {
	if b.off >= len(b.buf) {
		b.Reset()
		return 0, io.EOF
	}
	c := b.buf[b.off]
	b.off++
	b.last = 1
	return c, nil
}
func (b *Buffer) ReadRune() (r rune, size int, err error) {
	if b.off >= len(b.buf) {
		b.Reset()
		return 0, 0, io.EOF
	}
	r, size = utf8.DecodeRune(b.buf[b.off:])
	b.off += size
	b.last = size
	return
}
func (b *Buffer) UnreadByte() error {
	if b.last == 0 {
		return errUnread
	}
	b.last = 0
	b.off--
	return nil
}
func (b *Buffer) UnreadRune() error {
	if b.last == 0 {
		return errors.New("bytes.Buffer: UnreadRune: previous operation was not a successful ReadRune")
	}
	b.off -= b.last
	b.last = 0
	return nil
}
func (b *Buffer) ReadBytes(delim byte) (line []byte, err error) {
	i := IndexByte(b.buf[b.off:], delim)
	end := b.off + i + 1
	if i < 0 {
		end, err = len(b.buf), io.EOF
	}
	line = append(line, b.buf[b.off:end]...)
	b.off = end
	b.last = 1
	return
}
func (b *Buffer) ReadString(delim byte) (line string, err error) {
	bytes, err := b.ReadBytes(delim)
	return string(bytes), err
}

// A Reader reads what is there already.
type Reader struct {
	s    []byte
	i    int
	last int
}

func NewReader(s []byte) *Reader { return &Reader{s, 0, -1} }

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
		return errors.New("bytes.Reader.UnreadByte: at beginning of slice")
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
	ch, size = utf8.DecodeRune(r.s[r.i:])
	r.i += size
	return
}
func (r *Reader) UnreadRune() error {
	if r.last < 0 {
		return errors.New("bytes.Reader.UnreadRune: previous operation was not ReadRune")
	}
	r.i = r.last
	r.last = -1
	return nil
}
func (r *Reader) Reset(s []byte) { *r = Reader{s, 0, -1} }
func (r *Reader) WriteTo(w io.Writer) (n int64, err error) {
	if r.i >= len(r.s) {
		return 0, nil
	}
	m, err := w.Write([]byte(r.s[r.i:]))
	r.i += m
	return int64(m), err
}
