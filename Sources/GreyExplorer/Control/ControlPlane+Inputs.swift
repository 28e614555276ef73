// Inputs to the machines, looked up or computed.
//
// A limit passes by `tick` with a moment behind it (`ControlPlane.configuration` leaves no other
// limit in reach); then the machine's moments are moved back, see `forgetHistory`.

import GreyBasics
import GreyProtocol
import GreyWire

extension ControlPlane {
  private static func key(_ value: UInt32, _ kind: UInt64, _ operand: UInt64) -> UInt64 {
    UInt64(value) << 32 | kind << 28 | operand
  }

  static func split(_ key: UInt64) -> (value: UInt32, kind: UInt64, operand: UInt64) {
    (UInt32(key >> 32), key >> 28 & 15, key & (1 << 28 - 1))
  }

  // MARK: a node

  private func node(
    _ part: UInt32, _ kind: UInt64, _ operand: UInt64, _ change: (inout NodeStep) -> Void
  ) -> Int {
    let key = Self.key(part, kind, operand)
    if let known = nodeMemo[key] { return Int(known) }
    let number = nodeOutcomes.count
    var step = NodeStep(plane: self, part: parts[part], number: number)
    change(&step)
    step.part.machine.forgetHistory()
    nodeOutcomes.append(
      NodeOutcome(next: self.part(step.part, .input(key)), effects: step.effects))
    nodeOutcomeKeys.append(key)
    nodeMemo.insert(key, UInt32(number))
    return number
  }

  /// A message of the coordinator.
  func deliver(_ item: UInt32, to part: UInt32) -> Int {
    node(part, 0, UInt64(item)) { step in
      let value = items[item]
      if case .down(let message) = value.message {
        step.feed(.message(term: value.term, message))
      }
    }
  }

  /// The state of marking; `counts` has 4 bits for what was sent to and 4 for what was received
  /// from each node in the order of their places.
  func markState(_ part: UInt32, isIdle: Bool, counts: UInt64) -> Int {
    node(part, isIdle ? 1 : 2, counts) { step in
      var channels: [MarkReport.Channel] = []
      for place in 0..<scope.nodes where step.part.peers & 1 << UInt8(place) != 0 {
        let both = counts >> UInt64(place * 8)
        channels.append(
          MarkReport.Channel(peer: Self.node(place), sent: both & 15, received: both >> 4 & 15))
      }
      step.feed(.markState(isIdle: isIdle, channels: channels))
    }
  }

  func park(_ part: UInt32) -> Int { node(part, 3, 0) { $0.park() } }

  func endLease(_ part: UInt32) -> Int {
    node(part, 4, 0) { $0.feed(.tick, at: $0.part.machine.stopInForce?.leaseEnds ?? .zero) }
  }

  func loseCoordinator(_ part: UInt32) -> Int { node(part, 5, 0) { $0.feed(.coordinatorLost) } }

  /// What the gate says to a batch of one reference.
  func admit(_ part: UInt32, from: Int, object: Int, epoch: Int) -> (
    next: UInt32, verdict: BatchGate.Verdict
  ) {
    let outcome = nodeOutcomes[admission(part, from: from, object: object, epoch: epoch)]
    return (outcome.next, Self.verdicts[Int(Self.code(of: outcome))])
  }

  func admission(_ part: UInt32, from: Int, object: Int, epoch: Int) -> Int {
    let key = Self.key(part, 6, UInt64(from << 16 | object << 8 | epoch))
    if let known = nodeMemo[key] { return Int(known) }
    var value = parts[part]
    let verdict = value.gate.admit(
      BatchGate.Batch(
        from: Self.node(from), epoch: Epoch(rawValue: UInt64(epoch)),
        references: GreyBatch(granules: [UInt64(object)])))
    let code = Self.verdicts.firstIndex(of: verdict) ?? 0
    let number = nodeOutcomes.count
    nodeMemo.insert(key, UInt32(number))
    nodeOutcomeKeys.append(key)
    nodeOutcomes.append(
      NodeOutcome(
        next: self.part(value, .input(key)), effects: Array(repeating: .sample, count: code)))
    return number
  }

  private static let verdicts: [BatchGate.Verdict] = [.apply, .held, .drop, .full]
  private static func code(of outcome: NodeOutcome) -> Int { outcome.effects.count }

  // MARK: the coordinator

  private func coordinator(
    _ number: UInt32, _ kind: UInt64, _ operand: UInt64,
    _ input: () -> (CoordinatorInput, Moment)
  ) -> Int {
    coordinatorInputs(number, kind, operand) { _ in [input()] }
  }

  private func coordinatorInputs(
    _ number: UInt32, _ kind: UInt64, _ operand: UInt64,
    _ inputs: (CoordinatorMachine) -> [(CoordinatorInput, Moment)]
  ) -> Int {
    let key = Self.key(number, kind, operand)
    if let known = coordinatorMemo[key] { return Int(known) }
    let outcome = coordinatorOutcomes.count
    var machine = coordinators[number]
    var sends: [(to: UInt8, item: UInt32)] = []
    for (input, now) in inputs(machine) {
      for message in messages(machine.handle(input, now: now)) {
        let value = ControlItem(term: machine.term, message: .down(message.message))
        sends.append((message.to, item(value, .outcome(outcome, sends.count))))
      }
    }
    machine.forgetHistory()
    coordinatorOutcomes.append(
      CoordinatorOutcome(next: coordinator(machine, .input(key)), sends: sends))
    coordinatorOutcomeKeys.append(key)
    coordinatorMemo.insert(key, UInt32(outcome))
    return outcome
  }

  private func messages(
    _ actions: [CoordinatorAction]
  ) -> [(to: UInt8, message: CoordinatorMessage)] {
    actions.compactMap { action in
      switch action {
      case .send(let node, let message): (UInt8(Self.place(node)), message)
      case .reply(let connection, let message): (UInt8(connection.rawValue - 1), message)
      default: nil
      }
    }
  }

  func deliver(_ item: UInt32, from place: Int, to number: UInt32) -> Int {
    coordinator(number, 0, UInt64(item) << 3 | UInt64(place)) {
      let value = items[item]
      switch value.message {
      case .up(.hello(let hello)):
        return (.hello(ConnectionID(rawValue: UInt64(place + 1)), hello), .zero)
      case .up(let message):
        return (.message(from: Self.node(place), term: value.term, message), .zero)
      case .down: return (.tick, .zero)
      }
    }
  }

  func collect(_ number: UInt32) -> Int {
    coordinator(number, 1, 0) { (.collect(.periodic, stepped: false), .zero) }
  }

  /// Counts that are not equal after this time are a false candidate.
  func endConfirming(_ number: UInt32) -> Int {
    let limit = coordinators[number].configuration.timeouts.confirmLimit
    return coordinator(number, 2, 0) { (.tick, .zero + limit) }
  }

  /// What a detector that is wrong as often as it likes does: everybody is said to be idle, with
  /// nothing sent.
  func propose(_ number: UInt32) -> Int {
    coordinatorInputs(number, 5, 0) { machine in
      guard case .marking(let epoch) = machine.phase else { return [] }
      return machine.memberList.map { member in
        let report = MarkReport(
          epoch: epoch, membersVersion: machine.durable.membersVersion, wave: 0, stop: .zero,
          isIdle: true, channels: [])
        return (.message(from: member.node, term: machine.term, .report(report)), .zero)
      }
    }
  }

  /// Half the lease of the stop is over.
  func giveUpStop(_ number: UInt32) -> Int {
    let limit = coordinators[number].configuration.timeouts.stopLimit
    return coordinator(number, 3, 0) { (.tick, .zero + limit + .nanoseconds(1)) }
  }

  func died(_ place: Int, _ number: UInt32) -> Int {
    coordinator(number, 4, UInt64(place)) {
      (.died(Self.node(place), reason: "its process is gone"), .zero)
    }
  }

  /// Another coordinator of the next term, from what the one before had made durable.
  func succeed(_ number: UInt32) -> UInt32 {
    let old = coordinators[number]
    var next = CoordinatorMachine.start(
      old.configuration, recovering: old.durable, now: .zero
    ).machine
    next.forgetHistory()
    return coordinator(next, .succeeded(number))
  }
}

/// One input to a node and what comes of it at once.
struct NodeStep {
  let plane: ControlPlane
  var part: NodePart
  var effects: [NodeEffect] = []
  /// The outcome's, once it is kept.
  private let number: Int

  init(plane: ControlPlane, part: NodePart, number: Int) {
    self.plane = plane
    self.part = part
    self.number = number
  }

  mutating func feed(_ input: NodeInput, at now: Moment = .zero) {
    for action in part.machine.handle(input, now: now) { perform(action) }
    if plane.scope.leases == 0, part.machine.pauseNumber != nil, !part.machine.areWorkersParked {
      park()
    }
  }

  mutating func park() {
    guard let number = part.machine.pauseNumber else { return }
    feed(.workersParked(pause: number))
  }

  private mutating func perform(_ action: NodeAction) {
    switch action {
    case .send(let message): up(message)
    case .sendHeartbeat(let status): up(.heartbeat(status))
    case .arm(let epoch, let members):
      part.peers = 0
      for member in members where member != part.machine.node {
        part.peers |= 1 << UInt8(ControlPlane.place(member))
      }
      effects.append(.arm)
      for batch in part.gate.arm(epoch) {
        for object in batch.references.granules {
          effects.append(
            .early(from: UInt8(ControlPlane.place(batch.from)), object: UInt8(object)))
        }
      }
    case .finishSweepAndClear(let epoch, let clearMarks):
      if clearMarks { effects.append(.clear) }
      feed(.finishedPreparing(epoch))
    case .disarmAndSweep(let epoch):
      effects.append(.sweep)
      part.gate.finish(epoch)
      part.peers = 0
      feed(.sweepFinished(SweepReport(epoch: epoch)))
    case .abortMarking(let epoch):
      effects.append(.abort)
      part.gate.finish(epoch)
      part.peers = 0
    case .sampleMarkState: effects.append(.sample)
    case .fence(let node):
      part.gate.fence(node)
      effects.append(.fence(UInt8(ControlPlane.place(node))))
    case .exit: effects.append(.exit)
    case .stopWorkers, .resumeWorkers, .startMarking, .walk, .endWalk, .joined, .welcomed,
      .membersChanged, .drainForLeaving, .forward, .note:
      break
    }
  }

  private mutating func up(_ message: NodeMessage) {
    let item = ControlItem(term: part.machine.term, message: .up(message))
    effects.append(.up(plane.item(item, .outcome(number, effects.count))))
  }
}
