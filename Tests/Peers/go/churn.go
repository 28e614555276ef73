// churn: a least-recently-used map of steady size, object for object as the workload of that name.
//
// An operation's latency runs from its beginning to that of the next one, so whatever the collector
// takes from this goroutine is in it. The worst 10 ms are those in which the fewest operations began.
package main

import (
	"fmt"
	"math/bits"
	"runtime"
	"runtime/metrics"
	"time"
)

type entry struct {
	chain, newer, older *entry
	value               []uint64
	key                 int
	version             uint64
}

type lru struct {
	table          []*entry
	newest, oldest *entry
	count, words   int
}

func stamp(a, b uint64) uint64 {
	return mix(a*0x9E3779B97F4A7C15+(b^0xD1B54A32D192ED03)) | 1
}

func (m *lru) bucket(key int) *(*entry) {
	return &m.table[int(stamp(uint64(key), 0)>>1)&(len(m.table)-1)]
}

func (m *lru) find(key int) *entry {
	e := *m.bucket(key)
	for e != nil && e.key != key {
		e = e.chain
	}
	return e
}

func (m *lru) newValue(key int, version uint64) []uint64 {
	value := make([]uint64, m.words)
	value[0] = stamp(uint64(key), version)
	value[m.words-1] = value[0]
	return value
}

func (m *lru) link(e *entry) {
	e.older, e.newer = m.newest, nil
	if m.newest == nil {
		m.oldest = e
	} else {
		m.newest.newer = e
	}
	m.newest = e
}

func (m *lru) unlink(e *entry) {
	if e.newer == nil {
		m.newest = e.older
	} else {
		e.newer.older = e.older
	}
	if e.older == nil {
		m.oldest = e.newer
	} else {
		e.older.newer = e.newer
	}
}

func (m *lru) insert(key int) {
	e := &entry{key: key, version: 1, value: m.newValue(key, 1)}
	bucket := m.bucket(key)
	e.chain = *bucket
	*bucket = e
	m.link(e)
	m.count++
}

func (m *lru) evict() {
	oldest := m.oldest
	m.unlink(oldest)
	for at := m.bucket(oldest.key); *at != nil; at = &(*at).chain {
		if *at == oldest {
			*at = oldest.chain
			break
		}
	}
	m.count--
}

func (m *lru) use(random *generator, entries int) {
	key := min(random.below(2*entries), random.below(2*entries))
	replaces := random.below(4) < 1
	e := m.find(key)
	if e == nil {
		m.insert(key)
		if m.count > entries {
			m.evict()
		}
		return
	}
	right := stamp(uint64(key), e.version)
	check(e.value[0] == right && e.value[m.words-1] == right, "a value is another's")
	if replaces {
		e.version++
		e.value = m.newValue(key, e.version)
	}
	if m.newest != e {
		m.unlink(e)
		m.link(e)
	}
}

type generator struct{ state uint64 }

func (g *generator) below(bound int) int {
	g.state += 0x9E3779B97F4A7C15
	return below(mix(g.state), bound)
}

// Latencies in nanoseconds, to about one per cent: 128 buckets to begin with, and 64 for each power
// of two after that.
type histogram struct {
	buckets [64 * 60]uint64
	count   uint64
	most    int64
}

func (h *histogram) record(ns int64) {
	h.most = max(h.most, ns)
	h.count++
	power := max(0, bits.Len64(uint64(ns))-7)
	h.buckets[power*64+int(ns>>power)]++
}

func (h *histogram) percentile(share float64) int64 {
	wanted, seen := uint64(share*float64(h.count)+0.999999), uint64(0)
	for index, n := range h.buckets {
		seen += n
		if seen >= wanted {
			power := max(0, index/64-1)
			return int64(index-power*64) << power
		}
	}
	return h.most
}

func gcShare() (gc, total float64) {
	samples := []metrics.Sample{
		{Name: "/cpu/classes/gc/total:cpu-seconds"}, {Name: "/cpu/classes/total:cpu-seconds"},
	}
	metrics.Read(samples)
	return samples[0].Value.Float64(), samples[1].Value.Float64()
}

func churn(entries, operations, words, seed int) {
	buckets := 16
	for buckets < entries {
		buckets *= 2
	}
	m := &lru{table: make([]*entry, buckets), words: words}
	for m.count < entries {
		m.insert(m.count)
	}
	random := &generator{uint64(seed)}
	latencies := &histogram{}
	runtime.GC()
	gcBefore, _ := gcShare()
	cpuBefore := cpuTime(false)
	start := time.Now()
	const window = 10 * time.Millisecond
	began, windowEnd, inWindow, worst := start, start.Add(window), 0, operations
	for i := 0; i < operations; i++ {
		m.use(random, entries)
		now := time.Now()
		latencies.record(now.Sub(began).Nanoseconds())
		began = now
		for !now.Before(windowEnd) {
			worst = min(worst, inWindow)
			inWindow = 0
			windowEnd = windowEnd.Add(window)
		}
		inWindow++
	}
	wall := time.Since(start)
	runtime.GC()
	gcAfter, _ := gcShare()
	used := cpuTime(false) - cpuBefore
	check(m.count == entries, "another number of entries")
	fmt.Printf(
		"{\"operations\":%d,\"wall_ms\":%.3f,\"worst_10ms\":%d,\"p9999_ns\":%d,\"max_ns\":%d,"+
			"\"gc_percent\":%.3f}\n",
		operations, float64(wall.Nanoseconds())/1e6, worst, latencies.percentile(0.9999),
		latencies.most, 100*(gcAfter-gcBefore)/used.Seconds())
}
