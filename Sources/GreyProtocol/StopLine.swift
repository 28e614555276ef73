// Which control messages may overtake all others.
//
// A world that stands still waits for four things: the stop, the answers, the counts, and the word
// that ends it. On one host they go over a line of their own, a socket that both ends read directly
// (libzmq's threads stand between it and its users, and queue for a CPU behind busy tasks). Each
// line keeps its order, as the connection beside it does; between the two there is none. So a
// message goes over the line only if it may overtake anything that went before, and be overtaken by
// anything that comes after:
//
// - A stop is sent only after an answer that came after all it depends on: stop 1 after `prepared`,
//   which follows `members`, `prepare` and `fenced`; stop 2 after `stopped`; a stop that only looks
//   depends on nothing. And there is no line before the node has been welcomed in this term.
// - What ends a stop (`resume`, `sweep`) names it, or its epoch. It goes the way of the stop, so it
//   does not come before it; and if it did, because the line was opened or lost between them, the
//   node would be in a stop that is over, which its lease and its heartbeats end.
// - A walk's orders stand before the `resume` that they restrain, so they go with it.
// - `abort` may be late: until it comes its node marks what nobody will sweep. The next `prepare`
//   goes behind it.
// - Of what a node says, reports keep their order among themselves, and those made within a stop
//   name it. A heartbeat may be older than an answer that has overtaken it; what it says of marking
//   counts only if the coordinator's own heartbeat that it answers was sent after that
//   (`heartbeatWhenArmed`).
//
// A line is no condition for anything: where there is none, all goes over the connection. The
// simulator opens lines in some of its worlds and breaks them, across restarts of the coordinator
// as well; the explorer walks both lanes under one coordinator.

import GreyWire

extension CoordinatorMessage {
  package var mayOvertake: Bool {
    switch self {
    case .stopAndArm, .stopAndConfirm, .stopToInspect, .resume, .sweep, .walk: true
    case .welcome, .refuse, .members, .prepare, .abort, .cycleEnded, .hurry, .reportRequest,
      .fence, .configure, .startRun, .cancelRun, .inspect, .leave, .shutDown, .heartbeat:
      false
    }
  }
}

extension NodeMessage {
  package var mayOvertake: Bool {
    switch self {
    case .stopped, .report, .leaseEnded, .swept, .walked: true
    case .hello, .prepared, .heartbeat, .fenced, .runOutput, .runEnded, .inspection,
      .collectRequest, .lostObject, .left:
      false
    }
  }
}
