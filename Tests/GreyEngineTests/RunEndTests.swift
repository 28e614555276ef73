// The end of a run is heard by every node, whoever is the coordinator by then.

import GreyBasics
import GreyEvents
import GreyWire
import Testing

@testable import GreyEngine

@Suite struct RunEndTests {
  private let run = RunID(rawValue: 1)
  private var start: ControlVerb {
    .run(
      workload: "waiting", parameters: [:], seed: 1, durationUs: nil, nodes: nil, detach: true)
  }

  @Test func aCancelledRunIsDurableBeforeAnybodyHearsOfIt() throws {
    let reign = try Reign()
    try reign.hello(1)
    try reign.hello(2)
    try reign.ask(start)
    let before = reign.written.count
    try reign.ask(.cancel(run: run))
    #expect(reign.orders(of: run, to: 1) == ["start", "drop"])
    let end = try #require(reign.written.dropFirst(before).first)
    #expect(end.heard[1] == (reign.heard[1]?.count ?? 0) - 1, "written before it was sent")
  }

  @Test func aSuccessorTellsOfTheEndWhoeverHasNotHeardOfIt() throws {
    let first = try Reign()
    try first.hello(1)
    try first.hello(2)
    #expect(first.engine.memberNodes == [NodeID(1), NodeID(2)])
    try first.ask(start)
    try first.ask(.cancel(run: run))
    // The connection to node 2 is cut, its order lost, and then the coordinator dies.
    let second = try Reign(after: first.written.last?.bytes)
    #expect(!second.engine.isRunning)
    for process in 1...2 {
      try second.hello(process, as: NodeID(process), term: Term(rawValue: 1))
      #expect(second.orders(of: run, to: process) == ["drop"])
    }
    // And so does the one after it.
    let third = try Reign(after: second.written.last?.bytes)
    try third.hello(2, as: NodeID(2), term: Term(rawValue: 2))
    #expect(third.orders(of: run, to: 2) == ["drop"])
  }

  @Test func aRunThatStillRunsIsStartedAgainAndNotDropped() throws {
    let first = try Reign()
    try first.hello(1)
    try first.ask(start)
    let second = try Reign(after: first.written.last?.bytes)
    try second.hello(1, as: NodeID(1), term: Term(rawValue: 1))
    #expect(second.orders(of: run, to: 1) == ["start"])
    #expect(second.engine.isRunning)
  }

  @Test func itIsForgottenWhenEverybodyHasAnsweredInALaterCycle() {
    func epoch(_ number: Int) -> Epoch { Epoch(rawValue: UInt64(number)) }
    var table = RunTable(EngineMemory(settings: []), now: .zero, wall: WallTime(nanoseconds: 0))
    func summary(_ run: Int) -> RunSummary {
      RunSummary(
        run: RunID(rawValue: UInt64(run)), workload: "w", state: .ok, nodes: [NodeID(run)],
        elapsedUs: 0)
    }
    table.noteEnd(summary(1), epoch: epoch(4))
    table.noteEnd(summary(2), epoch: epoch(5))
    // Epoch 4 was under way when run 1 ended: its PREPARE may have gone before the order.
    let isChanged = table.noteCycle(epoch(4))
    #expect(!isChanged)
    #expect(table.untold.map(\.run.rawValue) == [1, 2])
    #expect(table.over(on: NodeID(1)) == [RunID(rawValue: 1)])
    #expect(table.over(on: NodeID(3)).isEmpty)
    let isChanged5 = table.noteCycle(epoch(5))
    #expect(isChanged5)
    #expect(table.untold.map(\.run.rawValue) == [2])
    let isChanged7 = table.noteCycle(epoch(7))
    #expect(isChanged7)
    #expect(table.untold.isEmpty)
    for run in 1...1_500 { table.noteEnd(summary(run), epoch: epoch(8)) }
    #expect(table.untold.count == 1_000, "bounded, the oldest go")
    #expect(table.untold.first?.run.rawValue == 501)
  }
}

@Suite struct TypeRangeTests {
  @Test func twoRunsAtATimeHaveTypesOfTheirOwn() throws {
    let reign = try Reign()
    try reign.hello(1)
    func start() throws -> UInt16 {
      try reign.ask(
        .run(
          workload: "waiting", parameters: [:], seed: 1, durationUs: nil, nodes: nil, detach: true))
      return try #require(reign.engine.runs.records.last).description.firstType
    }
    let first = try start()
    let second = try start()
    #expect(first != second)
    try reign.ask(.cancel(run: RunID(rawValue: 1)))
    #expect(try start() == first, "what is free is used again")
    #expect(Set([first, second]).isDisjoint(with: [try start()]))
  }
}
