// Package testing: its types, for programs that name them.
package testing

type B struct{ N int }
type T struct{ failed bool }
