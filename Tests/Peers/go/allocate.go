// Allocation: 32 bytes of which 16 are references, kept by nobody, while LIVE others are.
package main

import (
	"fmt"
	"runtime"
	"time"
)

type pair struct {
	left, right *pair
	first, last uint64
}

var kept []*pair

// Not inlined, so that the object escapes; nothing is stored, so that no barrier is paid for.
//
//go:noinline
func newPair() *pair { return new(pair) }

func allocate(count, live int) {
	kept = make([]*pair, live)
	for i := range kept {
		kept[i] = newPair()
	}
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	start, cpu := time.Now(), cpuTime(false)
	var sum uint64
	for i := 0; i < count; i++ {
		p := newPair()
		p.first = uint64(i)
		sum += p.first
	}
	wall, used := time.Since(start), cpuTime(false)-cpu
	runtime.ReadMemStats(&after)
	check(sum == uint64(count)*uint64(count-1)/2, "the sum is another")
	check(live == 0 || kept[live-1] != nil, "a live object is gone")
	fmt.Printf(
		"{\"ns_per_object\":%.4f,\"cpu_ns_per_object\":%.4f,\"cycles\":%d}\n",
		float64(wall.Nanoseconds())/float64(count), float64(used.Nanoseconds())/float64(count),
		after.NumGC-before.NumGC)
}
