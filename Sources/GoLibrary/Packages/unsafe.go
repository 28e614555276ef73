// Package unsafe: what its constants say of types is the compiler's; it has no pointers.
package unsafe
