// Package log: lines to standard error.
package log

import (
	"fmt"
	"io"
	"os"
)

const (
	Ldate = 1 << iota
	Ltime
	Lmicroseconds
	Llongfile
	Lshortfile
	LUTC
	Lmsgprefix
	LstdFlags = Ldate | Ltime
)

// A Logger writes no dates and no places: its flags are kept, and only the prefix shows.
type Logger struct {
	out    io.Writer
	prefix string
	flags  int
}

func New(out io.Writer, prefix string, flag int) *Logger { return &Logger{out, prefix, flag} }

var std = New(os.Stderr, "", LstdFlags)

func Default() *Logger { return std }

func (l *Logger) Output(calldepth int, s string) error {
	if s == "" || s[len(s)-1] != '\n' {
		s += "\n"
	}
	_, err := l.out.Write([]byte(l.prefix + s))
	return err
}

func (l *Logger) SetOutput(w io.Writer)   { l.out = w }
func (l *Logger) SetPrefix(prefix string) { l.prefix = prefix }
func (l *Logger) SetFlags(flag int)       { l.flags = flag }
func (l *Logger) Prefix() string          { return l.prefix }
func (l *Logger) Flags() int              { return l.flags }
func (l *Logger) Writer() io.Writer       { return l.out }

func (l *Logger) Print(v ...any)                 { l.Output(2, fmt.Sprint(v...)) }
func (l *Logger) Println(v ...any)               { l.Output(2, fmt.Sprintln(v...)) }
func (l *Logger) Printf(format string, v ...any) { l.Output(2, fmt.Sprintf(format, v...)) }
func (l *Logger) Fatal(v ...any) {
	l.Print(v...)
	os.Exit(1)
}
func (l *Logger) Fatalln(v ...any) {
	l.Println(v...)
	os.Exit(1)
}
func (l *Logger) Fatalf(format string, v ...any) {
	l.Printf(format, v...)
	os.Exit(1)
}
func (l *Logger) Panic(v ...any) {
	s := fmt.Sprint(v...)
	l.Output(2, s)
	panic(s)
}
func (l *Logger) Panicln(v ...any) {
	s := fmt.Sprintln(v...)
	l.Output(2, s)
	panic(s)
}
func (l *Logger) Panicf(format string, v ...any) {
	s := fmt.Sprintf(format, v...)
	l.Output(2, s)
	panic(s)
}

func SetOutput(w io.Writer)         { std.SetOutput(w) }
func SetPrefix(prefix string)       { std.SetPrefix(prefix) }
func SetFlags(flag int)             { std.SetFlags(flag) }
func Prefix() string                { return std.Prefix() }
func Flags() int                    { return std.Flags() }
func Print(v ...any)                { std.Print(v...) }
func Println(v ...any)              { std.Println(v...) }
func Printf(f string, v ...any)     { std.Printf(f, v...) }
func Fatal(v ...any)                { std.Fatal(v...) }
func Fatalln(v ...any)              { std.Fatalln(v...) }
func Fatalf(f string, v ...any)     { std.Fatalf(f, v...) }
func Panic(v ...any)                { std.Panic(v...) }
func Panicln(v ...any)              { std.Panicln(v...) }
func Panicf(f string, v ...any)     { std.Panicf(f, v...) }
