// Objects in frames: programs with pointers into them print what they print with the same objects
// in the heap, also when the collector runs at every pause; what is in a frame is not allocated.

import GoCompiler
import GreyBytecode
import GreyHeap
import Testing

/// Pointers to variables, fields and elements in frames, to parameters and results, narrow ones
/// too; receivers, closures, slices, boxes.
private let manyPointers = """
  package main

  type T struct {
    a, b int
    p    *T
    s    string
    n    int32
    f    float32
  }

  func (t *T) inc(k int) { t.a += k; t.n += int32(k); t.f += 0.5 }

  func sum(xs ...int) (r int) {
    for _, x := range xs {
      r += x
    }
    return
  }

  func set(p *int8, v int8) { *p = v }

  func swap(a, b *string) { *a, *b = *b, *a }

  func fact(n *int) int {
    if *n <= 1 {
      return 1
    }
    m := *n - 1
    return *n * fact(&m)
  }

  func apply(f func(int) int, n int) int { return f(n) }

  func named() (x int8, e error) {
    set(&x, 7)
    return
  }

  func named2() (x int8) {
    defer2(&x)
    return 5
  }
  func defer2(p *int8) { *p++ }

  func param(x int16, s string, t T) int {
    p := &x
    *p += 3
    q := &s
    *q += "!"
    u := &t
    u.inc(4)
    return int(x) + len(s) + t.a + int(t.n)
  }

  type I interface{ get() int }

  func (t T) get() int { return t.a + t.b }

  func use(i I) int { return i.get() }

  func main() {
    var t T
    t.inc(3)
    println(t.a, t.n, t.f)
    q := &T{a: 1, b: 2}
    q.p = &T{a: 5}
    q.p.p = q
    println(q.p.p.b, q.p.a)
    println(sum(1, 2, 3), sum())
    var b int8
    set(&b, -5)
    println(b)
    a, c := "x", "yy"
    swap(&a, &c)
    println(a, c)
    n := 10
    println(fact(&n))
    total := 0
    for i := 0; i < 5; i++ {
      println(apply(func(k int) int { total += k * i; return total }, 2))
    }
    x, _ := named()
    println(x, named2(), param(1, "abc", t))
    arr := [4]int{1, 2, 3, 4}
    sl := arr[1:3]
    sl[0] = 20
    sl = append(sl, 40)
    println(arr[0], arr[1], arr[2], arr[3], len(sl), cap(sl))
    m := make([]string, 3)
    m[1] = a + c
    println(m[1], len(m))
    bs := make([]byte, 5)
    bs[4] = 9
    println(bs[4], len(bs))
    var p *int
    {
      z := 42
      p = &z
    }
    w := 5
    r := &w
    println(*p, *r)
    println(use(t), use(T{a: 1, b: 1}))
    idx := 2
    e := &arr[idx]
    *e = 33
    println(arr[2])
    var f32 float32 = 1.5
    pf := &f32
    *pf *= 2
    println(f32)
    f := t.get
    println(f())
    var flag bool
    pb := &flag
    *pb = true
    println(flag)
    ts := []T{{a: 1}, {a: 2}}
    ts[1].inc(1)
    println(ts[1].a, ts[0].a)
    var np *T
    println(np == nil, q == nil, q.p.p == q)
  }
  """

private let manyPointersOutput = """
  3 3 0.5
  2 5
  6 0
  -5
  yy x
  3628800
  0
  2
  6
  12
  20
  7 5 22
  1 20 3 40 3 3
  yyx 3
  9 5
  42 5
  3 2
  33
  3
  3
  true
  3 1
  true false true
  """

/// Frame objects that hold the only reference to what is in the heap.
private let onlyReference = """
  package main
  type Node struct { next *Node; value int }
  func push(head **Node, value int) { *head = &Node{*head, value} }
  func sum(head **Node) (total int) {
    for n := *head; n != nil; n = n.next { total += n.value }
    return
  }
  func fill(into *[4]*Node, k int) {
    for i := range into { push(&into[i], i*k); push(&into[i], k) }
  }
  func main() {
    var lists [4]*Node
    for k := 0; k < 5; k++ {
      fill(&lists, k)
      var other *Node
      push(&other, k)
      other.next = lists[k%4]
      println(sum(&other), sum(&lists[3]))
    }
  }
  """

@Suite struct FrameObjectTests {
  @Test("where objects lie changes nothing", arguments: [10_000, 1])
  func sameAsInHeap(_ budget: Int) throws {
    for collects in [false, true] {
      let framed = try run(manyPointers, budget: budget, collects: collects)
      #expect(framed.output == manyPointersOutput + "\n")
      #expect(framed.exit == 0)
    }
    let heaped = try run(manyPointers, storage: ConservativeStorage())
    #expect(heaped.output == manyPointersOutput + "\n")
  }

  @Test("a collection finds what only a frame object holds")
  func rootsInFrameObjects() throws {
    let expected = try run(onlyReference, storage: ConservativeStorage())
    let ending = try run(onlyReference, budget: 1, collects: true)
    #expect(expected.output.split(separator: "\n").count == 5)
    #expect(ending.output == expected.output)
    #expect(ending.cycles > 50)
  }

  @Test("a loop over objects in frames allocates nothing")
  func allocatesNothing() throws {
    let program = """
      package main
      type P struct { x, y int }
      func (p *P) add(q *P) { p.x += q.x; p.y += q.y }
      func total(xs ...int) (t int) { for _, x := range xs { t += x }; return }
      func main() {
        var sum P
        for i := 0; i < 20000; i++ {
          sum.add(&P{i, 1})
          f := func(k int) { sum.x += k }
          f(total(1, 2, 3))
        }
        println(sum.x, sum.y)
      }
      """
    var bytes: [Int] = []
    for storage in [nil, ConservativeStorage()] as [(any StorageRule)?] {
      let ending = try run(program, storage: storage) { bytes.append($0.statistics.allocatedBytes) }
      #expect(ending.output == "200110000 20000\n")
    }
    // The package variables, the string constants, and the rests of their runs.
    #expect(bytes[0] < 100_000)
    #expect(bytes[1] > 20_000 * (16 + 24 + 16))
  }

  @Test("allocations are where -m says that something escapes")
  func sitesFollowDecisions() throws {
    let text = """
      package main
      type T struct { p *int; n int }
      var sink *T
      var keep []int
      var call func() int
      func kept() { t := T{n: 1}
        sink = &t
      }
      func local() int { t := T{n: 1}
        u := &t
        v := &T{n: 2}
        return u.n + v.n
      }
      func slices(n int) int {
        a := []int{1, 2, 3}
        b := make([]int, 8)
        keep = make([]int, 8)
        return len(a) + len(b)
      }
      func closures(x int) int {
        f := func() int { return x }
        call = func() int { return x + 1 }
        return f()
      }
      func main() { kept(); println(local(), slices(4), closures(1)) }
      """
    let program = try compile(text)
    var lines: Set<Int> = []
    for function in program.functions {
      var word = function.code.lowerBound
      while word < function.code.upperBound {
        let opcode = try #require(Instruction(rawValue: program.code[word]).opcode)
        if [.new, .makeSlice, .box].contains(opcode) { lines.insert(function.line(at: word)) }
        word += opcode.shape.length
      }
    }
    #expect(lines == [6, 17, 22])
  }
}
