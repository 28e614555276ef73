// Package errors: errors as values, and chains of them.
package errors

import "internal/machine"

type errorString struct{ s string }

func (e *errorString) Error() string { return e.s }

// New returns another error each time, whatever its text.
func New(text string) error { return &errorString{text} }

// ErrUnsupported says that an operation cannot be done.
var ErrUnsupported = New("unsupported operation")

func Unwrap(err error) error {
	u, ok := err.(interface{ Unwrap() error })
	if !ok {
		return nil
	}
	return u.Unwrap()
}

func Is(err, target error) bool {
	if err == nil || target == nil {
		return err == target
	}
	return is(err, target, machine.IsComparable(target))
}

func is(err, target error, comparable bool) bool {
	for err != nil {
		if comparable && err == target {
			return true
		}
		if x, ok := err.(interface{ Is(error) bool }); ok && x.Is(target) {
			return true
		}
		if many, ok := err.(interface{ Unwrap() []error }); ok {
			for _, one := range many.Unwrap() {
				if is(one, target, comparable) {
					return true
				}
			}
			return false
		}
		err = Unwrap(err)
	}
	return false
}

func As(err error, target any) bool {
	if err == nil {
		return false
	}
	if target == nil {
		panic("errors: target cannot be nil")
	}
	if machine.TypeKind(machine.TypeOf(target)) != machine.Ptr || machine.Pointer(target) == 0 {
		panic("errors: target must be a non-nil pointer")
	}
	return as(err, target)
}

func as(err error, target any) bool {
	for err != nil {
		if machine.Assign(target, err) {
			return true
		}
		if x, ok := err.(interface{ As(any) bool }); ok && x.As(target) {
			return true
		}
		if many, ok := err.(interface{ Unwrap() []error }); ok {
			for _, one := range many.Unwrap() {
				if one != nil && as(one, target) {
					return true
				}
			}
			return false
		}
		err = Unwrap(err)
	}
	return false
}

type joinError struct{ errs []error }

func Join(errs ...error) error {
	var all []error
	for _, err := range errs {
		if err != nil {
			all = append(all, err)
		}
	}
	if len(all) == 0 {
		return nil
	}
	return &joinError{all}
}

func (e *joinError) Error() string {
	text := ""
	for i, err := range e.errs {
		if i > 0 {
			text += "\n"
		}
		text += err.Error()
	}
	return text
}

func (e *joinError) Unwrap() []error { return e.errs }
