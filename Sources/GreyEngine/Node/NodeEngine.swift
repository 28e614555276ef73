// A node: the protocol's machine, a link to each peer, and the core whose threads do the work.
//
// The engine runs on the I/O thread and sees opaque bytes: it moves messages between links and the
// workers' queues, batches between the collector and the links, and tells the machine what the
// core has reached. It never touches an object, never waits, and never allocates in the heap.
//
// After every input it settles: it takes what workers and collectors have left for it and looks
// whether something that the machine waits for has come true. Looking is cheap and repeatable, so
// no signal needs to say what it was about.

import GreyBasics
import GreyCollector
import GreyEvents
import GreyHeap
import GreyMutator
import GreyProtocol
import GreyWire

package final class NodeEngine {
  package let configuration: NodeConfiguration
  let library: WorkloadLibrary
  let wakeups: NodeWakeups
  var machine: NodeMachine
  package private(set) var core: NodeCore?
  var effects: [NodeEffect] = []
  var now: Moment

  /// In the order of their ids.
  var peers: [PeerLink] = []
  var gate: BatchGate
  var pace: NodePace
  /// The epoch for which each worker last said that its roots are scanned.
  var rootsScanned: [Epoch] = []
  var marking: MarkingProgress?
  var sweeping: SweepProgress?
  var walk: WalkProgress?
  var logLevel: EventLevel
  var reach: ReachSession?
  /// A check is to come: what is white is kept when a cycle is decided.
  var watch: Watch?
  /// `finishSweep` inspections that wait for the sweep to end.
  var sweepWaiters: [UInt64] = []
  var taskRequests: [UInt64: TaskRequest] = [:]
  /// The newest ends of runs that were reported, for a coordinator that may not have heard of them.
  var endedRuns: [NodeMessage] = []
  var malformedFrames = 0
  private var strangerLines = LineBudget()
  /// The pause that the machine asked for, and whether it has been told that all are parked.
  var pause: (number: UInt64, isTold: Bool)?
  var pausedAt = Moment.zero
  /// CPU time of collecting since the start, for metrics.
  var spent = CollectionTimes()
  var preparedFor = Epoch.zero
  /// The machine wants to hear the state of marking whether it changed or not.
  var isSampling = false
  /// A worker's outbox was not read to its end: the next look is due at once.
  var hasMoreOutput = false
  /// Grey references wait until then for others to go with them.
  var greyDue = Moment.distantFuture
  /// This node wants to leave: when it does so at the latest, whatever is still owed.
  var drainDeadline: Moment?
  /// It takes nothing new any more.
  var isLeaving = false

  package init(
    configuration: NodeConfiguration, library: WorkloadLibrary, wakeups: NodeWakeups, now: Moment
  ) {
    self.configuration = configuration
    self.library = library
    self.wakeups = wakeups
    logLevel = configuration.logLevel
    self.now = now
    gate = BatchGate(rules: configuration.rules)
    pace = NodePace(configuration)
    // The hello goes out when there is a connection: `coordinatorReached`.
    machine =
      NodeMachine.start(
        configuration.protocolConfiguration, identity: configuration.identity, now: now
      ).machine
  }

  /// The next input is due by then at the latest.
  package var nextDeadline: Moment {
    if hasMoreOutput || reach?.hasWork == true { return now }
    var next = min(machine.nextDeadline, pace.nextLook, drainDeadline ?? .distantFuture)
    next = min(next, greyDue)
    for peer in peers { next = min(next, peer.due) }
    return next
  }

  /// The epoch that log lines carry: the one being marked, else the newest known.
  package var epoch: Epoch {
    machine.armedEpoch == .zero ? machine.highestEpoch : machine.armedEpoch
  }

  /// The epoch whose garbage this node is freeing.
  package var sweepingEpoch: Epoch? { machine.sweeping }

  package func handle(_ input: NodeEngineInput, now: Moment) -> [NodeEffect] {
    self.now = now
    switch input {
    case .coordinatorReached: send(.hello(machine.hello))
    case .coordinatorFrame(let bytes): coordinatorFrame(bytes)
    case .coordinatorLost: feed(.coordinatorLost)
    case .peerFrame(let from, let bytes): peerFrame(from, bytes)
    case .peerReconnected(let node): peerReconnected(node)
    case .signalled: break
    case .heapGrew: pace.lookNow(at: now)
    case .tick:
      feed(.tick)
      tickLinks()
      searchOn()
    case .leaveRequested: feed(.leaveRequested)
    }
    settle()
    defer { effects = [] }
    return effects
  }

  private func coordinatorFrame(_ bytes: [UInt8]) {
    let opened: (envelope: ControlEnvelope, message: CoordinatorMessage)
    do {
      opened = try CoordinatorMessage.open(bytes)
      try opened.envelope.check(cluster: ControlEnvelope.hash(of: configuration.cluster))
    } catch { return countMalformed(bytes.count, from: "coordinator", reason: "\(error)") }
    feed(.message(term: opened.envelope.term, opened.message))
    if case .welcome(let welcome) = opened.message, welcome.term == machine.term,
      welcome.node == machine.node
    {
      effects.append(.openStopLine)
    }
  }

  func feed(_ input: GreyProtocol.NodeInput) {
    let term = machine.term
    let actions = machine.handle(input, now: now)
    // A peer that has heard of the new term already refuses whoever greets it in the old one.
    if machine.term > term {
      // Whoever wanted it is gone.
      endWatch()
      for node in peers.map(\.node) { drive(node, .term(machine.term)) }
    }
    for action in actions { perform(action) }
  }

  func send(_ message: NodeMessage) {
    let envelope = ControlEnvelope(term: machine.term, clusterName: configuration.cluster)
    do {
      effects.append(
        .sendToCoordinator(
          try message.encoded(in: envelope), mayOvertake: message.mayOvertake))
    } catch {
      log(.remark(text: "a message to the coordinator was not sent: \(error)"))
    }
  }

  func log(_ event: Event) { effects.append(.log(event, epoch: epoch)) }

  /// Counted and named; nothing else changes.
  func countMalformed(_ bytes: Int, from peer: String, reason: String) {
    malformedFrames += 1
    guard strangerLines.take(now: now) else { return }
    log(
      .malformedFrame(peer: peer, reason: reason, frameBytes: bytes, total: malformedFrames))
  }

  /// The coordinator gave this process its id: from now on it has a heap.
  func makeCore(node: NodeID) throws(HeapError) {
    let core = try NodeCore(
      node: node, configuration: configuration, library: library,
      markUtilization: pace.pacer.settings.backgroundUtilization, wakeups: wakeups)
    self.core = core
    rootsScanned = Array(repeating: .zero, count: core.workers.count)
    pace.lookAgain(at: now)
    effects.append(.start(core))
  }
}
