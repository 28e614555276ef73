// Package sort: sorting and searching.
//
// Sort is heap sort behind insertion sort of short stretches: no order of the input makes it slow.
// Stable sorts short blocks by insertion and merges them in place by rotations.
package sort

import "internal/machine"

type Interface interface {
	Len() int
	Less(i, j int) bool
	Swap(i, j int)
}

func Sort(data Interface) { quick(data, 0, data.Len(), 64) }

func insertion(data Interface, a, b int) {
	for i := a + 1; i < b; i++ {
		for j := i; j > a && data.Less(j, j-1); j-- {
			data.Swap(j, j-1)
		}
	}
}

// quick sorts [a, b) with the median of three; depth is what is left before heap sort takes over.
func quick(data Interface, a, b, depth int) {
	for b-a > 12 {
		if depth == 0 {
			heap(data, a, b)
			return
		}
		depth--
		m := a + (b-a)/2
		if data.Less(m, a) {
			data.Swap(m, a)
		}
		if data.Less(b-1, m) {
			data.Swap(b-1, m)
			if data.Less(m, a) {
				data.Swap(m, a)
			}
		}
		data.Swap(a, m)
		i, j := a+1, b-1
		for {
			for i <= j && data.Less(i, a) {
				i++
			}
			for i <= j && data.Less(a, j) {
				j--
			}
			if i >= j {
				break
			}
			data.Swap(i, j)
			i++
			j--
		}
		data.Swap(a, j)
		if j-a < b-j {
			quick(data, a, j, depth)
			a = j + 1
		} else {
			quick(data, j+1, b, depth)
			b = j
		}
	}
	insertion(data, a, b)
}

func heap(data Interface, a, b int) {
	n := b - a
	for i := (n - 1) / 2; i >= 0; i-- {
		sift(data, i, n, a)
	}
	for i := n - 1; i >= 0; i-- {
		data.Swap(a, a+i)
		sift(data, 0, i, a)
	}
}

func sift(data Interface, root, n, a int) {
	for {
		child := 2*root + 1
		if child >= n {
			return
		}
		if child+1 < n && data.Less(a+child, a+child+1) {
			child++
		}
		if !data.Less(a+root, a+child) {
			return
		}
		data.Swap(a+root, a+child)
		root = child
	}
}

func Stable(data Interface) {
	n := data.Len()
	const block = 16
	for a := 0; a < n; a += block {
		b := a + block
		if b > n {
			b = n
		}
		insertion(data, a, b)
	}
	for size := block; size < n; size *= 2 {
		for a := 0; a+size < n; a += 2 * size {
			b := a + 2*size
			if b > n {
				b = n
			}
			merge(data, a, a+size, b)
		}
	}
}

// merge makes one sorted stretch of [a, m) and [m, b).
func merge(data Interface, a, m, b int) {
	if m-a == 0 || b-m == 0 {
		return
	}
	if b-a == 2 {
		if data.Less(m, a) {
			data.Swap(a, m)
		}
		return
	}
	var i, j int
	if m-a > b-m {
		i = a + (m-a)/2
		j = m + Search(b-m, func(k int) bool { return !data.Less(m+k, i) })
	} else {
		j = m + (b-m)/2
		i = a + Search(m-a, func(k int) bool { return data.Less(j, a+k) })
	}
	if m-a > b-m {
		rotate(data, i, m, j)
		k := i + j - m
		merge(data, a, i, k)
		merge(data, k+1, j, b)
		return
	}
	rotate(data, i, m, j+1)
	k := i + j - m
	merge(data, a, i, k)
	merge(data, k+1, j+1, b)
}

func reverse(data Interface, a, b int) {
	for b--; a < b; a, b = a+1, b-1 {
		data.Swap(a, b)
	}
}

func rotate(data Interface, a, m, b int) {
	reverse(data, a, m)
	reverse(data, m, b)
	reverse(data, a, b)
}

func IsSorted(data Interface) bool {
	for i := data.Len() - 1; i > 0; i-- {
		if data.Less(i, i-1) {
			return false
		}
	}
	return true
}

type backward struct{ Interface }

func (r backward) Less(i, j int) bool { return r.Interface.Less(j, i) }

func Reverse(data Interface) Interface { return &backward{data} }

type IntSlice []int

func (x IntSlice) Len() int           { return len(x) }
func (x IntSlice) Less(i, j int) bool { return x[i] < x[j] }
func (x IntSlice) Swap(i, j int)      { x[i], x[j] = x[j], x[i] }
func (x IntSlice) Sort()              { Sort(x) }

type Float64Slice []float64

func (x Float64Slice) Len() int           { return len(x) }
func (x Float64Slice) Less(i, j int) bool { return x[i] < x[j] || x[i] != x[i] && x[j] == x[j] }
func (x Float64Slice) Swap(i, j int)      { x[i], x[j] = x[j], x[i] }
func (x Float64Slice) Sort()              { Sort(x) }

type StringSlice []string

func (x StringSlice) Len() int           { return len(x) }
func (x StringSlice) Less(i, j int) bool { return x[i] < x[j] }
func (x StringSlice) Swap(i, j int)      { x[i], x[j] = x[j], x[i] }
func (x StringSlice) Sort()              { Sort(x) }

func Ints(x []int)                       { Sort(IntSlice(x)) }
func Float64s(x []float64)               { Sort(Float64Slice(x)) }
func Strings(x []string)                 { Sort(StringSlice(x)) }
func IntsAreSorted(x []int) bool         { return IsSorted(IntSlice(x)) }
func Float64sAreSorted(x []float64) bool { return IsSorted(Float64Slice(x)) }
func StringsAreSorted(x []string) bool   { return IsSorted(StringSlice(x)) }

// anySlice is a slice of any type with an order.
type anySlice struct {
	slice any
	less  func(i, j int) bool
}

func (x *anySlice) Len() int           { return machine.Length(x.slice) }
func (x *anySlice) Less(i, j int) bool { return x.less(i, j) }
func (x *anySlice) Swap(i, j int)      { machine.Swap(x.slice, i, j) }

func look(x any, less func(i, j int) bool) *anySlice {
	if x != nil && machine.TypeKind(machine.TypeOf(x)) != machine.Slice {
		panic("sort: " + machine.TypeName(machine.TypeOf(x)) + " is not a slice")
	}
	return &anySlice{x, less}
}

func Slice(x any, less func(i, j int) bool)              { Sort(look(x, less)) }
func SliceStable(x any, less func(i, j int) bool)        { Stable(look(x, less)) }
func SliceIsSorted(x any, less func(i, j int) bool) bool { return IsSorted(look(x, less)) }

// Search is the least index in [0, n) for which f holds, n if there is none.
func Search(n int, f func(int) bool) int {
	low, high := 0, n
	for low < high {
		middle := int(uint(low+high) >> 1)
		if f(middle) {
			high = middle
		} else {
			low = middle + 1
		}
	}
	return low
}

func Find(n int, cmp func(int) int) (i int, found bool) {
	i = Search(n, func(k int) bool { return cmp(k) <= 0 })
	return i, i < n && cmp(i) == 0
}

func SearchInts(a []int, x int) int {
	return Search(len(a), func(i int) bool { return a[i] >= x })
}
func SearchFloat64s(a []float64, x float64) int {
	return Search(len(a), func(i int) bool { return a[i] >= x })
}
func SearchStrings(a []string, x string) int {
	return Search(len(a), func(i int) bool { return a[i] >= x })
}
