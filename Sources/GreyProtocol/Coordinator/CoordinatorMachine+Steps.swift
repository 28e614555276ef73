// A cycle that is walked by hand, for a lecture: where it holds, and who is told to do how much.
//
// Between phases the machine simply does not go on. Within marking and sweeping, which happen on
// the nodes and concurrently with the tasks, it holds the collectors: every member is told how much
// it may do in this step, and answers when it has. Tasks run on, as in any cycle.
//
// Nothing waits for a person for ever. The user's interrupt arrives as `toEnd`; a hold that lasts
// half a step's lease ends by itself, because whoever walked is gone. From then on the cycle is one
// like any other, except that the members still have to hear so: that is repeated until each has.

import GreyBasics
import GreyWire

/// How a cycle is walked.
struct Stepping: Hashable, Sendable {
  var holdsAt: HoldPoint?
  var heldSince: Moment = .zero
  /// The last point it was let past.
  var mayPass: HoldPoint?
  /// It goes on by itself now.
  var isFree = false
  /// What the members were last told.
  var order: WalkOrder?
  var sentAt: Moment = .zero
  /// Members that have not answered the order.
  var awaited = SortedSet<NodeID>()
  var reports = SortedMap<NodeID, WalkReport>()

  var isLimited: Bool { order.map { $0.allowance != WalkOrder.unlimited } ?? false }

  mutating func pass() {
    holdsAt = nil
    mayPass = nil
  }

  /// The member knows that it is to sweep.
  func sweeps(_ node: NodeID) -> Bool { reports[node]?.stage == .sweep }
}

extension CoordinatorMachine {
  /// Pages that hold about as many objects of 64 bytes.
  static func pages(for objects: UInt64) -> UInt64 { max(1, objects / 128) }

  var isWalked: Bool { stepping.map { !$0.isFree } ?? false }

  var cycleLease: Duration { isWalked ? timeouts.stepLease : timeouts.stopLease }

  /// True in a cycle that nobody walks, and once for each step on in one that is.
  mutating func isLetPast(_ point: HoldPoint) -> Bool {
    guard isWalked, let stepping else { return true }
    if stepping.mayPass == point {
      self.stepping?.pass()
      return true
    }
    hold(point)
    return false
  }

  private mutating func hold(_ point: HoldPoint) {
    guard let current = stepping, current.holdsAt != point,
      let epoch = attempt?.epoch ?? sweep?.summary.epoch
    else { return }
    let time = now
    stepping?.holdsAt = point
    stepping?.heldSince = time
    var hold = Hold(point, epoch: epoch)
    hold.nodes = current.reports.keys
    hold.reports = current.reports.values
    if current.isLimited { hold.quantum = current.order?.allowance ?? 0 }
    act(.held(hold))
  }

  /// Every member has done its quantum, and nothing else is due.
  mutating func holdAfterQuantum() {
    guard isWalked, let current = stepping, current.isLimited, current.awaited.isEmpty,
      current.holdsAt == nil
    else { return }
    switch (current.order?.stage, phase) {
    case (.mark, .marking): hold(.marking)
    case (.sweep, _) where sweep != nil: hold(.sweeping)
    default: break
    }
  }

  mutating func takeStepOn(_ stride: Stride) {
    if stride == .toEnd { return walkFree("it was asked to") }
    guard isWalked, let current = stepping, let point = current.holdsAt else { return }
    guard let last = current.order, point == .marking || point == .sweeping else {
      stepping?.mayPass = point
      return
    }
    var allowance = WalkOrder.unlimited
    if case .quantum(let objects) = stride {
      allowance = last.stage == .mark ? max(1, objects) : Self.pages(for: objects)
    }
    stepping?.pass()
    walk(last.stage, last.epoch, walkers(last.stage), allowance: allowance)
  }

  /// Those who take part in the stage, as long as they are members.
  private func walkers(_ stage: WalkStage) -> [NodeID] {
    switch stage {
    case .mark: attempt?.members ?? []
    case .sweep: (sweep?.summary.parts.map(\.node) ?? []).filter { members.contains($0) }
    }
  }

  mutating func walk(_ stage: WalkStage, _ epoch: Epoch, _ nodes: [NodeID], allowance: UInt64) {
    lastStep += 1
    let order = WalkOrder(epoch: epoch, stage: stage, step: lastStep, allowance: allowance)
    let time = now
    stepping?.order = order
    stepping?.sentAt = time
    stepping?.awaited = SortedSet(nodes)
    for node in nodes { act(.send(to: node, .walk(order))) }
  }

  mutating func takeWalked(_ report: WalkReport, from node: NodeID) {
    guard let current = stepping, let order = current.order, order.epoch == report.epoch,
      order.step == report.step
    else { return note(.ignored(node, .walked(report), reason: "not awaited")) }
    stepping?.awaited.remove(node)
    stepping?.reports[node] = report
  }

  /// A step ends with every member's answer, whatever was found meanwhile; and what a candidate's
  /// hold shows is asked for anew where collectors ran free.
  mutating func isStepOver(_ current: Attempt) -> Bool {
    guard isWalked, let stepping else { return true }
    guard stepping.awaited.isEmpty else { return false }
    if stepping.isLimited || stepping.mayPass == .candidate { return true }
    walk(.mark, current.epoch, current.members, allowance: 0)
    return false
  }

  /// The collectors may go on before stop 2: what its flushes yield is marked at once, as ever.
  mutating func letCollectorsGo() {
    guard let current = stepping, current.isLimited, let order = current.order else { return }
    walk(order.stage, order.epoch, walkers(order.stage), allowance: WalkOrder.unlimited)
  }

  mutating func walkFree(_ reason: String) {
    pending.isStepped = false
    attempt?.demand.isStepped = false
    guard isWalked else { return }
    stepping?.isFree = true
    stepping?.pass()
    letCollectorsGo()
    note(.walksOn(attempt?.epoch ?? sweep?.summary.epoch ?? .zero, reason: reason))
  }

  /// A hold that nobody ends, and an order that was not answered.
  mutating func expireSteps() {
    if let current = stepping, current.holdsAt != nil,
      now >= current.heldSince + timeouts.stepLease / 2 || stop.map(isTooLate) == true
    {
      walkFree("nobody stepped on for \(now - current.heldSince)")
    }
    guard let current = stepping, let order = current.order, !current.awaited.isEmpty,
      now >= current.sentAt + timeouts.resend
    else { return }
    let time = now
    stepping?.sentAt = time
    for node in current.awaited.elements { act(.send(to: node, .walk(order))) }
  }
}
