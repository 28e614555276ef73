// Strings, numbers, sorting and containers of the library, with what Go printed.

extension GoProgram {
  static let texts = GoProgram(
    source: #"""
      package main

      import (
        "bufio"
        "bytes"
        "container/heap"
        "container/list"
        "fmt"
        "math"
        "os"
        "sort"
        "strconv"
        "strings"
        "unicode"
      )

      type queue []int

      func (q queue) Len() int           { return len(q) }
      func (q queue) Less(i, j int) bool { return q[i] < q[j] }
      func (q queue) Swap(i, j int)      { q[i], q[j] = q[j], q[i] }
      func (q *queue) Push(x any)        { *q = append(*q, x.(int)) }
      func (q *queue) Pop() any {
        old := *q
        x := old[len(old)-1]
        *q = old[:len(old)-1]
        return x
      }

      func main() {
        text := "the quick brown fox jumps over the lazy dog, the end"
        count := map[string]int{}
        isOther := func(r rune) bool { return !unicode.IsLetter(r) }
        for _, w := range strings.FieldsFunc(text, isOther) {
          count[w]++
        }
        words := []string{}
        for w := range count {
          words = append(words, w)
        }
        sort.Slice(words, func(i, j int) bool {
          if count[words[i]] != count[words[j]] {
            return count[words[i]] > count[words[j]]
          }
          return words[i] < words[j]
        })
        fmt.Println(words[:4], count["the"])
        fmt.Printf("%q\n", strings.Split("a,b,,c", ","))
        fmt.Println(strings.Repeat("ab", 3), strings.ToUpper("maße é"), strings.Title("go on"))
        fmt.Println(strings.Replace("aaaa", "a", "b", 2), strings.TrimLeft("xxhixx", "x"))
        for _, s := range []string{"12", "-0x1F", "1_0", "9223372036854775808", "", "1e3", "inf"} {
          i, err := strconv.ParseInt(s, 0, 64)
          f, err2 := strconv.ParseFloat(s, 64)
          fmt.Println(i, err)
          fmt.Println(f, err2)
        }
        fmt.Println(strconv.Quote("tab\t\x00日\xff"), strconv.FormatInt(-255, 16), strconv.Itoa(0))
        fmt.Println(strconv.FormatFloat(0.1, 'g', -1, 32), strconv.FormatFloat(1e6, 'e', 3, 64))
        fmt.Println(math.Sqrt(2), math.Floor(-1.5), math.MaxInt64, math.Inf(-1), math.Pow(2, 0.5))
        q := &queue{5, 2, 8}
        heap.Init(q)
        heap.Push(q, 1)
        for q.Len() > 0 {
          fmt.Print(heap.Pop(q), " ")
        }
        fmt.Println()
        l := list.New()
        l.PushBack(2)
        l.PushFront(1)
        l.MoveToBack(l.Front())
        for e := l.Front(); e != nil; e = e.Next() {
          fmt.Print(e.Value, " ")
        }
        fmt.Println(l.Len())
        scanner := bufio.NewScanner(strings.NewReader("one two\nthree"))
        scanner.Split(bufio.ScanWords)
        for scanner.Scan() {
          fmt.Print(scanner.Text(), ";")
        }
        var buffer bytes.Buffer
        buffer.WriteString("hello ")
        fmt.Fprintf(&buffer, "%03d", 7)
        fmt.Println(buffer.String(), buffer.Len(), bytes.Contains(buffer.Bytes(), []byte("lo")))
        w := bufio.NewWriter(os.Stdout)
        fmt.Fprint(w, "flushed\n")
        w.Flush()
      }
      """#,
    output: #"""
      [the brown dog end] 3
      ["a" "b" "" "c"]
      ababab MAßE É Go On
      bbaa hixx
      12 <nil>
      12 <nil>
      -31 <nil>
      0 strconv.ParseFloat: parsing "-0x1F": invalid syntax
      10 <nil>
      10 <nil>
      9223372036854775807 strconv.ParseInt: parsing "9223372036854775808": value out of range
      9.223372036854776e+18 <nil>
      0 strconv.ParseInt: parsing "": invalid syntax
      0 strconv.ParseFloat: parsing "": invalid syntax
      0 strconv.ParseInt: parsing "1e3": invalid syntax
      1000 <nil>
      0 strconv.ParseInt: parsing "inf": invalid syntax
      +Inf <nil>
      "tab\t\x00日\xff" -ff 0
      0.1 1.000e+06
      1.4142135623730951 -2 9223372036854775807 -Inf 1.4142135623730951
      1 2 5 8 
      2 1 2
      one;two;three;hello 007 9 true
      flushed

      """#, exit: 0)
}
