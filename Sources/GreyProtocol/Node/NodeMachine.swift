// A node's side of the cycle: an explicit state machine beside an asynchronous pause of its
// workers.
//
//   joining ──welcome──▶ running ──PREPARE──▶ preparing(e) ──finished──▶ prepared(e)
//                          ▲ ▲                     │ ABORT                  │ STOP+ARM, parked:
//                          │ └─────────────────────┴────────────────────────┤ arm, answer
//                          │                                                ▼
//                          └── SWEEP, parked: disarm, sweep ──────────── marking(e)
//                          └── ABORT, a later PREPARE, lease of stop 1 ─────┘
//
// Beside the phase there is at most one global `stop` (to arm, to confirm, to inspect) and at most
// one `sweepAtPause`: an epoch whose SWEEP came while workers ran, so that a stop of this node
// alone comes first (arming, disarming and the begin of sweeping happen only while its workers are
// parked). Workers pause while there is a stop or a sweep to begin; `settlePause` is the only
// place that asks them to park or lets them run.
//
// What makes every order of events safe:
// - Terms: what was sent under another one is ignored; only a welcome raises it.
// - Epochs: a PREPARE must be above every epoch this node has heard of. Nothing else is armed, so
//   a burnt number never comes back.
// - SWEEP is obeyed only for the epoch that is being marked here, and no other path sweeps. The
//   lease of stop 1 ends in a local abort: the epoch can then never be confirmed, since that takes
//   an idle report from here. The lease of stop 2 ends in marking on, barrier up: correct under
//   either verdict, which is still to come.
// - From its answer to a stop until RESUME or SWEEP this node executes no remote operation,
//   because workers execute them and they are parked.

import GreyBasics
import GreyWire

package struct NodeMachine: Hashable, Sendable {
  package enum Phase: Hashable, Sendable {
    case joining
    case running
    case preparing(Epoch)
    case prepared(Epoch)
    /// Armed. In stop 1 until its RESUME, marking afterwards.
    case marking(Epoch)
  }

  enum StopKind: Hashable {
    case arm(Epoch, [NodeID])
    case confirm(Epoch)
    case inspect
  }

  struct Stop: Hashable {
    var number: StopNumber
    var kind: StopKind
    var heardAt: Moment
    var leaseEnds: Moment
    /// Its answer is sent.
    var isAnswered = false
  }

  /// Workers are asked to park; `isParked` once they have said so.
  struct Pause: Hashable {
    var number: UInt64
    var isParked = false
  }

  package let configuration: ProtocolConfiguration
  package let identity: NodeIdentity
  package internal(set) var phase: Phase = .joining
  package internal(set) var node: NodeID = .none
  package internal(set) var term: Term = .zero
  /// No epoch up to this one is prepared any more.
  package internal(set) var highestEpoch: Epoch = .zero
  package internal(set) var membersVersion: UInt64 = 0
  package internal(set) var members: [Member] = []
  package internal(set) var fenced = SortedSet<NodeID>()

  var stop: Stop?
  /// A decided epoch to be swept as soon as the workers are parked.
  var sweepAtPause: Epoch?
  var pause: Pause?
  var lastPause: UInt64 = 0
  /// A PREPARE that came before `sweepAtPause` was done.
  var isPrepareWaiting = false
  /// An aborted attempt left marks behind.
  var hasStaleMarks = false
  /// What `hasStaleMarks` was when the running preparation was asked for.
  var isClearing = false
  /// The epoch whose garbage is being freed.
  package internal(set) var sweeping: Epoch?
  package internal(set) var lastSwept: SweepReport?
  /// Of a cycle that is walked by hand: the newest step, and what was answered to it.
  var walk: Walk?

  // Marking. `isIdle` and `channels` are the last `markState`.
  var isIdle = false
  var channels: [MarkReport.Channel] = []
  var reported: MarkReport?
  /// Waves to be answered by the next `markState`.
  var wave: UInt64?
  /// The next `markState` is the first of this stop 2.
  var isConfirming = false

  var coordinatorHeardAt: Moment
  var isCoordinatorLost = false
  var helloAt: Moment
  var heartbeatAt: Moment
  var lastHandled: Moment
  var isLeaving = false
  var isDrained = false
  package internal(set) var hasExited = false

  var actions: [NodeAction] = []
  var now: Moment = .zero

  var timeouts: Timeouts { configuration.timeouts }
  var rules: RuleSet { configuration.rules }

  private init(_ configuration: ProtocolConfiguration, _ identity: NodeIdentity, now: Moment) {
    self.configuration = configuration
    self.identity = identity
    coordinatorHeardAt = now
    helloAt = now + configuration.timeouts.resend
    heartbeatAt = now + configuration.timeouts.heartbeat
    lastHandled = now
  }

  package static func start(
    _ configuration: ProtocolConfiguration, identity: NodeIdentity, now: Moment
  ) -> (machine: NodeMachine, actions: [NodeAction]) {
    let machine = NodeMachine(configuration, identity, now: now)
    return (machine, [.send(.hello(machine.hello))])
  }

  package mutating func handle(_ input: NodeInput, now: Moment) -> [NodeAction] {
    guard !hasExited else { return [] }
    self.now = now
    excuseOwnStall()
    // A lease that is over is over, whatever has come since.
    endLease()
    take(input)
    expire()
    settlePause()
    leaveIfPossible()
    lastHandled = now
    self.now = .zero
    defer { actions = [] }
    return actions
  }

  private mutating func take(_ input: NodeInput) {
    switch input {
    case .message(let term, let message): takeMessage(message, term: term)
    case .workersParked(let number): takeParked(number)
    case .finishedPreparing(let epoch): takeFinishedPreparing(epoch)
    case .markState(let isIdle, let channels): takeMarkState(isIdle, channels)
    case .sweepFinished(let report): takeSweepFinished(report)
    case .walked(let report): takeWalked(report)
    case .coordinatorLost: loseCoordinator()
    case .leaveRequested: beginLeaving()
    case .drained: isDrained = isLeaving
    case .tick: break
    }
  }

  // MARK: What others ask

  /// The epoch whose barrier is on here; zero when none is.
  package var armedEpoch: Epoch {
    guard case .marking(let epoch) = phase else { return .zero }
    return epoch
  }

  /// Workers are asked to park, or parked.
  package var isPausing: Bool { pause != nil }
  package var isStopped: Bool { stop?.isAnswered ?? false }
  /// The stop that holds the workers, and when its lease ends.
  package var stopInForce: (number: StopNumber, leaseEnds: Moment)? {
    stop.map { ($0.number, $0.leaseEnds) }
  }
  package var hasCoordinator: Bool { !isCoordinatorLost && phase != .joining }

  // MARK: Small tools

  mutating func act(_ action: NodeAction) { actions.append(action) }
  mutating func note(_ note: NodeNote) { actions.append(.note(note)) }
  mutating func send(_ message: NodeMessage) { actions.append(.send(message)) }

  mutating func exit(_ reason: ExitReason) {
    hasExited = true
    act(.exit(reason))
  }
}
