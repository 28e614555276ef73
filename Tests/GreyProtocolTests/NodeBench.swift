// A node on the workbench: a scripted coordinator, workers that park when told.

import GreyBasics
import GreyWire

@testable import GreyProtocol

struct NodeBench {
  var machine: NodeMachine
  var now = Moment(nanoseconds: 1_000_000_000)
  var actions: [NodeAction] = []
  var term = Term(rawValue: 1)

  init(joined: Bool = true, rules: RuleSet = .all) {
    let configuration = ProtocolConfiguration(cluster: "bench", rules: rules)
    let identity = NodeIdentity(
      cluster: "bench", pid: 7, processStart: 1, host: "here", endpoint: "ipc:7")
    let start = NodeMachine.start(configuration, identity: identity, now: now)
    machine = start.machine
    actions = start.actions
    if joined { hear(welcome()) }
  }

  func welcome(_ node: Int = 1, version: UInt64 = 1, members: [Int] = [1, 2]) -> CoordinatorMessage
  {
    .welcome(
      Welcome(
        term: term, node: NodeID(node), highestEpoch: .zero, membersVersion: version,
        members: members.map { Member(node: NodeID($0), endpoint: "ipc") }, settings: []))
  }

  @discardableResult
  mutating func give(_ input: NodeInput) -> [NodeAction] {
    actions = machine.handle(input, now: now)
    return actions
  }

  @discardableResult
  mutating func hear(_ message: CoordinatorMessage) -> [NodeAction] {
    give(.message(term: term, message))
  }

  /// Time passes, the coordinator being heard of unless it is silent.
  @discardableResult
  mutating func pass(_ duration: Duration, silent: Bool = false) -> [NodeAction] {
    var left = duration
    var all: [NodeAction] = []
    while left > .zero {
      let step = min(left, .milliseconds(100))
      now = now + step
      left -= step
      if !silent { machine.coordinatorHeardAt = now }
      all += machine.handle(.tick, now: now)
    }
    actions = all
    return all
  }

  @discardableResult
  mutating func park() -> [NodeAction] { give(.workersParked(pause: machine.lastPause)) }

  func epoch(_ number: UInt64) -> Epoch { Epoch(rawValue: number) }
  func stop(_ number: UInt64) -> StopNumber { StopNumber(rawValue: number) }

  mutating func prepare(_ number: UInt64 = 1) {
    hear(.prepare(epoch: epoch(number)))
    give(.finishedPreparing(epoch(number)))
  }

  @discardableResult
  mutating func hearStop1(_ epoch: UInt64 = 1, _ number: UInt64 = 1) -> [NodeAction] {
    hear(
      .stopAndArm(
        epoch: self.epoch(epoch), stop: stop(number), members: [NodeID(1), NodeID(2)],
        lease: .seconds(4)))
  }

  @discardableResult
  mutating func hearStop2(_ epoch: UInt64 = 1, _ number: UInt64 = 2) -> [NodeAction] {
    hear(.stopAndConfirm(epoch: self.epoch(epoch), stop: stop(number), lease: .seconds(4)))
  }

  mutating func reachMarking(_ number: UInt64 = 1) {
    prepare(number)
    hearStop1(number)
    park()
    hear(.resume(stop: stop(1)))
  }

  mutating func reachStop2() {
    reachMarking()
    hearStop2()
    park()
  }

  func report(idle: Bool, stop: UInt64 = 0, wave: UInt64 = 0, sent: UInt64 = 0) -> NodeAction {
    .send(
      .report(
        MarkReport(
          epoch: epoch(1), membersVersion: 1, wave: wave, stop: self.stop(stop), isIdle: idle,
          channels: [.init(peer: NodeID(2), sent: sent, received: 0)])))
  }

  @discardableResult
  mutating func mark(idle: Bool, sent: UInt64 = 0) -> [NodeAction] {
    give(
      .markState(isIdle: idle, channels: [.init(peer: NodeID(2), sent: sent, received: 0)]))
  }
}

extension [NodeAction] {
  var messages: [NodeMessage] {
    compactMap { if case .send(let message) = $0 { message } else { nil } }
  }
  /// Without notes and heartbeats.
  var deeds: [NodeAction] {
    filter {
      switch $0 {
      case .note, .sendHeartbeat: false
      default: true
      }
    }
  }
}
