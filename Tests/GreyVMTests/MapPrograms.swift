// Maps: what Go programs see of them, with what Go printed.

extension GoProgram {
  static let maps = GoProgram(
    source: #"""
      package main

      type P struct {
        x, y int
        s    string
      }
      type K interface{}
      type E struct{ v [2]any }

      func main() {
        m := map[string]int{"a": 1, "b": 2}
        m["c"] += 3
        m["d"]++
        v, ok := m["zz"]
        println(len(m), m["a"]+m["b"]+m["c"]+m["d"], v, ok)
        delete(m, "a")
        delete(m, "none")
        _, ok = m["a"]
        println(len(m), ok)
        clear(m)
        println(len(m), m["b"])

        var nilmap map[int]string
        println(len(nilmap), nilmap[3] == "")
        delete(nilmap, 3)
        for range nilmap {
          println("never")
        }

        p := map[P][]int{}
        for i := 0; i < 100; i++ {
          k := P{i % 10, i % 3, "k"}
          p[k] = append(p[k], i)
        }
        sum := 0
        for k, v := range p {
          for _, i := range v {
            if i%10 != k.x || i%3 != k.y {
              println("wrong", i, k.x, k.y)
            }
            sum += i
          }
        }
        println(len(p), sum)

        // deleted before reached: not seen; added: maybe; each once
        big := map[int]int{}
        for i := 0; i < 1000; i++ {
          big[i] = i
        }
        seen := map[int]int{}
        n := 0
        for k := range big {
          seen[k]++
          if k < 1000 {
            delete(big, (k+1)%1000)
            n++
          }
          big[k+1000] = k
          if len(big) > 3000 {
            println("too many")
            break
          }
        }
        for k, c := range seen {
          if c != 1 {
            println("seen", k, c)
          }
        }
        for k := range big {
          if k < 1000 && seen[k] == 0 {
            println("missed", k)
          }
        }
        // growing while iterating: all old ones seen once
        g := map[int]bool{}
        for i := 0; i < 50; i++ {
          g[i] = true
        }
        c := 0
        for k := range g {
          if k < 50 {
            c++
          }
          if len(g) < 5000 {
            for j := 0; j < 20; j++ {
              g[len(g)+100] = true
            }
          }
        }
        println(c)

        f := map[float64]int{}
        zero := 0.0
        nan := zero / zero
        f[nan] = 1
        f[nan] = 2
        f[0.0] = 3
        f[-zero] += 4
        delete(f, nan)
        _, ok = f[nan]
        s := 0
        for k, v := range f {
          if k != k {
            s += v
          }
        }
        println(len(f), ok, f[0], s)
        clear(f)
        println(len(f))

        a := map[any]string{1: "int", "1": "string", 1.0: "float", int8(1): "int8",
          [2]int{1, 2}: "arr", P{1, 2, "z"}: "P", nil: "nil", true: "bool"}
        println(a[1], a["1"], a[1.0], a[int8(1)], a[[2]int{1, 2}], a[P{1, 2, "z"}], a[nil],
          a[true], a[int16(1)] == "")
        x, y := 1, 2
        ptrs := map[*int]int{&x: 1, &y: 2}
        println(ptrs[&x], ptrs[&y], ptrs[nil])
        type MM map[string]map[string]int
        mm := MM{"a": {"x": 1}, "b": {"y": 2}}
        mm["c"] = map[string]int{}
        mm["c"]["z"] = 9
        println(mm["a"]["x"], mm["b"]["y"], mm["c"]["z"], mm["q"]["w"], len(mm))
        st := map[string]struct{}{"a": {}}
        _, ok = st["a"]
        _, ok2 := st["b"]
        println(ok, ok2)
        fn := map[string]func(int) int{"dbl": func(i int) int { return 2 * i }}
        println(fn["dbl"](21))
        u8 := map[uint8]int8{255: -1, 0: -128}
        u8[255]--
        u8[0]--
        println(u8[255], u8[0])
        f32 := map[float32]float32{0.5: 1.5}
        f32[0.5] *= 2
        println(f32[0.5])
        e := map[E]int{{[2]any{1, "a"}}: 5}
        println(e[E{[2]any{1, "a"}}])
        func() {
          defer func() { println(recover().(error).Error()) }()
          a[[]int{1}] = "x"
        }()
        func() {
          defer func() { println(recover().(error).Error()) }()
          nilmap[1] = "x"
        }()
        func() {
          defer func() { println(recover().(error).Error()) }()
          _ = a[func() {}]
        }()
        func() {
          defer func() { println(recover().(error).Error()) }()
          _ = e[E{[2]any{1, map[int]int{}}}]
        }()
      }
      """#,
    output: """
      4 7 0 false
      3 false
      0 0
      0 true
      30 4950
      50
      3 false 7 3
      0
      int string float int8 arr P nil bool true
      1 2 0
      1 2 9 0 3
      true false
      42
      -2 127
      3
      5
      runtime error: hash of unhashable type []int
      assignment to entry in nil map
      runtime error: hash of unhashable type func()
      runtime error: hash of unhashable type map[int]int

      """, exit: 0)
}
