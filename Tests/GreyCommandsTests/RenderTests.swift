// Results as people see them: figures that are in the result, columns that line up, no colour
// unless a terminal asked for it.

import GreyBasics
import GreyCommands
import GreyEvents
import Testing

@Suite struct RenderTests {
  let plain = Style()
  let bright = Style(colours: true)

  /// Colour changes nothing but colour.
  private func both(_ render: (Style) -> String) -> String {
    let text = render(plain)
    #expect(!text.contains("\u{1B}"))
    #expect(Colour.stripped(render(bright)) == text)
    #expect(render(bright) != text)
    return text
  }

  @Test func aTableLinesUpWhateverItsCellsHold() {
    var table = Table([("name", .left), ("size", .right), ("x", .left)])
    table.add(["a", Text.bytes(1 << 20), ""])
    table.add([Colour.red.wrap("longer name"), "9 B", "é"])
    let lines = table.text(plain).split(separator: "\n").map { Colour.stripped(String($0)) }
    #expect(
      lines == ["name             size  x", "a            1.00 MiB", "longer name       9 B  é"])
  }

  @Test func aCycleShowsItsPhasesAndNodes() {
    let text = both { Render.cycle(Sample.figures, $0) }
    for part in [
      "cycle 3, epoch 4, 2 nodes, trigger: command", "stop 1      412 µs", "mark       8.70 ms",
      "3 000 objects marked", "1 500 objects freed", "768 KiB live",
    ] {
      #expect(text.contains(part), "\(part) in\n\(text)")
    }
    #expect(text.split(separator: "\n").last?.contains("2 000") == true)
  }

  @Test func statusShowsEveryNodeAndWhatIsWrong() {
    var status = Sample.status(nodes: 3)
    status.nodes[1].state = .silent
    status.nodes[2].malformedFrames = 2
    status.withoutRules = ["transit-root"]
    status.runs = [
      RunSummary(
        run: RunID(rawValue: 1), workload: "kv", state: .failed, nodes: [NodeID(1)],
        elapsedUs: 1_000, message: "boom")
    ]
    let text = both { Render.status(status, $0) }
    for part in [
      "cluster local: idle, epoch 4, 3 cycles so far", "pid 70 on here, term 1, up 5.00 s",
      "UNSAFE LAB: without transit-root", "silent", "malformed frames: 2 at node 3", "GOGC=100",
      "FAILED", "boom",
    ] {
      #expect(text.contains(part), "\(part) in\n\(text)")
    }
  }

  @Test func aRunShowsItsOwnFiguresWithTheirUnits() {
    let text = both { Render.run(Sample.run(ok: true), $0) }
    #expect(text.contains("run 5: rings rings=10, seed 1, on 2 nodes"))
    #expect(text.contains("ok after 5.00 ms, 2 cycles"))
    #expect(text.contains("p99_us  1.50 ms"))
    #expect(text.contains("rings   10 000"))
    #expect(both { Render.run(Sample.run(ok: false), $0) }.contains("FAILED"))
  }

  @Test func metricsHaveAColumnANode() {
    let nodes = [1, 2].map {
      MetricsResult.Node(
        node: NodeID($0),
        metrics: [
          Metric(name: "/gc/heap/live:bytes", value: Double($0 << 20)),
          Metric(name: "/cpu/classes/gc/total:cpu-seconds", value: 0.25),
        ])
    }
    let text = both { Render.metrics(MetricsResult(own: [], nodes: nodes), $0) }
    #expect(text.contains("3.00 MiB  1.00 MiB  2.00 MiB"))
    #expect(text.contains("0.500 s"))
  }

  @Test func theHeapIsDrawnToScale() {
    typealias Span = HeapShowResult.Span
    let spans = [
      Span(
        firstPage: 0, pages: 1, state: .inUse, elementBytes: 16, usedSlots: 512,
        slots: 512),
      Span(firstPage: 1, pages: 2, state: .free),
      Span(firstPage: 3, pages: 3, state: .large, elementBytes: 20_000, usedSlots: 1, slots: 1),
      Span(
        firstPage: 6, pages: 1, state: .unswept, elementBytes: 64, isNoscan: true),
      Span(
        firstPage: 7, pages: 1, state: .inUse, elementBytes: 64, isNoscan: true,
        usedSlots: 1, slots: 128),
    ]
    let node = HeapShowResult.Node(
      node: NodeID(1), pageBytes: 8_192, heapBytes: 40_000, goalBytes: 4 << 20, spans: spans)
    let show = HeapShowResult(nodes: [node])
    let text = Render.heap(show, plain)
    #expect(text.contains("0  █··LLL?o\n"), "\(text)")
    #expect(Colour.stripped(Render.heap(show, bright)).hasPrefix(text.prefix(60)))

    // Ten thousand pages still fit on a terminal.
    let many = (0..<10_000).map {
      Span(firstPage: $0, pages: 1, state: $0 < 5_000 ? .inUse : .free, elementBytes: 16)
    }
    let large = HeapShowResult(nodes: [
      .init(node: NodeID(1), pageBytes: 8_192, heapBytes: 1, goalBytes: 1, spans: many)
    ])
    let lines = Render.heap(large, Style(width: 80)).split(separator: "\n")
    #expect(lines.count < 25)
    #expect(lines.dropLast().allSatisfy { $0.count <= 90 })
    #expect(lines.joined().contains("one character is 10 pages"))
  }

  @Test func psCountsWhatItDoesNotShow() {
    let task = TaskSummary(
      node: NodeID(1), task: TaskID(rawValue: 3), run: RunID(rawValue: 1), function: "client",
      state: "waiting: a remote answer", frames: 2, mailbox: 0)
    let run = RunSummary(
      run: RunID(rawValue: 1), workload: "kv", state: .running, nodes: [NodeID(1)],
      elapsedUs: 10)
    let text = both {
      Render.ps(PsResult(runs: [run], tasks: [task], taskCount: 1_500), $0)
    }
    #expect(text.contains("waiting: a remote answer"))
    #expect(text.contains("and 1 499 more tasks"))
    #expect(Render.ps(PsResult(runs: [], tasks: [], taskCount: 0), plain) == "nothing runs\n")
  }
}
