// The comparison: what peers print is understood, goals are held against the right figure, and a
// peer that is not there, or has another graph, is treated as it should be.

import ArgumentParser
import Glibc
import GreyCommands
import GreyEvents
import Testing

@Suite struct CompareFigureTests {
  @Test func goalsHoldAtTheBoundAndNotBeyond() {
    func met(_ goal: RatioGoal, ours: Double, peer: Double) -> Bool? {
      BenchRow(
        RowHeading("a", "b", peer: "c", goal: goal), [RoundSample(ours: ours, peer: peer)]
      ).met
    }
    #expect(met(.atMost(0.25), ours: 1, peer: 4) == true)
    #expect(met(.atMost(0.25), ours: 1.01, peer: 4) == false)
    #expect(met(.atLeast(4), ours: 8, peer: 2) == true)
    #expect(met(.atLeast(4), ours: 7.9, peer: 2) == false)
  }

  @Test func anAbsoluteGoalNeedsNoPeer() {
    let heading = RowHeading("bytes", "bytes/edge", goal: .atMost(2), isAbsolute: true)
    let low = BenchRow(
      heading, [RoundSample(ours: 1.5), RoundSample(ours: 3), RoundSample(ours: 1)])
    #expect(low.met == true && low.ratio == nil && low.max == 3)
    #expect(BenchRow(heading, [RoundSample(ours: 2.5)]).met == false)
    let beside = RowHeading("refs", "references", peer: "x", goal: .atLeast(10), isAbsolute: true)
    let row = BenchRow(beside, [RoundSample(ours: 10, peer: 2)])
    #expect(row.met == true && row.ratio == nil && row.peer == 2)
    let line = Render.bench(BenchResult(rows: [row]), Style()).split(separator: "\n")[1]
    #expect(line.hasSuffix("10.0 met"), "\(line)")
  }

  @Test func percentilesAreNearestRank() {
    let values = (0..<100).map { Double($0 * 37 % 100 + 1) }
    #expect(values.percentile(50) == 50 && values.percentile(99) == 99)
    #expect([7.0].percentile(99) == 7 && [7.0].percentile(1) == 7)
    #expect([3.0, 1, 2].percentile(50) == 2 && [3.0, 1, 2].percentile(99) == 3)
  }

  @Test func rowsAreChosenByNumberOrByAPartOfTheirName() {
    #expect(BenchSuite.isWanted("1-allocate-go", by: ["1"]))
    #expect(!BenchSuite.isWanted("10-stop1-all-busy-2-p50", by: ["1"]))
    #expect(BenchSuite.isWanted("10-stop1-all-busy-2-p50", by: ["4", "10"]))
    #expect(BenchSuite.isWanted("4-mark-rand-4-go", by: ["rand-4"]))
    #expect(BenchSuite.isWanted("anything", by: []))
    #expect(!BenchSuite.isWanted("mark-random", by: ["store"]))
  }
}

@Suite struct PeerOutputTests {
  @Test func theLastObjectOnALineIsTheAnswer() throws {
    let output = try #require(
      PeerOutput("noise\n{\"a\":1}\n{\"ns\":2.5,\"list\":[1,2.5],\"none\":null,\"sum\":\"18\"}\n"))
    #expect(output.figure("ns") == 2.5 && output.figures("list") == [1, 2.5])
    #expect(output.figure("none") == nil && output.figure("a") == nil)
    #expect(output.text("sum") == "18" && output.text("ns") == nil)
    #expect(throws: CommandFailure.self) { try output.needed("none") }
    #expect(PeerOutput("usage: peer\n[1]\n") == nil)
  }

  @Test func theMarkPhaseIsTheMiddleClockTimeOfAForcedCycle() {
    let forced = """
      14.4559gc 3 @0.060s 4%: 0.032+11+0.006 ms clock, 0.065+0/1.6/20+0.012 ms cpu, \
      6->6->6 MB, 8532210231537 MB goal, 0 MB stacks, 0 MB globals, 2 P (forced)
      """
    #expect(PeerOutput.markPhase(ofTraceLine: forced) == 11)
    #expect(PeerOutput.markPhase(ofTraceLine: forced.replacing(" (forced)", with: "")) == nil)
    #expect(PeerOutput.markPhase(ofTraceLine: "gc forced (forced)") == nil)
    #expect(PeerOutput.markPhase(ofTraceLine: forced.replacing("+0.006", with: "")) == nil)
  }

  @Test func theFirstForcedCycleWarmsUp() throws {
    func line(_ number: Int, _ ms: String) -> String {
      "gc \(number) @0.1s 3%: 0.02+\(ms)+0.01 ms clock, 0+0/0/0+0 ms cpu, 1 P (forced)\n"
    }
    let trace = line(1, "9") + "gc 2 @0.1s 3%: 0.02+8+0.01 ms clock, x\n" + line(3, "0.75")
    let output = try #require(PeerOutput("{}", errors: trace + line(4, "6")))
    #expect(output.goMarkPhases == [0.75, 6])
  }

  @Test func theKernelsFiguresOfAProcess() {
    let stat = "42 (a ) b) S 1 2 3 4 5 6 7 8 9 10 150 25 0 0 20"
    #expect(ProcessFigures.cpuTicks(inStat: stat) == 175)
    #expect(ProcessFigures.cpuTicks(inStat: "42 (x) S 1") == nil)
    let rollup = """
      Rss:        900 kB
      Private_Clean:       12 kB
      Private_Dirty:      100 kB
      Private_Hugetlb:      0 kB
      """
    #expect(ProcessFigures.privateBytes(inRollup: rollup) == 112 << 10)
    #expect(ProcessFigures.privateBytes(inRollup: "Rss: 1 kB") == nil)
  }
}

@Suite struct ComparisonTests {
  private let tools = BenchTools(
    executable: "/nowhere", environment: ["GREYWAVE_PEERS": "/nowhere"])

  @Test func everyRowHasANumberAndANameOfItsOwn() {
    let names = BenchSuite.comparison(tools).names
    #expect(Set(names).count == names.count)
    for number in 1...15 {
      #expect(names.contains { $0.hasPrefix("\(number)-") }, "row \(number)")
    }
    #expect(names.allSatisfy { $0.split(separator: "-").first.flatMap { Int($0) } != nil })
  }

  @Test func absentPeersAreTold() throws {
    #expect(Peer.allCases.allSatisfy { !PeerPrograms(tools).has($0) })
    #expect(try PeerPrograms(tools).run(.go, ["trees", "4"]) == nil)
    let store = try #require(
      BenchSuite.comparison(tools).measurements.first { $0.headings[0].name.hasPrefix("8-") })
    var notes: [String] = []
    let rounds = try store.prepare(
      BenchScale(objects: 700, rounds: 1, stops: 1, barrierStops: 1)
    ) { if case .note(let text) = $0 { notes.append(text) } }
    let samples = try rounds.round()
    #expect(samples.count == 2 && samples.allSatisfy { $0.peer == nil && $0.ours > 0 })
    #expect(notes == ["go-peer is absent: cluster/compare builds it"])
  }

  @Test func aPeerIsRunAndItsFailureTold() throws {
    let scratch = try Scratch()
    let path = scratch.path + "/boehm"
    func script(_ body: String) throws {
      try Files.writeWhole("#!/bin/sh\n" + body + "\n", to: path)
      chmod(path, 0o700)
    }
    let peers = PeerPrograms(
      BenchTools(executable: "/nowhere", environment: ["GREYWAVE_PEERS": scratch.path]))
    try script(#"echo "{\"words\":\"$*\",\"gogc\":\"$GOGC\"}""#)
    let output = try #require(try peers.run(.boehm, ["trees", "6"], environment: ["GOGC": "50"]))
    #expect(output.text("words") == "trees 6" && output.text("gogc") == "50")
    try script("echo nothing")
    #expect(throws: CommandFailure.self) { try peers.run(.boehm, []) }
    try script("exit 1")
    #expect(throws: CommandFailure.self) { try peers.run(.boehm, []) }
  }

  @Test func optionsOfTheComparison() throws {
    let command = try #require(
      try GreywaveCommand.parseAsRoot(
        ["bench", "--compare", "--only", "4,9", "mark", "--runs", "11"]) as? BenchCommand)
    #expect(command.compare && command.only == ["4,9", "mark"] && command.rounds == 11)
  }
}
