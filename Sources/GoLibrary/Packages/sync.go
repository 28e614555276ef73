// Package sync: locks and what is built of them.
//
// Whoever waits for a lock or a semaphore is handed it by the one that gives it up, in the order of
// coming. Between two statements without a call or a loop nobody else runs, because a goroutine
// pauses only at calls and at branches that are taken.
package sync

import "internal/machine"

type Locker interface {
	Lock()
	Unlock()
}

type Mutex struct {
	locked uint32
	unused uint32
}

func (m *Mutex) Lock()         { machine.Lock(&m.locked, "sync.Mutex.Lock") }
func (m *Mutex) TryLock() bool { return machine.TryLock(&m.locked) }
func (m *Mutex) Unlock() {
	if !machine.Unlock(&m.locked) {
		machine.Fatal("sync: unlock of unlocked mutex")
	}
}

// RWMutex: the inner lock guards the counts; whoever has to wait does so at a semaphore of its kind,
// and is counted among those that have the lock by the one that wakes it.
type RWMutex struct {
	guard          uint32
	writing        bool
	readers        int32
	waitingReaders int32
	waitingWriters int32
	readerSlot     uint32
	writerSlot     uint32
}

func (rw *RWMutex) enter() { machine.Lock(&rw.guard, "sync.Mutex.Lock") }
func (rw *RWMutex) leave() { machine.Unlock(&rw.guard) }

func (rw *RWMutex) RLock() {
	rw.enter()
	if !rw.writing && rw.waitingWriters == 0 {
		rw.readers++
		rw.leave()
		return
	}
	rw.waitingReaders++
	rw.leave()
	machine.Acquire(&rw.readerSlot, "sync.RWMutex.RLock")
}

func (rw *RWMutex) TryRLock() bool {
	rw.enter()
	defer rw.leave()
	if rw.writing || rw.waitingWriters > 0 {
		return false
	}
	rw.readers++
	return true
}

func (rw *RWMutex) RUnlock() {
	rw.enter()
	if rw.readers == 0 {
		machine.Fatal("sync: RUnlock of unlocked RWMutex")
	}
	rw.readers--
	if rw.readers == 0 && rw.waitingWriters > 0 {
		rw.waitingWriters--
		rw.writing = true
		machine.Release(&rw.writerSlot)
	}
	rw.leave()
}

func (rw *RWMutex) Lock() {
	rw.enter()
	if !rw.writing && rw.readers == 0 {
		rw.writing = true
		rw.leave()
		return
	}
	rw.waitingWriters++
	rw.leave()
	machine.Acquire(&rw.writerSlot, "sync.RWMutex.Lock")
}

func (rw *RWMutex) TryLock() bool {
	rw.enter()
	defer rw.leave()
	if rw.writing || rw.readers > 0 {
		return false
	}
	rw.writing = true
	return true
}

func (rw *RWMutex) Unlock() {
	rw.enter()
	if !rw.writing {
		machine.Fatal("sync: Unlock of unlocked RWMutex")
	}
	rw.writing = false
	if rw.waitingReaders > 0 {
		for ; rw.waitingReaders > 0; rw.waitingReaders-- {
			rw.readers++
			machine.Release(&rw.readerSlot)
		}
	} else if rw.waitingWriters > 0 {
		rw.waitingWriters--
		rw.writing = true
		machine.Release(&rw.writerSlot)
	}
	rw.leave()
}

type rlocker struct{ rw *RWMutex }

func (r *rlocker) Lock()   { r.rw.RLock() }
func (r *rlocker) Unlock() { r.rw.RUnlock() }

func (rw *RWMutex) RLocker() Locker { return &rlocker{rw} }

type WaitGroup struct {
	count   int
	waiting int
	slot    uint32
}

func (wg *WaitGroup) Add(delta int) {
	wg.count += delta
	if wg.count < 0 {
		panic("sync: negative WaitGroup counter")
	}
	if wg.count == 0 {
		n := wg.waiting
		wg.waiting = 0
		for ; n > 0; n-- {
			machine.Release(&wg.slot)
		}
	}
}

func (wg *WaitGroup) Done() { wg.Add(-1) }

func (wg *WaitGroup) Wait() {
	if wg.count > 0 {
		wg.waiting++
		machine.Acquire(&wg.slot, "sync.WaitGroup.Wait")
	}
}

func (wg *WaitGroup) Go(f func()) {
	wg.Add(1)
	go func() {
		defer wg.Done()
		f()
	}()
}

type Once struct {
	done bool
	m    Mutex
}

func (o *Once) Do(f func()) {
	if o.done {
		return
	}
	o.m.Lock()
	defer o.m.Unlock()
	if !o.done {
		defer func() { o.done = true }()
		f()
	}
}

func OnceFunc(f func()) func() {
	var once Once
	var valid bool
	var p any
	g := func() {
		defer func() {
			p = recover()
			if !valid {
				panic(p)
			}
		}()
		f()
		f = nil
		valid = true
	}
	return func() {
		once.Do(g)
		if !valid {
			panic(p)
		}
	}
}

type Cond struct {
	L       Locker
	waiting int
	slot    uint32
}

func NewCond(l Locker) *Cond { return &Cond{L: l} }

func (c *Cond) Wait() {
	c.waiting++
	c.L.Unlock()
	machine.Acquire(&c.slot, "sync.Cond.Wait")
	c.L.Lock()
}

func (c *Cond) Signal() {
	if c.waiting > 0 {
		c.waiting--
		machine.Release(&c.slot)
	}
}

func (c *Cond) Broadcast() {
	n := c.waiting
	c.waiting = 0
	for ; n > 0; n-- {
		machine.Release(&c.slot)
	}
}

type Pool struct {
	items []any
	New   func() any
}

func (p *Pool) Put(x any) {
	if x != nil {
		p.items = append(p.items, x)
	}
}

func (p *Pool) Get() any {
	if n := len(p.items); n > 0 {
		x := p.items[n-1]
		p.items[n-1] = nil
		p.items = p.items[:n-1]
		return x
	}
	if p.New != nil {
		return p.New()
	}
	return nil
}

type Map struct {
	guard Mutex
	m     map[any]any
}

func (m *Map) Load(key any) (value any, ok bool) {
	m.guard.Lock()
	defer m.guard.Unlock()
	value, ok = m.m[key]
	return
}

func (m *Map) Store(key, value any) { m.Swap(key, value) }

func (m *Map) Swap(key, value any) (previous any, loaded bool) {
	m.guard.Lock()
	defer m.guard.Unlock()
	if m.m == nil {
		m.m = map[any]any{}
	}
	previous, loaded = m.m[key]
	m.m[key] = value
	return
}

func (m *Map) LoadOrStore(key, value any) (actual any, loaded bool) {
	m.guard.Lock()
	defer m.guard.Unlock()
	if actual, loaded = m.m[key]; loaded {
		return
	}
	if m.m == nil {
		m.m = map[any]any{}
	}
	m.m[key] = value
	return value, false
}

func (m *Map) LoadAndDelete(key any) (value any, loaded bool) {
	m.guard.Lock()
	defer m.guard.Unlock()
	value, loaded = m.m[key]
	delete(m.m, key)
	return
}

func (m *Map) Delete(key any) { m.LoadAndDelete(key) }

func (m *Map) CompareAndSwap(key, old, new any) (swapped bool) {
	m.guard.Lock()
	defer m.guard.Unlock()
	if value, ok := m.m[key]; ok && value == old {
		m.m[key] = new
		return true
	}
	return false
}

func (m *Map) CompareAndDelete(key, old any) (deleted bool) {
	m.guard.Lock()
	defer m.guard.Unlock()
	if value, ok := m.m[key]; ok && value == old {
		delete(m.m, key)
		return true
	}
	return false
}

func (m *Map) Clear() {
	m.guard.Lock()
	defer m.guard.Unlock()
	m.m = nil
}

func (m *Map) Range(f func(key, value any) bool) {
	m.guard.Lock()
	var keys []any
	for key := range m.m {
		keys = append(keys, key)
	}
	m.guard.Unlock()
	for _, key := range keys {
		if value, ok := m.Load(key); ok && !f(key, value) {
			return
		}
	}
}
