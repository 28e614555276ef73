// Package fmt: formatted printing.
//
// A printer holds the text and the flags of the directive in hand. Values are looked at through
// `internal/machine`: a composite one is taken apart into values in interfaces, each printed in its
// turn. Methods are asked of what the language would let a caller reach, so not of what lies in
// fields that are not exported.
package fmt

import (
	"errors"
	"internal/format"
	"internal/machine"
	"io"
	"os"
	"unicode/utf8"
)

type Stringer interface{ String() string }
type GoStringer interface{ GoString() string }
type State interface {
	Write(b []byte) (n int, err error)
	Width() (wid int, ok bool)
	Precision() (prec int, ok bool)
	Flag(c int) bool
}
type Formatter interface{ Format(f State, verb rune) }

type printer struct {
	format.Text
	// Telling of a wrong verb: methods are not asked.
	isTelling bool
	// Telling of a panic in a method.
	isPanicking bool
	// Of Errorf.
	wraps   bool
	wrapped []int
	// The index of the argument in hand, and its text of what was asked of.
	index int
	// An index in brackets was used; one of them was wrong.
	isReordered, isBadIndex bool
}

func (p *printer) Write(b []byte) (n int, err error) {
	p.Buf = append(p.Buf, b...)
	return len(b), nil
}

func (p *printer) WriteString(s string) (n int, err error) {
	p.String(s)
	return len(s), nil
}

func (p *printer) Width() (int, bool) {
	if p.Text.Width < 0 {
		return 0, false
	}
	return p.Text.Width, true
}

func (p *printer) Precision() (int, bool) {
	if p.Text.Precision < 0 {
		return 0, false
	}
	return p.Text.Precision, true
}

func (p *printer) Flag(c int) bool {
	switch c {
	case '-':
		return p.Minus
	case '+':
		return p.Plus || p.PlusV
	case '#':
		return p.Sharp || p.SharpV
	case ' ':
		return p.Space
	case '0':
		return p.Zero && !p.Minus
	}
	return false
}

// FormatString is the directive that a Formatter was called with.
func FormatString(state State, verb rune) string {
	text := "%"
	for _, c := range " +-#0" {
		if state.Flag(int(c)) {
			text += string(c)
		}
	}
	if w, ok := state.Width(); ok {
		text += Sprint(w)
	}
	if p, ok := state.Precision(); ok {
		text += "." + Sprint(p)
	}
	return text + string(verb)
}

func Sprintf(format string, a ...any) string {
	var p printer
	p.printf(format, a)
	return machine.StringOf(p.Buf)
}

func Sprint(a ...any) string {
	var p printer
	p.print(a)
	return machine.StringOf(p.Buf)
}

func Sprintln(a ...any) string {
	var p printer
	p.println(a)
	return machine.StringOf(p.Buf)
}

func Printf(format string, a ...any) (n int, err error) { return Fprintf(os.Stdout, format, a...) }
func Print(a ...any) (n int, err error)                 { return Fprint(os.Stdout, a...) }
func Println(a ...any) (n int, err error)               { return Fprintln(os.Stdout, a...) }

func Fprintf(w io.Writer, format string, a ...any) (n int, err error) {
	var p printer
	p.printf(format, a)
	return w.Write(p.Buf)
}

func Fprint(w io.Writer, a ...any) (n int, err error) {
	var p printer
	p.print(a)
	return w.Write(p.Buf)
}

func Fprintln(w io.Writer, a ...any) (n int, err error) {
	var p printer
	p.println(a)
	return w.Write(p.Buf)
}

func Append(b []byte, a ...any) []byte {
	var p printer
	p.print(a)
	return append(b, p.Buf...)
}

func Appendf(b []byte, format string, a ...any) []byte {
	var p printer
	p.printf(format, a)
	return append(b, p.Buf...)
}

func Appendln(b []byte, a ...any) []byte {
	var p printer
	p.println(a)
	return append(b, p.Buf...)
}

type wrapError struct {
	msg string
	err error
}

func (e *wrapError) Error() string { return e.msg }
func (e *wrapError) Unwrap() error { return e.err }

type wrapErrors struct {
	msg  string
	errs []error
}

func (e *wrapErrors) Error() string   { return e.msg }
func (e *wrapErrors) Unwrap() []error { return e.errs }

func Errorf(format string, a ...any) error {
	p := printer{wraps: true}
	p.printf(format, a)
	text := machine.StringOf(p.Buf)
	var errs []error
	for i := range a {
		for _, index := range p.wrapped {
			if index == i {
				if err, ok := a[i].(error); ok {
					errs = append(errs, err)
				}
				break
			}
		}
	}
	switch {
	case len(p.wrapped) == 0:
		return errors.New(text)
	case len(p.wrapped) == 1:
		if len(errs) == 0 {
			return &wrapError{text, nil}
		}
		return &wrapError{text, errs[0]}
	}
	return &wrapErrors{text, errs}
}

func (p *printer) print(a []any) {
	wasString := false
	for i, x := range a {
		isString := x != nil && machine.TypeKind(machine.TypeOf(x)) == machine.String
		if i > 0 && !isString && !wasString {
			p.Byte(' ')
		}
		p.Clear()
		p.argument(x, 'v')
		wasString = isString
	}
}

func (p *printer) println(a []any) {
	for i, x := range a {
		if i > 0 {
			p.Byte(' ')
		}
		p.Clear()
		p.argument(x, 'v')
	}
	p.Byte('\n')
}

// number reads decimal digits; ok says whether there were any, of a number not too large.
func number(s string, i, end int) (value int, ok bool, next int) {
	for next = i; next < end && '0' <= s[next] && s[next] <= '9'; next++ {
		if value > 1000000 {
			return 0, false, end
		}
		value = value*10 + int(s[next]-'0')
		ok = true
	}
	return
}

// bracket reads [n]; found says that there was one, even if it was wrong.
func (p *printer) bracket(s string, i, count int) (next int, found bool) {
	if i >= len(s) || s[i] != '[' {
		return i, false
	}
	p.isReordered = true
	for j := i + 1; j < len(s); j++ {
		if s[j] == ']' {
			n, ok, after := number(s, i+1, j)
			if !ok || after != j || n < 1 || n > count {
				p.isBadIndex = true
				return j + 1, ok && after == j
			}
			p.index = n - 1
			return j + 1, true
		}
	}
	p.isBadIndex = true
	return i + 1, false
}

// star takes an argument as width or precision.
func (p *printer) star(a []any) (value int, ok bool) {
	if p.index >= len(a) {
		return 0, false
	}
	x := a[p.index]
	p.index++
	if x == nil {
		return 0, false
	}
	kind := machine.TypeKind(machine.TypeOf(x))
	switch {
	case machine.Int <= kind && kind <= machine.Int64:
		value = int(machine.Word(x))
	case machine.Uint <= kind && kind <= machine.Uintptr:
		value = int(machine.Word(x))
		if value < 0 {
			return 0, false
		}
	default:
		return 0, false
	}
	if value > 1000000 || value < -1000000 {
		return 0, false
	}
	return value, true
}

func (p *printer) printf(s string, a []any) {
	p.index = 0
	wasReordered := false
	for i := 0; i < len(s); {
		start := i
		for i < len(s) && s[i] != '%' {
			i++
		}
		if i > start {
			p.String(s[start:i])
		}
		if i >= len(s) {
			break
		}
		i++
		p.Clear()
		p.isReordered, p.isBadIndex = false, false
		i = p.flags(s, i)
		var found bool
		i, found = p.bracket(s, i, len(a))
		if i < len(s) && s[i] == '*' {
			i++
			w, ok := p.star(a)
			if !ok {
				p.String("%!(BADWIDTH)")
			} else {
				p.Text.Width = w
				if w < 0 {
					p.Text.Width = -w
					p.Minus = true
					p.Zero = false
				}
			}
			found = false
		} else {
			w, ok, next := number(s, i, len(s))
			i = next
			if ok {
				p.Text.Width = w
				if found {
					p.isBadIndex = true
				}
			}
		}
		if i+1 <= len(s) && s[i] == '.' {
			i++
			if found {
				p.isBadIndex = true
			}
			i, found = p.bracket(s, i, len(a))
			if i < len(s) && s[i] == '*' {
				i++
				n, ok := p.star(a)
				if !ok {
					p.String("%!(BADPREC)")
				} else if n < 0 {
					p.String("%!(BADPREC)")
				} else {
					p.Text.Precision = n
				}
				found = false
			} else {
				n, ok, next := number(s, i, len(s))
				i = next
				p.Text.Precision = 0
				if ok {
					p.Text.Precision = n
				}
			}
		}
		if !found {
			i, found = p.bracket(s, i, len(a))
		}
		if p.isReordered {
			wasReordered = true
		}
		if i >= len(s) {
			p.String("%!(NOVERB)")
			break
		}
		verb, size := utf8.DecodeRuneInString(s[i:])
		i += size
		switch {
		case verb == '%':
			p.Byte('%')
		case p.isBadIndex:
			p.String("%!")
			p.Rune(verb)
			p.String("(BADINDEX)")
		case p.index >= len(a):
			p.String("%!")
			p.Rune(verb)
			p.String("(MISSING)")
		default:
			if verb == 'w' && p.wraps {
				if _, ok := a[p.index].(error); ok {
					p.wrapped = append(p.wrapped, p.index)
					verb = 'v'
				}
			}
			if verb == 'v' || verb == 'w' {
				p.SharpV, p.Sharp = p.Sharp, false
				p.PlusV, p.Plus = p.Plus, false
			}
			p.argument(a[p.index], verb)
			p.index++
		}
	}
	if !wasReordered && p.index < len(a) {
		p.Clear()
		p.String("%!(EXTRA ")
		for i, x := range a[p.index:] {
			if i > 0 {
				p.String(", ")
			}
			if x == nil {
				p.String("<nil>")
			} else {
				p.String(machine.TypeName(machine.TypeOf(x)))
				p.Byte('=')
				p.argument(x, 'v')
			}
		}
		p.Byte(')')
	}
}

func (p *printer) flags(s string, i int) int {
	for ; i < len(s); i++ {
		switch s[i] {
		case '#':
			p.Sharp = true
		case '0':
			p.Zero = true
		case '+':
			p.Plus = true
		case '-':
			p.Minus = true
		case ' ':
			p.Space = true
		default:
			return i
		}
	}
	return i
}

// argument prints one operand of a call.
func (p *printer) argument(x any, verb rune) {
	if x == nil {
		if verb == 'T' || verb == 'v' {
			p.Pad("<nil>")
		} else {
			p.wrongVerb(x, 0, verb)
		}
		return
	}
	t := machine.TypeOf(x)
	switch verb {
	case 'T':
		p.Str(machine.TypeName(t))
		return
	case 'p':
		p.pointer(x, t, verb)
		return
	}
	switch v := x.(type) {
	case string:
		p.text(x, t, v, verb)
	case int:
		p.integer(x, t, uint64(v), true, verb)
	case []byte:
		p.bytes(x, t, v, verb, "[]byte")
	default:
		p.value(x, t, verb, 0, true)
	}
}

func (p *printer) wrongVerb(x any, t int, verb rune) {
	p.isTelling = true
	p.String("%!")
	p.Rune(verb)
	p.Byte('(')
	if x == nil {
		p.String("<nil>")
	} else {
		p.String(machine.TypeName(t))
		p.Byte('=')
		p.value(x, t, 'v', 0, false)
	}
	p.Byte(')')
	p.isTelling = false
}

// methods prints x by a method of its own, if it has one for this verb.
func (p *printer) methods(x any, verb rune) (done bool) {
	if p.isTelling {
		return false
	}
	if verb == 'w' {
		p.wrongVerb(x, machine.TypeOf(x), verb)
		return true
	}
	if f, ok := x.(Formatter); ok {
		done = true
		defer p.caught(x, verb, "Format")
		f.Format(p, verb)
		return true
	}
	if p.SharpV {
		if s, ok := x.(GoStringer); ok {
			done = true
			defer p.caught(x, verb, "GoString")
			p.Str(s.GoString())
			return true
		}
		return false
	}
	switch verb {
	case 'v', 's', 'x', 'X', 'q':
		switch v := x.(type) {
		case error:
			done = true
			defer p.caught(x, verb, "Error")
			p.text(x, 0, v.Error(), verb)
			return true
		case Stringer:
			done = true
			defer p.caught(x, verb, "String")
			p.text(x, 0, v.String(), verb)
			return true
		}
	}
	return false
}

// caught tells of a panic in a method; with a nil pointer as receiver that is a nil value.
func (p *printer) caught(x any, verb rune, method string) {
	err := recover()
	if err == nil {
		return
	}
	if machine.TypeKind(machine.TypeOf(x)) == machine.Ptr && machine.Pointer(x) == 0 {
		p.String("<nil>")
		return
	}
	if p.isPanicking {
		panic(err)
	}
	flags := p.Flags
	p.Clear()
	p.String("%!")
	p.Rune(verb)
	p.String("(PANIC=")
	p.String(method)
	p.String(" method: ")
	p.isPanicking = true
	p.argument(err, 'v')
	p.isPanicking = false
	p.Byte(')')
	p.Flags = flags
}

func (p *printer) boolean(x any, t int, v bool, verb rune) {
	if verb == 't' || verb == 'v' {
		p.Bool(v)
	} else {
		p.wrongVerb(x, t, verb)
	}
}

func (p *printer) integer(x any, t int, v uint64, signed bool, verb rune) {
	switch verb {
	case 'v':
		if p.SharpV && !signed {
			p.Hex(v, true)
		} else {
			p.Integer(v, 10, signed, verb, false)
		}
	case 'd':
		p.Integer(v, 10, signed, verb, false)
	case 'b':
		p.Integer(v, 2, signed, verb, false)
	case 'o', 'O':
		p.Integer(v, 8, signed, verb, false)
	case 'x':
		p.Integer(v, 16, signed, verb, false)
	case 'X':
		p.Integer(v, 16, signed, verb, true)
	case 'c':
		p.Char(v)
	case 'q':
		p.QuotedChar(v)
	case 'U':
		p.Unicode(v)
	default:
		p.wrongVerb(x, t, verb)
	}
}

func (p *printer) float(x any, t int, v float64, bits int, verb rune) {
	switch verb {
	case 'v':
		p.Float(v, bits, 'g', -1)
	case 'b', 'g', 'G', 'x', 'X':
		p.Float(v, bits, verb, -1)
	case 'f', 'e', 'E':
		p.Float(v, bits, verb, 6)
	case 'F':
		p.Float(v, bits, 'f', 6)
	default:
		p.wrongVerb(x, t, verb)
	}
}

func (p *printer) text(x any, t int, v string, verb rune) {
	switch verb {
	case 'v':
		if p.SharpV {
			p.Quoted(v)
		} else {
			p.Str(v)
		}
	case 's':
		p.Str(v)
	case 'x':
		p.HexBytes(v, false)
	case 'X':
		p.HexBytes(v, true)
	case 'q':
		p.Quoted(v)
	default:
		p.wrongVerb(x, t, verb)
	}
}

func (p *printer) bytes(x any, t int, v []byte, verb rune, name string) {
	switch verb {
	case 'v', 'd':
		if p.SharpV {
			p.String(name)
			if v == nil {
				p.String("(nil)")
				return
			}
			p.Byte('{')
			for i, c := range v {
				if i > 0 {
					p.String(", ")
				}
				p.Hex(uint64(c), true)
			}
			p.Byte('}')
			return
		}
		p.Byte('[')
		for i, c := range v {
			if i > 0 {
				p.Byte(' ')
			}
			p.Integer(uint64(c), 10, false, verb, false)
		}
		p.Byte(']')
	case 's':
		p.Str(string(v))
	case 'x':
		p.HexBytes(string(v), false)
	case 'X':
		p.HexBytes(string(v), true)
	case 'q':
		p.Quoted(string(v))
	default:
		p.value(x, t, verb, 0, false)
	}
}

func (p *printer) pointer(x any, t int, verb rune) {
	u := uint64(0)
	switch machine.TypeKind(t) {
	case machine.Chan, machine.Func, machine.Map, machine.Ptr, machine.Slice:
		u = uint64(machine.Pointer(x))
	default:
		p.wrongVerb(x, t, verb)
		return
	}
	switch verb {
	case 'v':
		switch {
		case p.SharpV:
			p.Byte('(')
			p.String(machine.TypeName(t))
			p.String(")(")
			if u == 0 {
				p.String("nil")
			} else {
				p.Hex(u, true)
			}
			p.Byte(')')
		case u == 0:
			p.Pad("<nil>")
		default:
			p.Hex(u, !p.Sharp)
		}
	case 'p':
		p.Hex(u, !p.Sharp)
	case 'b', 'o', 'd', 'x', 'X':
		p.integer(x, t, u, false, verb)
	default:
		p.wrongVerb(x, t, verb)
	}
}

// value prints a value of the type t, which is an interface's own type if that is nil.
// asks: its methods may be asked for.
func (p *printer) value(x any, t int, verb rune, depth int, asks bool) {
	if x == nil {
		switch {
		case t == 0:
			p.String("<nil>")
		case p.SharpV:
			p.String(machine.TypeName(t))
			p.String("(nil)")
		default:
			p.String("<nil>")
		}
		return
	}
	t = machine.TypeOf(x)
	if asks && p.methods(x, verb) {
		return
	}
	kind := machine.TypeKind(t)
	switch kind {
	case machine.Bool:
		p.boolean(x, t, machine.Word(x) != 0, verb)
	case machine.Int, machine.Int8, machine.Int16, machine.Int32, machine.Int64:
		p.integer(x, t, machine.Word(x), true, verb)
	case machine.Uint, machine.Uint8, machine.Uint16, machine.Uint32, machine.Uint64, machine.Uintptr:
		p.integer(x, t, machine.Word(x), false, verb)
	case machine.Float32:
		p.float(x, t, machine.FloatFromBits(machine.Word(x)), 32, verb)
	case machine.Float64:
		p.float(x, t, machine.FloatFromBits(machine.Word(x)), 64, verb)
	case machine.String:
		p.text(x, t, machine.Text(x), verb)
	case machine.Map:
		p.mapping(x, t, verb, depth, asks)
	case machine.Struct:
		p.structure(x, t, verb, depth, asks)
	case machine.Array, machine.Slice:
		p.sequence(x, t, kind, verb, depth, asks)
	case machine.Ptr:
		if depth == 0 && machine.Pointer(x) != 0 {
			e := machine.TypeElement(t)
			switch machine.TypeKind(e) {
			case machine.Array, machine.Slice, machine.Struct, machine.Map:
				p.Byte('&')
				p.value(machine.Pointee(x), e, verb, depth+1, asks)
				return
			}
		}
		p.pointer(x, t, verb)
	case machine.Chan, machine.Func:
		p.pointer(x, t, verb)
	}
}

func (p *printer) mapping(x any, t int, verb rune, depth int, asks bool) {
	if p.SharpV {
		p.String(machine.TypeName(t))
		if machine.Pointer(x) == 0 {
			p.String("(nil)")
			return
		}
		p.Byte('{')
	} else {
		p.String("map[")
	}
	keyType, valueType := machine.TypeKey(t), machine.TypeElement(t)
	for i, e := range sorted(x) {
		if i > 0 {
			p.separator()
		}
		p.value(e.key, keyType, verb, depth+1, asks)
		p.Byte(':')
		p.value(e.value, valueType, verb, depth+1, asks)
	}
	if p.SharpV {
		p.Byte('}')
	} else {
		p.Byte(']')
	}
}

func (p *printer) separator() {
	if p.SharpV {
		p.String(", ")
	} else {
		p.Byte(' ')
	}
}

func (p *printer) structure(x any, t int, verb rune, depth int, asks bool) {
	if p.SharpV {
		p.String(machine.TypeName(t))
	}
	p.Byte('{')
	count := machine.TypeCount(t)
	for i := 0; i < count; i++ {
		if i > 0 {
			p.separator()
		}
		if p.PlusV || p.SharpV {
			p.String(machine.FieldName(t, i))
			p.Byte(':')
		}
		isExported := machine.FieldFlags(t, i)&1 != 0
		p.value(machine.Element(x, i), machine.FieldType(t, i), verb, depth+1, asks && isExported)
	}
	p.Byte('}')
}

func (p *printer) sequence(x any, t int, kind int, verb rune, depth int, asks bool) {
	e := machine.TypeElement(t)
	switch verb {
	case 's', 'q', 'x', 'X':
		if machine.TypeKind(e) == machine.Uint8 {
			p.bytes(x, t, machine.Bytes(x), verb, machine.TypeName(t))
			return
		}
	}
	if p.SharpV {
		p.String(machine.TypeName(t))
		if kind == machine.Slice && machine.Pointer(x) == 0 {
			p.String("(nil)")
			return
		}
		p.Byte('{')
	} else {
		p.Byte('[')
	}
	for i := 0; i < machine.Length(x); i++ {
		if i > 0 {
			p.separator()
		}
		p.value(machine.Element(x, i), e, verb, depth+1, asks)
	}
	if p.SharpV {
		p.Byte('}')
	} else {
		p.Byte(']')
	}
}

type entry struct{ key, value any }

// sorted are the entries of a map by their keys, as far as those have an order.
func sorted(x any) []entry {
	flat := make([]any, 2*machine.Length(x))
	machine.Entries(x, flat)
	all := make([]entry, len(flat)/2)
	for i := range all {
		all[i] = entry{flat[2*i], flat[2*i+1]}
	}
	spare := make([]entry, len(all))
	mergeSort(all, spare)
	return all
}

func mergeSort(all, spare []entry) {
	if len(all) < 2 {
		return
	}
	middle := len(all) / 2
	mergeSort(all[:middle], spare[:middle])
	mergeSort(all[middle:], spare[middle:])
	copy(spare, all)
	i, j := 0, middle
	for n := range all {
		if j == len(all) || i < middle && compare(spare[j].key, spare[i].key) >= 0 {
			all[n] = spare[i]
			i++
		} else {
			all[n] = spare[j]
			j++
		}
	}
}

// compare orders keys: nil first, numbers by value with NaN before others, strings by bytes, structs
// and arrays by their parts, what else there is by type and address.
func compare(a, b any) int {
	if a == nil || b == nil {
		switch {
		case a == b:
			return 0
		case a == nil:
			return -1
		}
		return 1
	}
	t := machine.TypeOf(a)
	if u := machine.TypeOf(b); t != u {
		if t < u {
			return -1
		}
		return 1
	}
	switch kind := machine.TypeKind(t); kind {
	case machine.Int, machine.Int8, machine.Int16, machine.Int32, machine.Int64:
		return order(int64(machine.Word(a)) < int64(machine.Word(b)), machine.Word(a) == machine.Word(b))
	case machine.String:
		x, y := machine.Text(a), machine.Text(b)
		return order(x < y, x == y)
	case machine.Float32, machine.Float64:
		x, y := machine.FloatFromBits(machine.Word(a)), machine.FloatFromBits(machine.Word(b))
		return order(x < y || x != x && y == y, x == y || x != x && y != y)
	case machine.Struct, machine.Array:
		for i := 0; i < machine.Length(a); i++ {
			if c := compare(machine.Element(a, i), machine.Element(b, i)); c != 0 {
				return c
			}
		}
		return 0
	default:
		return order(machine.Word(a) < machine.Word(b), machine.Word(a) == machine.Word(b))
	}
}

func order(isLess, isEqual bool) int {
	if isLess {
		return -1
	}
	if isEqual {
		return 0
	}
	return 1
}
