// A coordinator on the workbench: scripted members, time that moves when told.

import GreyBasics
import GreyWire

@testable import GreyProtocol

struct CoordinatorBench {
  var machine: CoordinatorMachine
  var now = Moment(nanoseconds: 1_000_000_000)
  var actions: [CoordinatorAction] = []

  init(
    members: Int = 0, rules: RuleSet = .all, detector: DetectorKind = .channelCounts,
    recovering: DurableState? = nil
  ) {
    let configuration = ProtocolConfiguration(cluster: "bench", detector: detector, rules: rules)
    let start = CoordinatorMachine.start(configuration, recovering: recovering, now: now)
    machine = start.machine
    actions = start.actions
    for process in 0..<members { hello(process) }
  }

  @discardableResult
  mutating func give(_ input: CoordinatorInput) -> [CoordinatorAction] {
    actions = machine.handle(input, now: now)
    return actions
  }

  /// Time passes in steps that no member notices, all of them alive.
  @discardableResult
  mutating func pass(_ duration: Duration, silent: [NodeID] = []) -> [CoordinatorAction] {
    var left = duration
    var all: [CoordinatorAction] = []
    while left > .zero {
      let step = min(left, .milliseconds(100))
      now = now + step
      left -= step
      for node in machine.members.keys where !silent.contains(node) {
        machine.members.update(node) { $0.lastHeard = now }
      }
      all += machine.handle(.tick, now: now)
    }
    actions = all
    return all
  }

  @discardableResult
  mutating func hello(
    _ process: Int, node: NodeID = .none, term: Term = .zero, epoch: Epoch = .zero,
    members: [NodeID] = [], cluster: String = "bench", version: UInt16 = 1
  ) -> [CoordinatorAction] {
    give(
      .hello(
        ConnectionID(rawValue: UInt64(process)),
        Hello(
          version: version, cluster: cluster, pid: UInt32(100 + process), processStart: 1,
          host: "here", endpoint: "ipc:\(process)", node: node, term: term, highestEpoch: epoch,
          members: members.map { Member(node: $0, endpoint: "ipc") })))
  }

  @discardableResult
  mutating func say(_ node: Int, _ message: NodeMessage) -> [CoordinatorAction] {
    give(.message(from: NodeID(node), term: machine.term, message))
  }

  /// Each of these nodes says so, in their order.
  @discardableResult
  mutating func all(_ nodes: ClosedRange<Int>, _ message: NodeMessage) -> [CoordinatorAction] {
    var all: [CoordinatorAction] = []
    for node in nodes { all += say(node, message) }
    actions = all
    return all
  }

  @discardableResult
  mutating func collect(_ request: UInt64 = 1, stepped: Bool = false) -> [CoordinatorAction] {
    give(.collect(.command(request: request), stepped: stepped))
  }

  var epoch: Epoch { machine.phase.undecided ?? .zero }
  var stop: StopNumber { machine.phase.stop ?? .zero }

  func report(
    idle: Bool = true, wave: UInt64 = 0, stop: StopNumber = .zero,
    _ channels: [(Int, sent: UInt64, received: UInt64)] = []
  ) -> NodeMessage {
    .report(
      MarkReport(
        epoch: epoch, membersVersion: machine.durable.membersVersion, wave: wave, stop: stop,
        isIdle: idle,
        channels: channels.map {
          MarkReport.Channel(peer: NodeID($0.0), sent: $0.sent, received: $0.received)
        }))
  }

  func stopped() -> NodeMessage {
    .stopped(stop: stop, epoch: epoch, stopNanoseconds: 5_000)
  }

  // MARK: To some point of a cycle

  mutating func reachStop1(_ nodes: ClosedRange<Int>) {
    collect()
    all(nodes, .prepared(epoch: epoch))
  }

  mutating func reachMarking(_ nodes: ClosedRange<Int>) {
    reachStop1(nodes)
    all(nodes, stopped())
  }

  mutating func reachStop2(_ nodes: ClosedRange<Int>) {
    reachMarking(nodes)
    all(nodes, report())
  }

  @discardableResult
  mutating func reachDecision(_ nodes: ClosedRange<Int>) -> [CoordinatorAction] {
    reachStop2(nodes)
    all(nodes, stopped())
    return all(nodes, report(stop: stop))
  }
}

extension [CoordinatorAction] {
  func sent(to node: Int) -> [CoordinatorMessage] {
    compactMap { if case .send(NodeID(node), let message) = $0 { message } else { nil } }
  }
  /// To whom, in order.
  func receivers(of message: CoordinatorMessage) -> [Int] {
    compactMap {
      if case .send(let node, message) = $0 { Int(node.rawValue) } else { nil }
    }
  }
  var notes: [CoordinatorNote] {
    compactMap { if case .note(let note) = $0 { note } else { nil } }
  }
  var refusals: [String] {
    compactMap { if case .reply(_, .refuse(let reason)) = $0 { reason } else { nil } }
  }
  var welcomes: [Welcome] {
    compactMap { if case .reply(_, .welcome(let welcome)) = $0 { welcome } else { nil } }
  }
  var cycles: [CycleSummary] {
    compactMap { if case .cycleFinished(let summary, _) = $0 { summary } else { nil } }
  }
}
