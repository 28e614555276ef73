// Reference stores, with the write barrier off and on.
//
// The barrier is on while the collector marks. So another goroutine collects again and again a heap
// that takes long to mark (one long list: nothing can be marked in parallel), and slices of stores
// are timed; a slice counts as "on" if the switch was on before and after it. Time is the thread's own
// CPU time, and only this goroutine runs on the thread: the mark workers are on others. Flushes of the
// barrier's buffer happen on this thread and are in the figure.
package main

import (
	"fmt"
	"os"
	"runtime"
	"sync/atomic"
	"time"
	_ "unsafe"
)

// The runtime's own switch. The layout is that of runtime.writeBarrier up to what is read.
//
//go:linkname writeBarrier runtime.writeBarrier
var writeBarrier struct {
	enabled bool
	pad     [3]byte
	alignme uint64
}

const storeSlots, storeValues, storeSlice = 2048, 1024, 50_000

type cell struct{ next *cell }

var cells *[storeSlots]*cell
var list *cell

//go:noinline
func storeMany(count int, slots *[storeSlots]*cell, values *[storeValues]*cell) {
	for i := 0; i < count; i++ {
		slots[i&(storeSlots-1)] = values[(i*7)&(storeValues-1)]
	}
}

func store(count int) {
	runtime.LockOSThread()
	cells = new([storeSlots]*cell)
	values := new([storeValues]*cell)
	for i := range values {
		values[i] = new(cell)
	}
	for i := 0; i < 4_000_000; i++ {
		list = &cell{list}
	}
	var off, on time.Duration
	var offCount, onCount int
	runtime.GC()
	for offCount < count {
		start := cpuTime(true)
		storeMany(storeSlice, cells, values)
		if used := cpuTime(true) - start; !writeBarrier.enabled {
			off += used
			offCount += storeSlice
		}
	}
	var done atomic.Bool
	finished := make(chan bool)
	go func() {
		for !done.Load() {
			runtime.GC()
		}
		finished <- true
	}()
	limit := time.Now().Add(20 * time.Second)
	for onCount < count && time.Now().Before(limit) {
		wasOn := writeBarrier.enabled
		start := cpuTime(true)
		storeMany(storeSlice, cells, values)
		used := cpuTime(true) - start
		if wasOn && writeBarrier.enabled {
			on += used
			onCount += storeSlice
		}
	}
	done.Store(true)
	<-finished
	if onCount == 0 {
		fmt.Fprintln(os.Stderr, "peer: the barrier was never on")
		os.Exit(1)
	}
	check(cells[0] != nil && list != nil, "a cell is gone")
	fmt.Printf(
		"{\"off_ns\":%.4f,\"on_ns\":%.4f,\"on_stores\":%d}\n",
		float64(off.Nanoseconds())/float64(offCount), float64(on.Nanoseconds())/float64(onCount),
		onCount)
}
