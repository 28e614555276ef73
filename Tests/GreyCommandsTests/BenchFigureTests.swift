// How rounds become rows, and rows become lines.

import GreyCommands
import GreyEvents
import Testing

@Suite struct BenchFigureTests {
  @Test func theMedianOfAnEvenNumberLiesBetweenTheMiddleTwo() {
    let odd = Spread([9, 1, 4])
    #expect((odd.low, odd.median, odd.high) == (1, 4, 9))
    let even = Spread([8, 2, 4, 1])
    #expect((even.low, even.median, even.high) == (1, 3, 8))
    let one = Spread([7])
    #expect((one.low, one.median, one.high) == (7, 7, 7))
  }

  @Test func aRowHoldsTheRatioOfTheMedians() {
    let row = BenchRow(
      RowHeading("stop", "us", peer: "raw", goal: .atMost(2)),
      [
        RoundSample(ours: 30, peer: 10), RoundSample(ours: 10, peer: 10),
        RoundSample(ours: 15, peer: 100),
      ])
    #expect(row.ours == 15 && row.min == 10 && row.max == 30)
    #expect(row.peer == 10 && row.ratio == 1.5)
    #expect(row.goal == 2 && row.met == true)
  }

  @Test func timesMustBeLowAndRatesHigh() {
    let samples = [RoundSample(ours: 3, peer: 1)]
    func met(_ goal: RatioGoal?) -> Bool? {
      BenchRow(RowHeading("a", "b", peer: "c", goal: goal), samples).met
    }
    #expect(met(.atMost(2)) == false && met(.atMost(3)) == true)
    #expect(met(.atLeast(4)) == false && met(.atLeast(3)) == true)
    #expect(met(nil) == nil)
  }

  @Test func aPeerThatWasNotThereInEveryRoundIsNone() {
    let row = BenchRow(
      RowHeading("stop", "us", peer: "raw", goal: .atMost(2)),
      [RoundSample(ours: 3, peer: 1), RoundSample(ours: 3)])
    #expect(row.peer == nil && row.ratio == nil && row.met == nil)
    #expect(row.goal == 2)
    let zero = BenchRow(RowHeading("a", "b", peer: "c"), [RoundSample(ours: 3, peer: 0)])
    #expect(zero.peer == 0 && zero.ratio == nil)
  }

  @Test func everyRowHasEveryMemberInJSON() throws {
    let full = BenchRow(
      RowHeading("store", "ns/store", peer: "plain", goal: .atMost(2)),
      [RoundSample(ours: 1.5, peer: 0.5)])
    let bare = BenchRow(RowHeading("grey", "M refs/s"), [RoundSample(ours: 2.5)])
    let result = BenchResult(rows: [full, bare])
    #expect(
      result.json.line == """
        {"schema":"greywave.bench/1","rows":[\
        {"name":"store","unit":"ns/store","ours":1.5,"peer":0.5,"peer_name":"plain",\
        "ratio":3,"min":1.5,"max":1.5,"goal":2,"met":false},\
        {"name":"grey","unit":"M refs/s","ours":2.5,"peer":null,"peer_name":null,\
        "ratio":null,"min":2.5,"max":2.5,"goal":null,"met":null}]}
        """)
    #expect(try BenchResult(JSON(parsing: Array(result.json.line.utf8))) == result)
  }

  @Test func theTableShowsSpreadPeerAndVerdict() {
    let rows = [
      BenchRow(
        RowHeading("store", "ns/store", peer: "plain", goal: .atMost(2)),
        [
          RoundSample(ours: 1, peer: 0.5), RoundSample(ours: 3, peer: 0.5),
          RoundSample(ours: 2, peer: 0.5),
        ]),
      BenchRow(RowHeading("grey", "M refs/s"), [RoundSample(ours: 25)]),
    ]
    let lines = Render.bench(BenchResult(rows: rows), Style()).split(separator: "\n")
    #expect(
      lines[1].split(separator: " ").joined(separator: " ")
        == "store 2.00 1.00 … 3.00 ns/store 0.50 4.00× plain 2.00× missed")
    #expect(
      lines[2].split(separator: " ").joined(separator: " ") == "grey 25.0 25.0 … 25.0 M refs/s")
  }

  @Test func figuresAreFoundInWhatTheProgramsPrint() {
    #expect(
      RawBarrier.median(in: #"{"peers":2,"rounds":9,"p50_us":134.5,"p99_us":368.0}"# + "\n")
        == 134.5)
    #expect(RawBarrier.median(in: "usage") == nil)
  }
}
