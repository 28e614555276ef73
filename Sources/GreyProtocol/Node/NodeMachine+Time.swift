// A node and time: leases, heartbeats, a coordinator that is gone, and leaving.
//
// Without a coordinator a node works on: what it marks it goes on marking, barrier up, and it
// sweeps nothing that was not decided. It says hello at every heartbeat until somebody welcomes
// it, and exits when nobody did for the orphan time.

import GreyBasics
import GreyWire

extension NodeMachine {
  /// What this process says to a coordinator that it meets, for the first time or again.
  package var hello: Hello {
    Hello(
      version: identity.wireVersion, cluster: identity.cluster, pid: identity.pid,
      processStart: identity.processStart, host: identity.host, endpoint: identity.endpoint,
      node: node, term: term, highestEpoch: highestEpoch, members: members)
  }

  /// If this process did not run for a while, the coordinator was not silent. Leases go on: they
  /// are about real time.
  mutating func excuseOwnStall() {
    let gap = now - lastHandled
    guard gap > timeouts.heartbeat.times(4) else { return }
    coordinatorHeardAt = coordinatorHeardAt + gap
  }

  mutating func expire() {
    let silence = now - coordinatorHeardAt
    if silence >= timeouts.orphan { return exit(.orphaned(after: silence)) }
    if phase != .joining, silence >= timeouts.fenceAfter { loseCoordinator() }
    if phase == .joining || isCoordinatorLost, now >= helloAt {
      helloAt = now + (phase == .joining ? timeouts.resend : timeouts.heartbeat)
      send(.hello(hello))
    }
    if phase != .joining, !isCoordinatorLost, now >= heartbeatAt { sendHeartbeat(0) }
  }

  mutating func loseCoordinator() {
    guard phase != .joining, !isCoordinatorLost else { return }
    isCoordinatorLost = true
    helloAt = now
    endWalk()
    note(.coordinatorLost(silentFor: now - coordinatorHeardAt))
  }

  mutating func findCoordinator() {
    isCoordinatorLost = false
    note(.coordinatorFound(term))
  }

  // MARK: Leaving

  mutating func beginLeaving() {
    if phase == .joining { return exit(.left) }
    guard !isLeaving else { return }
    isLeaving = true
    act(.drainForLeaving)
  }

  /// Only between cycles, as this node sees them; the coordinator hears it before it hears
  /// anything of a later cycle from here.
  mutating func leaveIfPossible() {
    guard isDrained, !hasExited, phase == .running, stop == nil, sweepAtPause == nil,
      !isPrepareWaiting
    else { return }
    send(.left)
    exit(.left)
  }

  /// When the machine wants to be called at the latest; `tick` if nothing else happens.
  package var nextDeadline: Moment {
    guard !hasExited else { return .distantFuture }
    var next = coordinatorHeardAt + timeouts.orphan
    if phase == .joining || isCoordinatorLost {
      next = min(next, helloAt)
    } else {
      next = min(next, heartbeatAt, coordinatorHeardAt + timeouts.fenceAfter)
    }
    if let stopEnds { next = min(next, stopEnds) }
    return next
  }
}
