// Goroutines, channels and `select`, with what Go printed.

extension GoProgram {
  static let channels = GoProgram(
    source: #"""
      package main

      type Msg struct {
        id   int
        body string
        next *Msg
      }

      func gen(n int) <-chan int {
        c := make(chan int)
        go func() {
          for i := 2; i <= n; i++ {
            c <- i
          }
          close(c)
        }()
        return c
      }
      func filter(in <-chan int, p int) <-chan int {
        out := make(chan int)
        go func() {
          for i := range in {
            if i%p != 0 {
              out <- i
            }
          }
          close(out)
        }()
        return out
      }
      func sieve() {
        c := gen(100)
        sum := 0
        for {
          p, ok := <-c
          if !ok {
            break
          }
          sum += p
          c = filter(c, p)
        }
        println("primes", sum)
      }
      func buffered() {
        c := make(chan string, 3)
        c <- "a"
        c <- "b"
        println(len(c), cap(c))
        c <- "c"
        close(c)
        for s := range c {
          print(s, " ")
        }
        s, ok := <-c
        println(s == "", ok)
      }
      func workers() {
        jobs := make(chan *Msg, 10)
        results := make(chan Msg)
        done := make(chan struct{})
        for w := 0; w < 8; w++ {
          go func() {
            for j := range jobs {
              results <- Msg{j.id * w, j.body + "!", j}
            }
            done <- struct{}{}
          }()
        }
        go func() {
          for i := 0; i < 200; i++ {
            jobs <- &Msg{id: i, body: "job"}
          }
          close(jobs)
          for w := 0; w < 8; w++ {
            <-done
          }
          close(results)
        }()
        n, ids := 0, 0
        for r := range results {
          n++
          ids += r.next.id
          if r.body != "job!" {
            println("body", r.body)
          }
        }
        println(n, ids)
      }
      func selects() {
        a, b := make(chan int), make(chan string)
        quit := make(chan bool)
        go func() {
          for i := 0; i < 50; i++ {
            a <- i
          }
          quit <- true
        }()
        go func() {
          for {
            select {
            case b <- "x":
            case <-quit:
              close(b)
              return
            }
          }
        }()
        na, nb := 0, 0
        for {
          select {
          case v := <-a:
            na += v
          case s, ok := <-b:
            if !ok {
              println(na, nb > 0)
              return
            }
            nb += len(s)
          }
        }
      }
      func defaults() {
        c := make(chan int, 1)
        var nilc chan int
        for i := 0; i < 3; i++ {
          select {
          case c <- i:
            println("sent", i)
          case v := <-c:
            println("got", v)
          case <-nilc:
            println("nil")
          }
          select {
          case v := <-nilc:
            println(v)
          default:
            println("default")
          }
        }
        var arr [3]int
        idx := 0
        k := func() int { idx++; return idx }
        c2 := make(chan int, 1)
        c2 <- 77
        var ok bool
        select {
        case arr[k()], ok = <-c2:
        }
        println(arr[1], ok, idx)
        m := map[string]int{}
        c2 <- 5
        select {
        case m["x"] = <-c2:
        }
        println(m["x"])
      loop:
        for {
          select {
          default:
            break loop
          }
        }
        close(c2)
        select {
        case v, ok := <-c2:
          println(v, ok)
        }
      }
      func fairness() {
        a, b := make(chan int, 1000), make(chan int, 1000)
        for i := 0; i < 1000; i++ {
          a <- 1
          b <- 1
        }
        na := 0
        for i := 0; i < 1000; i++ {
          select {
          case <-a:
            na++
          case <-b:
          }
        }
        println(na > 350 && na < 650)
      }
      func chanOfChan() {
        cc := make(chan chan func() string, 1)
        c := make(chan func() string)
        cc <- c
        go func() { (<-cc) <- func() string { return "called" } }()
        println((<-c)())
      }
      func panicsInGoroutine() {
        done := make(chan string)
        go func() {
          defer func() { done <- recover().(error).Error() }()
          var m map[int]int
          m[1] = 1
        }()
        println(<-done)
        c := make(chan int)
        go func() {
          defer func() { done <- recover().(error).Error() }()
          c <- 1
        }()
        for i := 0; i < 100; i++ {
          select {
          default:
          }
        }
        close(c)
        s := <-done
        println(s)
      }
      func many() {
        const n = 1000
        c := make(chan int)
        start := make(chan struct{})
        for i := 0; i < n; i++ {
          go func(i int) { <-start; c <- i }(i)
        }
        close(start)
        s := 0
        for i := 0; i < n; i++ {
          s += <-c
        }
        println(s)
      }
      func pingpong() {
        a, b := make(chan [4]string), make(chan [4]string)
        go func() {
          for v := range a {
            v[0], v[3] = v[3], v[0]
            v[1] += "."
            b <- v
          }
          close(b)
        }()
        v := [4]string{"1", "2", "3", "4"}
        for i := 0; i < 5; i++ {
          a <- v
          v = <-b
        }
        close(a)
        _, ok := <-b
        println(v[0], v[1], v[2], v[3], ok)
      }
      func floats() {
        c := make(chan float32, 2)
        c <- 0.1
        d := make(chan int8, 1)
        d <- -5
        e := make(chan bool)
        go func() { e <- true }()
        println(<-c, <-d, <-e)
        var i interface{} = c
        _, isc := i.(chan float32)
        _, isd := i.(chan int)
        println(isc, isd, c == i, i != nil)
        ei := make(chan error, 1)
        ei <- nil
        println(<-ei == nil)
      }
      func main() {
        sieve()
        buffered()
        workers()
        selects()
        defaults()
        fairness()
        chanOfChan()
        panicsInGoroutine()
        many()
        pingpong()
        floats()
        c := make(chan int)
        for i := range 3 {
          go func() { c <- i * i }()
        }
        println(<-c + <-c + <-c)
        d := make(chan int)
        go func() { <-d }()
        <-c
      }
      """#,
    output: """
      primes 1060
      2 3
      a b c true false
      200 19900
      1225 true
      sent 0
      default
      got 0
      default
      sent 2
      default
      77 true 1
      5
      0 false
      true
      called
      assignment to entry in nil map
      send on closed channel
      499500
      4 2..... 3 1 false
      0.1 -5 true
      true false true true
      true
      5
      fatal error: all goroutines are asleep - deadlock!

      goroutine 1 [chan receive]:

      """, exit: 2)
}
