// Package bufio: readers and writers with a buffer, and a scanner of lines and words.
package bufio

import (
	"errors"
	"io"
	"unicode"
	"unicode/utf8"
)

const (
	MaxScanTokenSize = 64 * 1024
	size             = 4096
)

var (
	ErrBufferFull        = errors.New("bufio: buffer full")
	ErrNegativeCount     = errors.New("bufio: negative count")
	ErrInvalidUnreadByte = errors.New("bufio: invalid use of UnreadByte")
	ErrTooLong           = errors.New("bufio.Scanner: token too long")
	ErrNegativeAdvance   = errors.New("bufio.Scanner: SplitFunc returns negative advance count")
	ErrAdvanceTooFar     = errors.New("bufio.Scanner: SplitFunc returns advance count beyond input")
	ErrFinalToken        = errors.New("final token")
)

type Writer struct {
	w   io.Writer
	buf []byte
	max int
	err error
}

func NewWriter(w io.Writer) *Writer { return NewWriterSize(w, size) }
func NewWriterSize(w io.Writer, n int) *Writer {
	if n <= 0 {
		n = size
	}
	return &Writer{w: w, max: n}
}

func (b *Writer) Flush() error {
	if b.err == nil && len(b.buf) > 0 {
		var n int
		n, b.err = b.w.Write(b.buf)
		if n < len(b.buf) && b.err == nil {
			b.err = io.ErrShortWrite
		}
		b.buf = append(b.buf[:0], b.buf[n:]...)
	}
	return b.err
}
func (b *Writer) Buffered() int  { return len(b.buf) }
func (b *Writer) Available() int { return b.max - len(b.buf) }
func (b *Writer) Size() int      { return b.max }
func (b *Writer) Reset(w io.Writer) {
	b.w, b.err = w, nil
	b.buf = b.buf[:0]
}
func (b *Writer) Write(p []byte) (n int, err error) {
	for len(p) > b.Available() && b.err == nil {
		var m int
		if len(b.buf) == 0 {
			m, b.err = b.w.Write(p)
		} else {
			m = b.Available()
			b.buf = append(b.buf, p[:m]...)
			b.Flush()
		}
		n += m
		p = p[m:]
	}
	if b.err != nil {
		return n, b.err
	}
	b.buf = append(b.buf, p...)
	return n + len(p), nil
}
func (b *Writer) WriteString(s string) (int, error) { return b.Write([]byte(s)) }
func (b *Writer) WriteByte(c byte) error {
	_, err := b.Write([]byte{c})
	return err
}
func (b *Writer) WriteRune(r rune) (int, error) { return b.Write([]byte(string(r))) }

type Reader struct {
	r    io.Reader
	buf  []byte
	i    int
	err  error
	last int
}

func NewReader(r io.Reader) *Reader              { return &Reader{r: r} }
func NewReaderSize(r io.Reader, n int) *Reader   { return &Reader{r: r} }
func (b *Reader) Reset(r io.Reader)              { *b = Reader{r: r} }
func (b *Reader) Buffered() int                  { return len(b.buf) - b.i }

// more reads once; false at an error, which the next one to find nothing tells.
func (b *Reader) more() bool {
	if b.err != nil {
		return false
	}
	room := make([]byte, size)
	n, err := b.r.Read(room)
	b.buf = append(append([]byte(nil), b.buf[b.i:]...), room[:n]...)
	b.i = 0
	b.err = err
	return n > 0 || err == nil
}

func (b *Reader) taken() error {
	err := b.err
	b.err = nil
	return err
}

func (b *Reader) Read(p []byte) (n int, err error) {
	if len(p) == 0 {
		return 0, nil
	}
	if b.Buffered() == 0 && !b.more() {
		return 0, b.taken()
	}
	n = copy(p, b.buf[b.i:])
	b.i += n
	return n, nil
}

func (b *Reader) ReadByte() (byte, error) {
	for b.Buffered() == 0 {
		if !b.more() {
			return 0, b.taken()
		}
	}
	b.i++
	return b.buf[b.i-1], nil
}

func (b *Reader) UnreadByte() error {
	if b.i == 0 {
		return ErrInvalidUnreadByte
	}
	b.i--
	return nil
}

func (b *Reader) ReadRune() (r rune, size int, err error) {
	for !utf8.FullRune(b.buf[b.i:]) && b.more() {
	}
	if b.Buffered() == 0 {
		return 0, 0, b.taken()
	}
	r, size = utf8.DecodeRune(b.buf[b.i:])
	b.i += size
	b.last = size
	return
}

func (b *Reader) UnreadRune() error {
	if b.last == 0 || b.i < b.last {
		return errors.New("bufio: invalid use of UnreadRune")
	}
	b.i -= b.last
	b.last = 0
	return nil
}

func (b *Reader) Peek(n int) ([]byte, error) {
	if n < 0 {
		return nil, ErrNegativeCount
	}
	for b.Buffered() < n && b.more() {
	}
	if b.Buffered() < n {
		return b.buf[b.i:], b.taken()
	}
	return b.buf[b.i : b.i+n], nil
}

func (b *Reader) ReadBytes(delim byte) ([]byte, error) {
	from := 0
	for {
		for i := b.i + from; i < len(b.buf); i++ {
			if b.buf[i] == delim {
				line := append([]byte(nil), b.buf[b.i:i+1]...)
				b.i = i + 1
				return line, nil
			}
		}
		from = b.Buffered()
		if !b.more() {
			line := append([]byte(nil), b.buf[b.i:]...)
			b.i = len(b.buf)
			return line, b.taken()
		}
	}
}

func (b *Reader) ReadString(delim byte) (string, error) {
	line, err := b.ReadBytes(delim)
	return string(line), err
}

func (b *Reader) ReadLine() (line []byte, isPrefix bool, err error) {
	line, err = b.ReadBytes('\n')
	if len(line) == 0 {
		return nil, false, err
	}
	if line[len(line)-1] == '\n' {
		line = line[:len(line)-1]
		if n := len(line); n > 0 && line[n-1] == '\r' {
			line = line[:n-1]
		}
	}
	return line, false, nil
}

type ReadWriter struct {
	*Reader
	*Writer
}

func NewReadWriter(r *Reader, w *Writer) *ReadWriter { return &ReadWriter{r, w} }

type SplitFunc func(data []byte, atEOF bool) (advance int, token []byte, err error)

type Scanner struct {
	r     io.Reader
	split SplitFunc
	max   int
	buf   []byte
	token []byte
	err   error
	isEnd bool
	done  bool
}

func NewScanner(r io.Reader) *Scanner {
	return &Scanner{r: r, split: ScanLines, max: MaxScanTokenSize}
}

func (s *Scanner) Err() error {
	if s.err == io.EOF {
		return nil
	}
	return s.err
}
func (s *Scanner) Bytes() []byte                { return s.token }
func (s *Scanner) Text() string                 { return string(s.token) }
func (s *Scanner) Split(split SplitFunc)        { s.split = split }
func (s *Scanner) Buffer(buf []byte, max int)   { s.max = max }

func (s *Scanner) stop(err error) bool {
	s.done = true
	s.token = nil
	if s.err == nil || s.err == io.EOF {
		s.err = err
	}
	return false
}

func (s *Scanner) Scan() bool {
	for empty := 0; !s.done; {
		if len(s.buf) > 0 || s.isEnd {
			advance, token, err := s.split(s.buf, s.isEnd)
			if err == ErrFinalToken {
				s.done = true
				s.token = token
				return token != nil
			}
			switch {
			case err != nil:
				return s.stop(err)
			case advance < 0:
				return s.stop(ErrNegativeAdvance)
			case advance > len(s.buf):
				return s.stop(ErrAdvanceTooFar)
			}
			s.buf = s.buf[advance:]
			if token != nil {
				if advance > 0 {
					empty = 0
				} else if empty++; empty > 100 {
					panic("bufio.Scan: too many empty tokens without progressing")
				}
				s.token = token
				return true
			}
			if s.isEnd {
				if advance == 0 || len(s.buf) == 0 {
					return s.stop(s.err)
				}
				continue
			}
			if advance > 0 {
				continue
			}
		}
		if len(s.buf) >= s.max {
			return s.stop(ErrTooLong)
		}
		room := make([]byte, size)
		n, err := s.r.Read(room)
		s.buf = append(append([]byte(nil), s.buf...), room[:n]...)
		if err != nil {
			s.isEnd = true
			s.err = err
		}
	}
	s.token = nil
	return false
}

func ScanLines(data []byte, atEOF bool) (advance int, token []byte, err error) {
	if atEOF && len(data) == 0 {
		return 0, nil, nil
	}
	end, advance := -1, 0
	for i, c := range data {
		if c == '\n' {
			end, advance = i, i+1
			break
		}
	}
	if end < 0 {
		if !atEOF {
			return 0, nil, nil
		}
		end, advance = len(data), len(data)
	}
	if end > 0 && data[end-1] == '\r' {
		end--
	}
	return advance, data[:end], nil
}

func ScanBytes(data []byte, atEOF bool) (advance int, token []byte, err error) {
	if len(data) == 0 {
		return 0, nil, nil
	}
	return 1, data[:1], nil
}

func ScanRunes(data []byte, atEOF bool) (advance int, token []byte, err error) {
	if len(data) == 0 || !atEOF && !utf8.FullRune(data) {
		return 0, nil, nil
	}
	r, n := utf8.DecodeRune(data)
	if r == utf8.RuneError && n == 1 {
		return 1, []byte(string(utf8.RuneError)), nil
	}
	return n, data[:n], nil
}

func ScanWords(data []byte, atEOF bool) (advance int, token []byte, err error) {
	start := 0
	for start < len(data) {
		r, n := utf8.DecodeRune(data[start:])
		if !unicode.IsSpace(r) {
			break
		}
		start += n
	}
	for i := start; i < len(data); {
		r, n := utf8.DecodeRune(data[i:])
		if unicode.IsSpace(r) {
			return i + n, data[start:i], nil
		}
		i += n
	}
	if atEOF && len(data) > start {
		return len(data), data[start:], nil
	}
	return start, nil, nil
}
