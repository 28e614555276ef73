// The coordinator: an explicit state machine over a cluster's cycles and members.
//
//                      collect, nothing in the way
//        ┌──────── idle ──────────────────────────▶ preparing(e)      PREPARE → prepared
//        │          ▲ ▲                                  │ all prepared, all fences confirmed
//        │          │ │  death, stop 1 not answered      ▼
//        │          │ └──────────── ABORT ◀──────── stoppingToArm(e, s)   STOP+ARM → stopped
//        │          │                   ▲                │ all stopped in half the lease: RESUME
//        │          │                   │                ▼
//        │          │                   ├────────── marking(e)  ◀──────────────┐
//        │          │                   │                │ candidate           │ RESUME: false
//        │          │                   │                ▼                     │ candidate, or not
//        │          │                   └────── stoppingToConfirm(e, s) ───────┘ answered in time
//        │          │                                    │ all idle, pairwise counts equal, within
//        │          └── persist(decided), then SWEEP ◀───┘ half the lease
//        │              (members sweep while the coordinator is idle; `swept` ends the cycle)
//        └──▶ inspecting(s)   STOP → stopped … RESUME → idle
//        recovering ──▶ idle  when every member of the old term has answered or been fenced
//
// Every arrow is one message to each member and one answer from each. Each attempt has an epoch
// of its own, each stop a number of its own; both rise and neither comes back, so what a late
// message carries says by itself that it is late.
//
// Why an undecided epoch is never swept: `sweep` is sent in one place, `decide`, after the
// decision is durable. A coordinator that dies before that leaves an epoch that its successor
// aborts; one that dies after it leaves an epoch that its successor sweeps. Members that missed
// either drop the epoch at their next PREPARE, which is safe for a decided one as well.
//
// The machine is a value: inputs and the time go in, actions come out. Equal states are equal
// values: `actions` and `now` are scratch of one `handle` and empty between two.

import GreyBasics
import GreyWire

package struct CoordinatorMachine: Hashable, Sendable {
  package let configuration: ProtocolConfiguration
  package internal(set) var durable: DurableState
  /// What newcomers are told; whoever changes the settings of a running cluster changes it too.
  package var settings: [Setting]
  package internal(set) var phase: CoordinatorPhase
  package internal(set) var members = SortedMap<NodeID, MemberState>()

  var joins: [PendingJoin] = []
  var fences = SortedMap<NodeID, FenceWatch>()
  var pending = PendingCollect()
  var attempt: Attempt?
  var stop: GlobalStop?
  var lastStop: StopNumber = .zero
  var sweep: SweepWatch?
  /// Of the cycle that runs, when it is walked by hand.
  var stepping: Stepping?
  var lastStep: UInt64 = 0
  var inspections: [PendingInspection] = []
  /// The one that has the world stopped, or is stopping it.
  var inspection: PendingInspection?

  /// No cycle starts before: backing off from a stop that was not answered.
  var retryNotBefore: Moment = .zero
  var cancelledStops = 0
  /// Since when some member says that a peer does not answer it; nil while none does.
  var quarrelSince: Moment?
  var heartbeatAt: Moment
  var heartbeatNumber: UInt64 = 0
  var lastHandled: Moment

  var actions: [CoordinatorAction] = []
  var now: Moment = .zero

  var timeouts: Timeouts { configuration.timeouts }
  var rules: RuleSet { configuration.rules }
  package var term: Term { durable.term }

  private init(_ configuration: ProtocolConfiguration, _ durable: DurableState, now: Moment) {
    self.configuration = configuration
    self.durable = durable
    settings = configuration.settings
    phase = durable.members.isEmpty ? .idle : .recovering
    heartbeatAt = now + configuration.timeouts.heartbeat
    lastHandled = now
    for member in durable.members {
      members[member.member.node] = MemberState(durable: member, isPresent: false, lastHeard: now)
    }
  }

  /// A coordinator of a new term. `recovering`: what its predecessor left behind.
  package static func start(
    _ configuration: ProtocolConfiguration, recovering old: DurableState? = nil, now: Moment
  ) -> (machine: CoordinatorMachine, actions: [CoordinatorAction]) {
    var durable = old ?? DurableState()
    durable.term = durable.term.next
    return (CoordinatorMachine(configuration, durable, now: now), [.persist(durable)])
  }

  package mutating func handle(
    _ input: CoordinatorInput, now: Moment
  ) -> [CoordinatorAction] {
    self.now = now
    excuseOwnStall()
    take(input)
    expire()
    while advance() {}
    holdAfterQuantum()
    lastHandled = now
    self.now = .zero
    defer { actions = [] }
    return actions
  }

  private mutating func take(_ input: CoordinatorInput) {
    switch input {
    case .hello(let connection, let hello): takeHello(hello, on: connection)
    case .message(let node, let term, let message): takeMessage(message, from: node, term: term)
    case .died(let node, let reason): remove(node, reason: reason, isClean: false)
    case .tick: break
    case .collect(let cause, let stepped): takeCollect(cause, stepped: stepped)
    case .stepOn(let stride): takeStepOn(stride)
    case .removeMember(let node): members.update(node) { $0.isToLeave = true }
    case .inspect(let request, let lease):
      inspections.append(PendingInspection(request: request, lease: lease))
    case .inspectionDone(let request): endInspection(request)
    }
  }

  /// Does the next thing that is possible now; false when there is none.
  private mutating func advance() -> Bool {
    switch phase {
    case .recovering: return advanceRecovery()
    case .idle: return advanceIdle()
    case .preparing: return advancePreparing()
    case .stoppingToArm: return advanceStopToArm()
    case .marking: return advanceMarking()
    case .stoppingToConfirm: return advanceStopToConfirm()
    case .inspecting: return false
    }
  }

  /// Some member has not said yet that it swept the last decided epoch.
  package var isSweeping: Bool { sweep != nil }

  // MARK: Small tools

  mutating func act(_ action: CoordinatorAction) { actions.append(action) }
  mutating func note(_ note: CoordinatorNote) { actions.append(.note(note)) }
  mutating func persist() { actions.append(.persist(durable)) }

  mutating func move(to next: CoordinatorPhase, cause: String) {
    act(.transition(from: phase, to: next, cause: cause))
    phase = next
  }

  /// To every member that can be spoken to, in the order of their ids.
  mutating func sendToAll(_ message: CoordinatorMessage) {
    for node in presentMembers { act(.send(to: node, message)) }
  }

  var presentMembers: [NodeID] {
    members.keys.filter { members[$0]?.isPresent ?? false }
  }

  package var memberList: [Member] { durable.members.map(\.member) }
}
