// Marking: the graph hangs from one global, and whole collections are asked for. What a mark phase
// took is in the runtime's own trace (GODEBUG=gctrace=1); wall_ms is of whole calls of runtime.GC,
// which sweep as well.
package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"time"
	"unsafe"
)

type node2 struct{ slots [2]unsafe.Pointer }
type node4 struct{ slots [4]unsafe.Pointer }

var root unsafe.Pointer

func mark(g *graph, rounds int) {
	debug.SetGCPercent(-1)
	checksum := build(g)
	g.order = nil
	runtime.GC()
	fmt.Printf("{\"checksum\":\"%d\",\"wall_ms\":[", checksum)
	for round := 0; round < rounds; round++ {
		start := time.Now()
		runtime.GC()
		if round > 0 {
			fmt.Print(",")
		}
		fmt.Printf("%.4f", float64(time.Since(start).Nanoseconds())/1e6)
	}
	fmt.Println("]}")
	check(root != nil, "the root is gone")
}

// On its own, so that the table of all objects is in no frame when it is marked.
//
//go:noinline
func build(g *graph) uint64 {
	all := make([]unsafe.Pointer, g.objects)
	for i := range all {
		if g.slots == 2 {
			all[i] = unsafe.Pointer(new(node2))
		} else {
			all[i] = unsafe.Pointer(new(node4))
		}
	}
	checksum := g.edges(func(object, slot, target, word int) {
		*(*unsafe.Pointer)(unsafe.Add(all[object], slot*8)) = unsafe.Add(all[target], word*8)
	})
	root = all[g.object(0)]
	return checksum
}
