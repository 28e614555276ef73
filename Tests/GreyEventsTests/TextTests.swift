// What people read: one line an event, Go's trace line to the letter, figures of even width.

import GreyBasics
import GreyEvents
import Testing

@Suite struct EventTextTests {
  @Test func everyEventIsOneReadableLine() {
    for event in Samples.all {
      let plain = EventText.line(Samples.record(event, process: .node(NodeID(1))))
      #expect(!plain.contains("\n"))
      #expect(!plain.contains("\u{1B}"))
      #expect(plain.hasPrefix("04:05:06.123456  node-1       e7     "))
      #expect(plain.count > 40, "\(plain)")
      let coloured = EventText.line(
        Samples.record(event, process: .node(NodeID(1))), colour: true)
      #expect(coloured != plain)
      #expect(Colour.stripped(coloured) == plain)
    }
  }

  @Test func aCancelledStopNamesNodeAndTask() {
    let blamed = [StopBlame(node: NodeID(2), task: "task 8 of run 3 (churn)")]
    let line = EventText.line(
      Samples.record(
        .stopCancelled(
          stop: StopNumber(rawValue: 5), phase: .stop1, waitedUs: 2_000_000, blamed: blamed,
          retryUs: 500_000)))
    #expect(
      line == "04:05:06.123456  coordinator  e7     CANCEL    stop 5 (stop1) after 2.00 s: node 2 "
        + "in task 8 of run 3 (churn) reached no safepoint; everybody goes on, next try in 500 ms")
  }

  @Test func whatAProgramPrintsSteersNoTerminal() {
    let line = EventText.line(Samples.record(.remark(text: "a\u{1B}[2J\r\nb\u{7}\u{9B}1m")))
    #expect(line.hasSuffix(" a·[2J ⏎ b··1m"), "\(line)")
  }

  @Test func anUnsafeLineSaysSo() {
    var record = Samples.record(.remark(text: "x"))
    record.isUnsafe = true
    #expect(EventText.line(record).contains(" UNSAFE x"))
  }
}

@Suite struct GoTraceTests {
  @Test func theLineIsGosFollowedByTheClusters() {
    #expect(
      GoTrace.line(Samples.figures)
        == "gc 12 @3.204s 2%: 0.41+8.7+0.095 ms clock, 1.6+0.044/8.0/0+0.38 ms cpu, "
        + "10->14->5 MB, 16 MB goal, 0 MB stacks, 0 MB globals, 4 P | epoch 7 heap, 4 nodes, "
        + "sweep 1.8 ms, marked 10000, freed 1000 (0 MB), grey 120 refs 8 batches, waves 1, "
        + "false 0")
  }

  @Test func aForcedCycleIsMarkedAsGoDoes() {
    var figures = Samples.figures
    figures.trigger = .command
    #expect(GoTrace.line(figures).contains(" 4 P (forced) | "))
  }

  @Test func millisecondsFollowGosRules() {
    // From the source of Go's fmtNSAsMS, with its comments' examples.
    let cases = [
      (0, "0"), (4, "0.004"), (95, "0.095"), (123, "0.12"), (999, "0.99"), (1_234, "1.2"),
      (9_999, "9.9"), (10_000, "10"), (12_345, "12"), (1_234_567, "1234"),
    ]
    for (us, text) in cases { #expect(GoTrace.line(with(markUs: us)).contains("+\(text)+")) }
  }

  @Test func figuresThatNoCycleHasAreALineAllTheSame() {
    var figures = Samples.figures
    figures.stop1Us = .max
    figures.stop2Us = .min
    figures.processors = .max
    figures.gcCpuPercent = 1e300
    #expect(GoTrace.line(figures).contains("s ?%: 9223372036854775+8.7+0 ms clock, "))
  }

  @Test func withoutAGoalTheLineSaysSo() {
    var figures = Samples.figures
    #expect(GoTrace.line(figures).contains(" MB, 16 MB goal, "))
    #expect(!GoTrace.line(figures).contains("UNSAFE"))
    #expect(GoTrace.line(figures, isUnsafe: true).contains(" P | UNSAFE epoch 7 heap, "))
    // GOGC=off on one node: no sum is the cluster's goal.
    figures.perNode[0].goalBytes = HeapBound.told(Int.max)
    figures.goalBytes = CycleFigures(summing: figures.perNode).goalBytes
    #expect(figures.goalBytes == 0)
    #expect(GoTrace.line(figures).contains(" MB, off goal, "))
    #expect(EventText.line(Samples.record(.cycleFinished(figures))).count < 300)
  }

  private func with(markUs: Int) -> CycleFigures {
    var figures = CycleFigures()
    figures.markUs = markUs
    return figures
  }
}

@Suite struct FiguresTests {
  @Test func bytesTakeTheUnitThatFits() {
    let cases = [
      (0, "0 B"), (1_023, "1023 B"), (1_024, "1.00 KiB"), (12_600, "12.3 KiB"),
      (1 << 20, "1.00 MiB"), ((1 << 20) - 1, "1.00 MiB"), (64 << 30, "64.0 GiB"),
    ]
    for (bytes, text) in cases { #expect(Text.bytes(bytes) == text) }
  }

  @Test func timesTakeTheUnitThatFits() {
    let cases = [
      (0, "0 µs"), (999, "999 µs"), (1_000, "1.00 ms"), (87_000, "87.0 ms"),
      (999_499, "999 ms"), (1_500_000, "1.50 s"), (125_000_000, "2 min 5 s"),
      (7_260_000_000, "2 h 1 min"),
    ]
    for (us, text) in cases { #expect(Text.microseconds(us) == text) }
  }

  @Test func countsAreGroupedAndListsRead() {
    #expect(Text.count(12_345_678) == "12 345 678")
    #expect(Text.count(-1_000) == "-1 000")
    #expect(Text.count(999) == "999")
    #expect(Text.plural(1, "node") == "1 node")
    #expect(Text.plural(4, "node") == "4 nodes")
    #expect(Text.list(["a", "b", "c"]) == "a, b and c")
    #expect(Text.fixed(-0.001, 2) == "0.00")
    #expect(Text.fixed(2.675, 1) == "2.7")
  }

  @Test func theClustersFiguresAreTheSumsOfTheNodes() {
    let figures = Samples.figures
    #expect(figures.nodes == 4)
    #expect(figures.objectsMarked == figures.perNode.reduce(0) { $0 + $1.objectsMarked })
    #expect(figures.objectsMarked == 10_000)
    #expect(figures.goalBytes == 16 << 20)
    #expect(figures.backgroundMarkUs == 8_000)
  }
}
