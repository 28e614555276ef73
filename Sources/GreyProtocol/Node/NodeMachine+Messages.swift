// What the coordinator says, and what a node does about it.
//
// A message of another term is ignored: a lower one comes from a coordinator that is gone, a
// higher one from a successor that has not welcomed this node, and is answered with a hello.
// Within the term, what carries another epoch or stop number than those this node is in is late
// and changes nothing; what asks for something already done is answered again, because the first
// answer may have been lost with its connection.

import GreyBasics
import GreyWire

extension NodeMachine {
  mutating func takeMessage(_ message: CoordinatorMessage, term messageTerm: Term) {
    if case .refuse(let reason) = message, messageTerm >= term {
      return exit(.refused(reason))
    }
    if case .welcome(let welcome) = message { return takeWelcome(welcome) }
    guard phase != .joining else {
      // A coordinator that keeps this process waiting until its cycle is over.
      coordinatorHeardAt = now
      return
    }
    guard messageTerm == term else {
      if messageTerm > term { send(.hello(hello)) }
      return note(.ignored(message, reason: "of term \(messageTerm), this node is in \(term)"))
    }
    coordinatorHeardAt = now
    if isCoordinatorLost { findCoordinator() }
    switch message {
    case .welcome, .refuse: break
    case .members(let version, let members): takeMembers(version, members)
    case .prepare(let epoch): takePrepare(message, epoch)
    case .stopAndArm(let epoch, let number, let members, let lease):
      takeStop(message, number, .arm(epoch, members), lease)
    case .stopAndConfirm(let epoch, let number, let lease):
      takeStop(message, number, .confirm(epoch), lease)
    case .stopToInspect(let number, let lease): takeStop(message, number, .inspect, lease)
    case .resume(let number): takeResume(message, number)
    case .sweep(let epoch): takeSweep(message, epoch)
    case .abort(let epoch): takeAbort(message, epoch)
    case .reportRequest(let epoch, let wave):
      guard phase == .marking(epoch) else {
        return note(.ignored(message, reason: "epoch \(epoch) is not marked here"))
      }
      self.wave = wave
      act(.sampleMarkState)
    case .walk(let order): takeWalk(message, order)
    case .fence(let other): takeFence(other)
    case .leave: beginLeaving()
    case .shutDown: exit(.shutDown)
    case .heartbeat(let sequence): sendHeartbeat(sequence)
    case .configure, .startRun, .cancelRun, .inspect, .hurry, .cycleEnded: act(.forward(message))
    }
  }

  private mutating func takeWelcome(_ welcome: Welcome) {
    let message = CoordinatorMessage.welcome(welcome)
    guard welcome.term >= term else {
      return note(.ignored(message, reason: "this is \(node) in term \(term)"))
    }
    // Two hellos of this process were under way, and between them its first id was fenced: to the
    // coordinator it is another member now, which would live, by its heartbeats, and mark nothing.
    guard phase == .joining || welcome.node == node else {
      return exit(
        .refused(
          "\(node) was fenced, and is taken for \(welcome.node); start it again, it joins under "
            + "a new id"))
    }
    coordinatorHeardAt = now
    let isNewTerm = welcome.term > term
    term = welcome.term
    highestEpoch = max(highestEpoch, phase == .joining ? welcome.highestEpoch : .zero)
    if phase == .joining {
      phase = .running
      node = welcome.node
      membersVersion = welcome.membersVersion
      members = welcome.members
      act(.joined(welcome))
    } else {
      takeMembers(welcome.membersVersion, welcome.members)
      if isCoordinatorLost { findCoordinator() }
      // Whoever sent the stop that this node may be in cannot end it any more.
      if isNewTerm {
        dropStop(reason: "a coordinator of term \(welcome.term)")
        endWalk()
      }
      act(.welcomed(welcome))
    }
  }

  private mutating func takeMembers(_ version: UInt64, _ list: [Member]) {
    guard version > membersVersion else { return }
    membersVersion = version
    members = list
    act(.membersChanged(version: version, list))
  }

  private mutating func takeFence(_ other: NodeID) {
    guard other != node else {
      return exit(.refused("\(node) was fenced; start it again, it joins under a new id"))
    }
    if !fenced.contains(other) {
      fenced.insert(other)
      act(.fence(other))
    }
    send(.fenced(node: other))
  }

  mutating func takePrepare(_ message: CoordinatorMessage, _ epoch: Epoch) {
    switch phase {
    case .prepared(epoch): return send(.prepared(epoch: epoch))
    case .preparing(epoch): return
    default: break
    }
    // Where a cancelled stop 1 does not burn its epoch, the same number comes once more.
    let isNew = rules.contains(.burnEpoch) ? epoch > highestEpoch : epoch >= highestEpoch
    guard isNew else {
      return note(.ignored(message, reason: "epoch \(highestEpoch) was heard of"))
    }
    if case .marking(let old) = phase, sweepAtPause == nil {
      // It was aborted or swept elsewhere and this node has not heard which: both allow dropping.
      abortLocally(old, reason: "epoch \(epoch) begins")
    }
    stop = nil
    endWalk()
    highestEpoch = epoch
    if sweepAtPause != nil {
      isPrepareWaiting = true
    } else {
      beginPreparing(epoch)
    }
  }

  mutating func beginPreparing(_ epoch: Epoch) {
    phase = .preparing(epoch)
    isPrepareWaiting = false
    isClearing = hasStaleMarks
    act(.finishSweepAndClear(epoch, clearMarks: hasStaleMarks))
  }

  mutating func takeFinishedPreparing(_ epoch: Epoch) {
    guard phase == .preparing(epoch) else { return }
    if isClearing { hasStaleMarks = false }
    phase = .prepared(epoch)
    send(.prepared(epoch: epoch))
  }

  private mutating func takeAbort(_ message: CoordinatorMessage, _ epoch: Epoch) {
    switch phase {
    case .preparing(epoch), .prepared(epoch):
      phase = .running
      if case .arm = stop?.kind { stop = nil }
    case .marking(epoch) where sweepAtPause == nil:
      if rules.contains(.undecidedNeverSweeps) {
        abortLocally(epoch, reason: "the coordinator aborted it")
      } else {
        takeSweep(message, epoch)
      }
    default:
      if isPrepareWaiting, highestEpoch == epoch {
        isPrepareWaiting = false
      } else {
        note(.ignored(message, reason: "epoch \(epoch) is not under way here"))
      }
    }
  }

  /// Ends this node's part of the epoch; the coordinator's word, or its own.
  mutating func abortLocally(_ epoch: Epoch, reason: String) {
    phase = .running
    hasStaleMarks = true
    endStopOfEpoch()
    forgetMarking()
    endWalk()
    act(.abortMarking(epoch))
    note(.aborted(epoch, reason: reason))
  }

  mutating func forgetMarking() {
    isIdle = false
    channels = []
    reported = nil
    wave = nil
    isConfirming = false
  }
}
