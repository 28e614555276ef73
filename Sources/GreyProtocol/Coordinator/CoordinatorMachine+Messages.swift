// What members say, sorted by what it means to the coordinator.
//
// A message counts only if it was sent under this term by a present member, and, where it carries
// an epoch or a stop, only for the epoch and the stop that the coordinator is in. Everything else
// is late: it is noted and changes nothing. A process that is no member (fenced, or left) is told
// so, each time it speaks.

import GreyBasics
import GreyWire

extension CoordinatorMachine {
  mutating func takeMessage(_ message: NodeMessage, from node: NodeID, term: Term) {
    let heard = now
    members.update(node) { $0.lastHeard = heard }
    guard term == durable.term else {
      if term > durable.term {
        act(.stepDown(term))
      } else if members.contains(node) {
        // It has not noticed that this is another coordinator; hearing this term, it says hello.
        act(.send(to: node, .heartbeat(sequence: heartbeatNumber)))
      }
      return note(.ignored(node, message, reason: "of term \(term), this is \(durable.term)"))
    }
    guard let member = members[node], member.isPresent else {
      if members[node] == nil, rules.contains(.fenceDead) {
        act(.send(to: node, .refuse(reason: Self.notAMember(node))))
      }
      return note(.ignored(node, message, reason: "no member"))
    }
    switch message {
    case .hello: note(.ignored(node, message, reason: "hello comes with its connection"))
    case .prepared(let epoch): takePrepared(message, epoch, from: node)
    case .stopped(let stop, _, let nanoseconds):
      takeStopped(message, stop, from: node, nanoseconds: nanoseconds)
    case .report(let report): takeReport(report, from: node)
    case .leaseEnded(let stop, let epoch): takeLeaseEnded(stop, epoch, from: node)
    case .swept(let report): takeSwept(report, from: node)
    case .walked(let report): takeWalked(report, from: node)
    case .heartbeat(let status): takeStatus(status, from: node)
    case .fenced(let fenced): takeFenced(fenced, from: node)
    case .left: remove(node, reason: "left", isClean: true)
    case .collectRequest(let demand, let reason):
      takeCollect(CollectCause(demand, of: node, reason: reason), stepped: false)
    case .runOutput, .runEnded, .inspection, .lostObject:
      act(.forward(from: node, message))
    }
  }

  static func notAMember(_ node: NodeID) -> String {
    "\(node) is no member of this cluster any more (it was fenced or left); "
      + "start it again, it joins under a new id"
  }

  mutating func takePrepared(_ message: NodeMessage, _ epoch: Epoch, from node: NodeID) {
    guard phase == .preparing(epoch) else {
      return note(.ignored(node, message, reason: "not preparing epoch \(epoch)"))
    }
    attempt?.prepared.insert(node)
    // A member is past every earlier epoch once it is prepared: if it did not report the last
    // one swept, it never heard the decision and has dropped it.
    noteSweepOver(at: node)
  }

  mutating func takeStopped(
    _ message: NodeMessage, _ number: StopNumber, from node: NodeID, nanoseconds: UInt64
  ) {
    guard let current = stop, current.number == number, current.nodes.contains(node) else {
      return note(.ignored(node, message, reason: "no such stop"))
    }
    stop?.answered.insert(node)
    if stop?.isComplete == true, stop?.completeAt == nil {
      stop?.completeAt = now
      noteInspectionReady()
    }
    let duration = Duration.nanoseconds(Int64(clamping: nanoseconds))
    switch phase {
    case .stoppingToArm:
      attempt?.parts.update(node) { $0.stop1 = duration }
      // Without the rule it goes on now, and marks while others are not armed yet.
      if !rules.contains(.armTogether) { act(.send(to: node, .resume(stop: number))) }
    case .stoppingToConfirm: attempt?.parts.update(node) { $0.stop2 = duration }
    default: break
    }
  }

  mutating func takeReport(_ report: MarkReport, from node: NodeID) {
    guard let current = attempt, report.epoch == current.epoch,
      report.membersVersion == durable.membersVersion, current.members.contains(node)
    else {
      return note(.ignored(node, .report(report), reason: "of another epoch or membership"))
    }
    switch phase {
    case .marking:
      // What was said in a stop that is over was counted there.
      guard report.stop == .zero else { return }
      apply(attempt?.detector?.note(report, from: node) ?? .nothing)
    case .stoppingToConfirm(_, let number) where report.stop == number:
      attempt?.stopReports[node] = report
    default:
      break
    }
  }

  mutating func takeStatus(_ status: NodeStatus, from node: NodeID) {
    let heard = now
    let before = members[node]?.status.stop
    members.update(node) {
      $0.status = status
      $0.statusAt = heard
    }
    hearComplaints(of: status, from: node)
    // What answers a heartbeat that was sent after stop 1 is newer than the answer to stop 1, which
    // may have overtaken an older one.
    if case .marking(let epoch) = phase, let current = attempt, current.members.contains(node),
      status.sequence > current.heartbeatWhenArmed, !(status.isMarking && status.epoch == epoch)
    {
      return abort("\(node) does not mark epoch \(epoch) any more")
    }
    if status.isMarking {
      if status.epoch != attempt?.epoch { return correct(node, verdict(on: status.epoch)) }
    } else if !status.isSweeping, let watch = sweep, watch.awaited.contains(node),
      now >= watch.decidedAt + timeouts.resend * 2
    {
      // Neither marking nor sweeping, and it did not answer when told again: it has dropped it.
      noteSweepOver(at: node)
    }
    // Twice, because the first may have been said when the end of the stop was on its way.
    if status.stop != .zero, status.stop == before, status.stop != stop?.number {
      correct(node, .resume(stop: status.stop))
    }
  }

  /// The node is in an epoch or a stop that is over: it missed how it ended.
  private mutating func correct(_ node: NodeID, _ message: CoordinatorMessage) {
    guard let member = members[node] else { return }
    if let last = member.correctedAt, now < last + timeouts.resend { return }
    let time = now
    members.update(node) { $0.correctedAt = time }
    act(.send(to: node, message))
  }

  /// How an epoch that is not under way any more ended.
  func verdict(on epoch: Epoch) -> CoordinatorMessage {
    epoch == durable.decidedEpoch ? .sweep(epoch: epoch) : .abort(epoch: epoch)
  }
}
