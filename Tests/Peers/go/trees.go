// binary-trees and gcbench, tree for tree as the workloads of those names.
package main

import (
	"fmt"
	"time"
)

type node struct{ left, right *node }

func bottomUp(depth int) *node {
	if depth == 0 {
		return &node{}
	}
	left := bottomUp(depth - 1)
	return &node{left, bottomUp(depth - 1)}
}

func (n *node) count() int {
	if n.left == nil {
		return 1
	}
	return 1 + n.left.count() + n.right.count()
}

func nodes(depth int) int { return 1<<(depth+1) - 1 }

func expect(counted, depth int) {
	check(counted == nodes(depth), "a tree has another number of nodes")
}

func trees(depth int) {
	start := time.Now()
	made := 2
	expect(bottomUp(depth+1).count(), depth+1)
	longLived := bottomUp(depth)
	expect(longLived.count(), depth)
	for d := 4; d <= depth; d += 2 {
		for left := 1 << (depth - d + 4); left > 0; left-- {
			expect(bottomUp(d).count(), d)
			made++
		}
	}
	expect(longLived.count(), depth)
	report(made, start)
}

func report(trees int, start time.Time) {
	fmt.Printf(
		"{\"trees\":%d,\"wall_ms\":%.3f,\"cpu_ms\":%.3f}\n", trees,
		float64(time.Since(start).Nanoseconds())/1e6, float64(cpuTime(false).Nanoseconds())/1e6)
}

type fatNode struct {
	left, right *fatNode
	i, j        int
}

func fatUp(depth int) *fatNode {
	if depth == 0 {
		return &fatNode{}
	}
	left := fatUp(depth - 1)
	return &fatNode{left: left, right: fatUp(depth - 1)}
}

func (n *fatNode) fill(depth int) {
	if depth == 0 {
		return
	}
	n.left = &fatNode{}
	n.right = &fatNode{}
	n.left.fill(depth - 1)
	n.right.fill(depth - 1)
}

func fatDown(depth int) *fatNode {
	n := &fatNode{}
	n.fill(depth)
	return n
}

func (n *fatNode) count() int {
	if n.left == nil {
		return 1
	}
	return 1 + n.left.count() + n.right.count()
}

func gcbench(depth, numbers int) {
	start := time.Now()
	made := 2
	expect(fatUp(depth+2).count(), depth+2)
	longLived := fatDown(depth)
	expect(longLived.count(), depth)
	array := make([]float64, numbers)
	for i := 1; i < numbers/2; i++ {
		array[i] = 1 / float64(i)
	}
	for d := 4; d <= depth; d += 2 {
		each := 2 * nodes(depth+2) / nodes(d)
		for i := 0; i < each; i++ {
			expect(fatDown(d).count(), d)
		}
		for i := 0; i < each; i++ {
			expect(fatUp(d).count(), d)
		}
		made += 2 * each
	}
	expect(longLived.count(), depth)
	for i := 1; i < numbers/2; i++ {
		check(array[i] == 1/float64(i), "the array has changed")
	}
	report(made, start)
}
