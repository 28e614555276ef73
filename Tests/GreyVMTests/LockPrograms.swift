// Locks, timers and the end of goroutines, with what Go printed.

extension GoProgram {
  static let locks = GoProgram(
    source: #"""
      package main

      import (
        "fmt"
        "runtime"
        "sync"
        "sync/atomic"
        "time"
      )

      func main() {
        var wg sync.WaitGroup
        var mu sync.Mutex
        total, reads := 0, int64(0)
        var ready sync.Once
        var rw sync.RWMutex
        for i := 1; i <= 20; i++ {
          wg.Add(1)
          go func() {
            defer wg.Done()
            ready.Do(func() { fmt.Println("once") })
            mu.Lock()
            runtime.Gosched()
            total += i
            mu.Unlock()
            rw.RLock()
            atomic.AddInt64(&reads, 1)
            rw.RUnlock()
          }()
        }
        wg.Wait()
        fmt.Println(total, atomic.LoadInt64(&reads))
        c := sync.NewCond(&mu)
        done := false
        go func() {
          time.Sleep(time.Millisecond)
          mu.Lock()
          done = true
          c.Broadcast()
          mu.Unlock()
        }()
        mu.Lock()
        for !done {
          c.Wait()
        }
        mu.Unlock()
        start := time.Now()
        select {
        case <-time.After(2 * time.Millisecond):
          fmt.Println("after", time.Since(start) >= 2*time.Millisecond)
        }
        t := time.NewTimer(time.Hour)
        fmt.Println(t.Stop(), t.Stop(), 90*time.Second, time.Duration(1500)*time.Microsecond)
        go func() {
          defer fmt.Println("deferred", recover())
          runtime.Goexit()
        }()
        time.Sleep(time.Millisecond)
        var m sync.Map
        m.Store("k", 1)
        v, ok := m.Load("k")
        fmt.Println(v, ok, mu.TryLock(), mu.TryLock())
        func() {
          defer func() { fmt.Println(recover()) }()
          wg.Add(-1)
        }()
        mu.Lock()
      }
      """#,
    output: #"""
      once
      210 20
      after true
      true false 1m30s 1.5ms
      deferred <nil>
      1 true true false
      sync: negative WaitGroup counter
      fatal error: all goroutines are asleep - deadlock!

      goroutine 1 [sync.Mutex.Lock]:

      """#, exit: 2)
}
