// Every measurement runs, in small, and finds what it is meant to find.
//
// Nothing here looks at how long anything took.

import ArgumentParser
import Glibc
import GreyBasics
import GreyCollector
import GreyCommands
import GreyEvents
import GreyHeap
import Synchronization
import Testing

/// A measurement that is a list of figures; it counts its ends.
private final class Listed: BenchRounds, Sendable {
  let figures: [Double]
  let state = Mutex((round: 0, ends: 0))
  init(_ figures: [Double]) { self.figures = figures }

  func round() throws -> [RoundSample] {
    let round = state.withLock { state in
      defer { state.round += 1 }
      return state.round
    }
    guard round < figures.count else { throw BenchSkipped("no more figures") }
    return [RoundSample(ours: figures[round]), RoundSample(ours: -figures[round])]
  }
  func end() { state.withLock { $0.ends += 1 } }
}

@Suite struct BenchSuiteTests {
  private func suite(
    _ listed: Listed, interrupted: @escaping @Sendable () -> Bool = { false }
  ) -> BenchSuite {
    BenchSuite(
      [
        Measurement([RowHeading("up", "x"), RowHeading("down", "x")]) { _, _ in listed },
        Measurement([RowHeading("absent", "x")]) { _, _ in throw BenchSkipped("not here") },
      ], interrupted: interrupted)
  }

  @Test func theFirstRoundOnlyWarmsUp() throws {
    let listed = Listed([100, 1, 3, 2])
    let result = try suite(listed).run(BenchRequest(only: ["up"], rounds: 3)) { _ in }
    #expect(result.rows.map(\.name) == ["up"])
    #expect(result.rows[0].ours == 2 && result.rows[0].max == 3)
    #expect(listed.state.withLock { $0.ends } == 1)
  }

  @Test func whatCannotBeMeasuredHereIsNotedAndLeftOut() throws {
    var news: [BenchNews] = []
    let listed = Listed([0, 1])
    let result = try suite(listed).run(BenchRequest(rounds: 1)) { news.append($0) }
    #expect(result.rows.map(\.name) == ["up", "down"])
    #expect(news.contains(.note("not measured: absent: not here")))
  }

  @Test func aMeasurementThatStopsInTheMiddleIsEndedToo() throws {
    let listed = Listed([0, 1])
    let result = try suite(listed).run(BenchRequest(rounds: 5)) { _ in }
    #expect(result.rows.isEmpty)
    #expect(listed.state.withLock { $0.ends } == 1)
  }

  @Test func anUnknownNameIsTold() {
    #expect(throws: CommandFailure.self) {
      try suite(Listed([])).run(BenchRequest(only: ["up", "sideways"])) { _ in }
    }
  }

  @Test func ctrlCEndsTheMeasurementBetweenRounds() {
    let listed = Listed([0, 1, 2])
    let asked = Mutex(0)
    let suite = BenchSuite(
      suite(listed).measurements,
      interrupted: {
        asked.withLock { asked in
          asked += 1
          return asked == 3
        }
      })
    #expect(throws: CommandFailure(.checkFailed, "interrupted")) {
      try suite.run(BenchRequest(rounds: 2)) { _ in }
    }
    #expect(listed.state.withLock { $0.round } == 2)
    #expect(listed.state.withLock { $0.ends } == 1)
  }

  @Test func optionsBecomeARequest() throws {
    let command = try #require(
      try GreywaveCommand.parseAsRoot(
        ["bench", "--only", "mark", "store", "--quick", "--rounds", "9", "--json"])
        as? BenchCommand)
    #expect(command.only == ["mark", "store"])
    #expect(command.quick && command.json && command.rounds == 9)
    #expect(throws: (any Error).self) {
      try GreywaveCommand.parseAsRoot(["bench", "--rounds", "0"])
    }
    #expect(BenchScale(BenchRequest(quick: true, rounds: 9)).rounds == 9)
    #expect(BenchScale(BenchRequest(quick: true)).objects == BenchScale.quick.objects)
    #expect(BenchScale(BenchRequest()) == .full)
  }
}

@Suite struct BenchMeasurementTests {
  private static let small = BenchScale(objects: 700, rounds: 1, stops: 1, barrierStops: 1)
  private static let inProcess: [Measurement] =
    BenchSuite.all(BenchTools(executable: "/nowhere", environment: [:])).measurements
    .filter { !$0.headings[0].name.contains("stop") }

  @Test(arguments: inProcess.indices)
  func itMeasures(_ index: Int) throws {
    let measurement = Self.inProcess[index]
    let rounds = try measurement.prepare(Self.small) { _ in }
    // A second round must find what the first one left.
    for _ in 1...3 {
      let samples = try rounds.round()
      #expect(samples.count == measurement.headings.count)
      for (sample, heading) in zip(samples, measurement.headings) {
        #expect(sample.ours > 0 && sample.ours.isFinite, "\(heading.name)")
        #expect((sample.peer == nil) == (heading.peerName == nil), "\(heading.name)")
        if let peer = sample.peer { #expect(peer > 0 && peer.isFinite) }
      }
    }
    rounds.end()
  }

  @Test func everyRowHasANameOfItsOwn() {
    let names = BenchSuite.all(BenchTools(executable: "/nowhere", environment: [:])).names
    #expect(Set(names).count == names.count)
    #expect(names.contains("mark-interior") && names.contains("stop2-nodes-4"))
  }

  @Test(arguments: GraphShape.allCases)
  func bothMarkersReachTheSameObjects(_ shape: GraphShape) throws {
    let graph = try MarkGraph(shape, objects: 900, seed: 5)
    let ideal = IdealMarker(extent: graph.extent)
    let reached = ideal.mark(from: graph.root, view: graph.heap.view)
    #expect(shape == .sequential ? reached == 900 : reached > 800)

    let collector = Collector(heap: graph.heap, rules: .all)
    collector.arm(epoch: Epoch(rawValue: 1), members: [graph.heap.node])
    let marker = collector.makeMarker()
    marker.shade(graph.root)
    marker.publish()
    while !marker.drain(objects: 50).isDry {}
    #expect(collector.totals.objectsMarked == reached)

    // Marked bytes stay until they are cleared.
    ideal.clear()
    #expect(ideal.mark(from: graph.root, view: graph.heap.view) == reached)
  }

  @Test func stopsWithoutAClusterAreSkippedAndLeaveNothing() throws {
    let scratch = try Scratch()
    let tools = BenchTools(
      executable: "/bin/false", environment: ["PATH": "/nowhere"],
      temporary: scratch.path + "/run")
    let measurement = try #require(
      BenchSuite.all(tools).measurements.first { $0.headings[0].name == "stop1-nodes-1" })
    var news: [BenchNews] = []
    let suite = BenchSuite([measurement])
    let result = try suite.run(BenchRequest(rounds: 1)) { news.append($0) }
    #expect(result.rows.isEmpty)
    let notes = news.compactMap { if case .note(let text) = $0 { text } else { nil } }
    #expect(notes.contains { $0.contains("no raw libzmq barrier") })
    #expect(notes.contains { $0.contains("greywave up: status 1") })
    #expect(Files.names(in: scratch.path + "/run").isEmpty)
  }
}

@Suite struct ChildProcessTests {
  private func run(_ script: String, limit: Duration) throws -> ChildProcess.Outcome {
    let tools = BenchTools(executable: "/nowhere", environment: [:])
    let folder = try tools.makeFolder()
    defer { rmdir(folder) }
    defer { for name in ["/stdout", "/stderr"] { unlink(folder + name) } }
    return try ChildProcess(
      "/bin/sh", ["-c", script], environment: ["WORD": "here"], limit: limit
    ).run(in: folder)
  }

  @Test func outputErrorsAndStatusComeBack() throws {
    let outcome = try run("echo $WORD; echo away >&2; exit 3", limit: .seconds(60))
    #expect(outcome.output == "here\n" && outcome.errors == "away\n")
    #expect(outcome.status == 3 && !outcome.isLate)
    #expect(outcome.complaint == "status 3: away")
  }

  @Test func aProgramThatDoesNotEndIsEndedAtItsLimit() throws {
    let outcome = try run("exec cat /dev/zero >/dev/null", limit: .milliseconds(50))
    #expect(outcome.isLate && outcome.status == 128 + SIGTERM)
  }

  @Test func aProgramThatNobodyWantsAnyMoreIsEnded() throws {
    let tools = BenchTools(executable: "/nowhere", environment: [:])
    let folder = try tools.makeFolder()
    defer { rmdir(folder) }
    defer { for name in ["/stdout", "/stderr"] { unlink(folder + name) } }
    let asked = Mutex(0)
    let outcome = try ChildProcess(
      "/bin/sh", ["-c", "exec cat /dev/zero >/dev/null"], environment: [:], limit: .seconds(60),
      interrupted: {
        asked.withLock { asked in
          asked += 1
          return asked == 2
        }
      }
    ).run(in: folder)
    #expect(outcome.isLate && outcome.status == 128 + SIGTERM)
  }

  @Test func aProgramThatIsNotThereIsAFailure() {
    #expect(throws: CommandFailure.self) {
      try ChildProcess("/nowhere/x", [], environment: [:], limit: .seconds(1)).run(in: "/tmp")
    }
  }
}
