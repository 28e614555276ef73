// The n-queens problem by backtracking. The board is a slice whose length is known and that nobody
// keeps: `greywave build -m -l` says that it does not escape, so no move allocates anything.
package main

type board struct {
	columns, rising, falling []bool
	solutions                int
}

func (b *board) place(row, n int) {
	if row == n {
		b.solutions++
		return
	}
	for column := 0; column < n; column++ {
		up, down := row+column, row-column+n-1
		if b.columns[column] || b.rising[up] || b.falling[down] {
			continue
		}
		b.columns[column], b.rising[up], b.falling[down] = true, true, true
		b.place(row+1, n)
		b.columns[column], b.rising[up], b.falling[down] = false, false, false
	}
}

func main() {
	for n := 4; n <= 8; n++ {
		b := board{columns: make([]bool, 8), rising: make([]bool, 15), falling: make([]bool, 15)}
		b.place(0, n)
		println(n, "queens:", b.solutions, "solutions")
	}
}
