// Binary trees, as in the Computer Language Benchmarks Game: one long-lived tree, and very many that
// live for a moment. Every node is an object in the heap; the trees themselves are what a collector
// has to tell apart.
package main

type node struct{ left, right *node }

func build(depth int) *node {
	if depth == 0 {
		return &node{}
	}
	return &node{build(depth - 1), build(depth - 1)}
}

func (n *node) count() int {
	if n.left == nil {
		return 1
	}
	return 1 + n.left.count() + n.right.count()
}

func main() {
	const least, most = 4, 12
	println("stretch tree of depth", most+1, "check:", build(most+1).count())
	long := build(most)
	for depth := least; depth <= most; depth += 4 {
		trees := 1 << (most - depth + least)
		check := 0
		for i := 0; i < trees; i++ {
			check += build(depth).count()
		}
		println(trees, "trees of depth", depth, "check:", check)
	}
	println("long lived tree of depth", most, "check:", long.count())
}
