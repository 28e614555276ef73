// A matrix product, over slices of slices: rows are objects of their own in the heap.
package main

type matrix [][]float64

func newMatrix(n int, value func(row, column int) float64) matrix {
	m := make(matrix, n)
	for i := range m {
		m[i] = make([]float64, n)
		for j := range m[i] {
			m[i][j] = value(i, j)
		}
	}
	return m
}

func (a matrix) times(b matrix) matrix {
	return newMatrix(len(a), func(row, column int) (sum float64) {
		for k, x := range a[row] {
			sum += x * b[k][column]
		}
		return
	})
}

func main() {
	const n = 60
	a := newMatrix(n, func(i, j int) float64 { return float64(i-j) / n })
	b := newMatrix(n, func(i, j int) float64 { return float64(i+j) / n })
	c := a.times(b).times(a)
	trace := 0.0
	for i := range c {
		trace += c[i][i]
	}
	println(int(trace*1000), int(c[0][n-1]*1000))
}
