// A node of the toy world: a NodeMachine, a batch gate, workers that park when they feel like it,
// and marking that is only numbers.
//
// Toy marking. Each epoch gives the node some roots. Scanning one, or a grey thing, yields more
// grey things here and references for others, until the node's fuel for this epoch is spent.
// While tasks run, the write barrier adds to a buffer now and then (fuel again): that is not seen
// by anybody until the workers park, so false candidates happen as they do in the real thing.

import GreyBasics
import GreyWire

@testable import GreyProtocol

struct ToyNode {
  var machine: NodeMachine
  var gate: BatchGate
  var isAlive = true
  var frozenUntil = Moment.zero
  var tickAt = Moment.distantFuture
  var lastToNode = Moment.zero
  var lastToCoordinator = Moment.zero

  var pause: UInt64?
  var isParked = false
  var pausedSince = Moment.zero

  // What the actions have made of it.
  var armed = Epoch.zero
  var isMarking = false
  var hasMarks = false
  var armedEver: Set<Epoch> = []
  var abortedEver: Set<Epoch> = []
  var peers: [NodeID] = []
  /// Everybody that was ever on its list.
  var everListed = SortedSet<NodeID>()

  // The toy.
  var roots = 0
  var grey = 0
  var buffered = 0
  var fuel = 0
  var barrierFuel = 0
  var sent = SortedMap<NodeID, UInt64>()
  var received = SortedMap<NodeID, UInt64>()
  /// Of a cycle walked by hand: the order not yet answered, and what is left of its allowance.
  var order: WalkOrder?
  var allowance = WalkOrder.unlimited
  /// An epoch whose sweep has not ended.
  var toSweep: Epoch?

  var id: NodeID { machine.node }
  var isToyIdle: Bool { roots == 0 && grey == 0 }
  var channels: [MarkReport.Channel] {
    peers.filter { $0 != id }.map {
      MarkReport.Channel(peer: $0, sent: sent[$0] ?? 0, received: received[$0] ?? 0)
    }
  }
}

extension ToyWorld {
  func startNode() throws {
    let process = nodes.count
    let identity = NodeIdentity(
      cluster: "toy", pid: UInt32(1_000 + process), processStart: 7, host: "here",
      endpoint: "toy:\(process)")
    let (machine, actions) = NodeMachine.start(configuration, identity: identity, now: now)
    nodes.append(ToyNode(machine: machine, gate: BatchGate(rules: rules)))
    log("process \(process) starts")
    for action in actions { try perform(action, at: process) }
    scheduleTick(process)
  }

  func scheduleTick(_ process: Int) {
    let deadline = nodes[process].machine.nextDeadline
    guard deadline < nodes[process].tickAt else { return }
    nodes[process].tickAt = max(deadline, now) + .microseconds(1 + random.below(500))
    queue.schedule(.nodeTick(process: process), at: nodes[process].tickAt)
  }

  func give(_ input: NodeInput, to process: Int) throws {
    guard nodes[process].isAlive else { return }
    guard nodes[process].frozenUntil <= now else {
      return queue.schedule(.node(process: process, input), at: nodes[process].frozenUntil)
    }
    if case .tick = input {} else { log("p\(process) \(nodes[process].id) <- \(input)") }
    if case .workersParked(let pause) = input, nodes[process].pause == pause {
      nodes[process].isParked = true
      // Parking flushes the barrier buffers.
      nodes[process].grey += nodes[process].buffered
      nodes[process].buffered = 0
      let epoch = nodes[process].armed
      if nodes[process].grey > 0 {
        queue.schedule(.markStep(process: process, epoch), at: now + .microseconds(20))
      }
    }
    let actions = nodes[process].machine.handle(input, now: now)
    for action in actions { try perform(action, at: process) }
    if nodes[process].isAlive { scheduleTick(process) }
  }

  func perform(_ action: NodeAction, at process: Int) throws {
    try check(action, at: process)
    if case .note = action {} else { log("p\(process) \(nodes[process].id): \(action)") }
    switch action {
    case .send(let message): transmit(from: process, message)
    case .sendHeartbeat(let status): transmit(from: process, .heartbeat(status))
    case .stopWorkers(let pause):
      nodes[process].pause = pause
      nodes[process].isParked = false
      nodes[process].pausedSince = now
      var wait = Duration.microseconds(random.below(300))
      if !isHealed, troubles.stuckEvery > 0, random.chance(1, in: troubles.stuckEvery) {
        wait = .nanoseconds(random.below(Int(troubles.longDelay.nanoseconds)))
      }
      queue.schedule(.node(process: process, .workersParked(pause: pause)), at: now + wait)
    case .resumeWorkers:
      nodes[process].pause = nil
      nodes[process].isParked = false
      let epoch = nodes[process].armed
      queue.schedule(.markStep(process: process, epoch), at: now + .microseconds(50))
    case .finishSweepAndClear(let epoch, let clearMarks):
      if clearMarks { nodes[process].hasMarks = false }
      if let swept = nodes[process].machine.sweeping {
        try give(.sweepFinished(SweepReport(epoch: swept)), to: process)
      }
      later(process, .finishedPreparing(epoch), within: 2_000)
    case .arm(let epoch, let members): try arm(epoch, members, at: process)
    case .startMarking(let epoch):
      nodes[process].isMarking = true
      nodes[process].roots = 1 + random.below(3)
      queue.schedule(.markStep(process: process, epoch), at: now + .microseconds(50))
    case .disarmAndSweep(let epoch):
      endMarking(process, epoch)
      // Sweeping leaves the marks clear.
      nodes[process].hasMarks = false
      nodes[process].toSweep = epoch
      try sweepSome(process)
    case .abortMarking(let epoch):
      nodes[process].abortedEver.insert(epoch)
      aborted.insert(epoch)
      endMarking(process, epoch)
    case .walk(let order): try walk(order, at: process)
    case .endWalk: try endWalk(process)
    case .sampleMarkState: try sample(process)
    case .drainForLeaving: later(process, .drained, within: 400_000)
    case .fence(let other): nodes[process].gate.fence(other)
    case .exit: nodes[process].isAlive = false
    case .joined(let welcome):
      for member in welcome.members { nodes[process].everListed.insert(member.node) }
    case .membersChanged(_, let members):
      for member in members { nodes[process].everListed.insert(member.node) }
    case .welcomed, .forward, .note: break
    }
  }

  private func later(_ process: Int, _ input: NodeInput, within microseconds: Int) {
    queue.schedule(
      .node(process: process, input), at: now + .microseconds(1 + random.below(microseconds)))
  }

  private func transmit(from process: Int, _ message: NodeMessage) {
    let machine = nodes[process].machine
    let arrival = max(nodes[process].lastToCoordinator, now + delay())
    nodes[process].lastToCoordinator = arrival
    queue.schedule(
      .toCoordinator(process: process, machine.node, machine.term, message), at: arrival)
  }

  // MARK: Toy marking

  private func arm(_ epoch: Epoch, _ members: [NodeID], at process: Int) throws {
    nodes[process].armed = epoch
    nodes[process].armedEver.insert(epoch)
    nodes[process].isMarking = false
    nodes[process].hasMarks = true
    nodes[process].peers = members
    nodes[process].roots = 1
    nodes[process].grey = 0
    nodes[process].buffered = 0
    nodes[process].fuel = random.below(8)
    nodes[process].barrierFuel = random.below(4)
    nodes[process].sent.removeAll()
    nodes[process].received.removeAll()
    for batch in nodes[process].gate.arm(epoch) { apply(batch, at: process) }
  }

  private func endMarking(_ process: Int, _ epoch: Epoch) {
    nodes[process].armed = .zero
    nodes[process].isMarking = false
    nodes[process].roots = 0
    nodes[process].grey = 0
    nodes[process].buffered = 0
    nodes[process].gate.finish(epoch)
  }

  func takeBatch(_ batch: BatchGate.Batch, at process: Int) throws {
    guard nodes[process].isAlive else { return }
    guard nodes[process].frozenUntil <= now else {
      return queue.schedule(.batch(to: process, batch), at: nodes[process].frozenUntil)
    }
    guard !nodes[process].machine.fenced.contains(batch.from) else { return }
    if nodes[process].gate.admit(batch) == .apply {
      if batch.epoch != nodes[process].armed {
        throw violated("batch of epoch \(batch.epoch) applied in \(nodes[process].armed)")
      }
      apply(batch, at: process)
      try sample(process)
    }
  }

  private func apply(_ batch: BatchGate.Batch, at process: Int) {
    let count = UInt64(batch.references.count)
    nodes[process].received[batch.from] = (nodes[process].received[batch.from] ?? 0) + count
    nodes[process].grey += batch.references.count
    queue.schedule(
      .markStep(process: process, batch.epoch), at: now + .microseconds(random.below(200)))
  }

  private func sample(_ process: Int) throws {
    let node = nodes[process]
    try give(.markState(isIdle: node.isToyIdle, channels: node.channels), to: process)
  }

  func markStep(_ process: Int, _ epoch: Epoch) throws {
    guard nodes[process].isAlive, nodes[process].armed == epoch, epoch != .zero else { return }
    guard nodes[process].frozenUntil <= now else {
      return queue.schedule(.markStep(process: process, epoch), at: nodes[process].frozenUntil)
    }
    // Mark workers run while tasks are parked; the barrier and the roots need running tasks.
    if nodes[process].isMarking, !nodes[process].isParked {
      if nodes[process].roots > 0 {
        nodes[process].roots -= 1
        nodes[process].grey += random.below(3)
      } else if nodes[process].barrierFuel > 0, random.chance(1, in: 3) {
        nodes[process].barrierFuel -= 1
        nodes[process].buffered += 1
      }
    }
    if nodes[process].grey > 0, nodes[process].allowance > 0 {
      nodes[process].grey -= 1
      nodes[process].spend()
      yieldReferences(process, epoch)
    }
    try sample(process)
    try answerWalk(process)
    let node = nodes[process]
    guard node.isAlive, node.armed == epoch else { return }
    let isMutating = node.isMarking && !node.isParked
    if node.grey > 0 && node.allowance > 0 || isMutating && (node.roots > 0 || node.barrierFuel > 0)
    {
      queue.schedule(
        .markStep(process: process, epoch), at: now + .microseconds(20 + random.below(400)))
    }
  }

  private func yieldReferences(_ process: Int, _ epoch: Epoch) {
    guard nodes[process].fuel > 0 else { return }
    nodes[process].fuel -= 1
    let others = nodes[process].peers.filter { $0 != nodes[process].id }
    guard !others.isEmpty, random.chance(2, in: 3) else {
      nodes[process].grey += 1
      return
    }
    let receiver = others[random.below(others.count)]
    let references = GreyBatch(granules: 0..<UInt64(1 + random.below(3)))
    nodes[process].sent[receiver] =
      (nodes[process].sent[receiver] ?? 0) + UInt64(references.count)
    guard let target = owners[receiver] else { return }
    queue.schedule(
      .batch(
        to: target,
        BatchGate.Batch(from: nodes[process].id, epoch: epoch, references: references)),
      at: now + delay())
  }
}
