// The coordinator: the protocol's machine, the connections it speaks over, the runs, and whoever
// asked for something.
//
// The machine decides everything about cycles and members. Around it this engine keeps what it
// does not know: which connection belongs to which process, what each node last said of its heap
// (from which it decides when a cycle is due), which runs there are, and which control requests
// wait for an answer. Inputs come one at a time; what is to be done leaves as effects, in order.

import GreyBasics
import GreyCollector
import GreyEvents
import GreyMutator
import GreyProtocol
import GreyWire

package final class CoordinatorEngine {
  package let configuration: CoordinatorConfiguration
  let library: WorkloadLibrary
  var machine: CoordinatorMachine
  var effects: [CoordinatorEffect] = []
  var now = Moment.zero
  package let startedAt: Moment

  // Connections. A routing name gets a number when it says hello; the machine says which number
  // belongs to which node. Whoever is turned away loses it again: strangers leave nothing here.
  var numbers: [RoutingName: ConnectionID] = [:]
  var names: [ConnectionID: RoutingName] = [:]
  private var nextConnection: UInt64 = 1
  var routes: [NodeID: RoutingName] = [:]

  /// The newest heartbeat of each member.
  var statuses: [NodeID: NodeStatus] = [:]
  var members: [DurableMember] = []
  var pacer: ClusterPacer
  var lastCycle: CycleFigures?
  var runs: RunTable
  var types: TypeRanges
  var pending = PendingRequests()
  /// As changed by `set`, in order; every node that joins later gets them with its welcome.
  var settings: [Setting]
  var malformedFrames = 0
  /// For what strangers cause.
  var strangerLines = LineBudget()
  /// What the machine wants done before anything else.
  private var firstActions: [CoordinatorAction]
  /// Of a cycle that is walked by hand.
  var steps: StepSession?
  private(set) var isShuttingDown = false
  private var shutDownAt = Moment.distantFuture
  /// When the last cycle ended, and how long it took.
  var lastCycleEnd: Moment
  var lastCycleTook = Duration.zero
  var stopBegan = Moment.zero
  /// Where the machine was when it took the action that is being carried out; it is ahead of that.
  var toldPhase: CoordinatorPhase
  /// The attempt that log lines belong to: the one of that phase, else the last one.
  var toldEpoch = Epoch.zero
  /// When something of each member was last heard.
  var heardAt: [NodeID: Moment] = [:]
  /// CPU time of all cycles so far, and what the workers had until the end of the last of them.
  var collectedUs = 0
  /// The part of the durable state that no cycle changes, as it is written; nil when it changed.
  var memoryBytes: [UInt8]?
  /// The list of members in it, and what it was written from.
  var memberBytes: (members: [DurableMember], bytes: [UInt8])?
  var availableUs = 0
  /// Since this coordinator began.
  var counts = CycleCounts()

  /// - Parameter durable: what the last coordinator of this cluster wrote; nil for a new one.
  package init(
    configuration: CoordinatorConfiguration, library: WorkloadLibrary, durable: [UInt8]?,
    now: Moment
  ) throws(DurableStateError) {
    self.configuration = configuration
    self.library = library
    self.now = now
    startedAt = now
    lastCycleEnd = now
    pacer = ClusterPacer(settings: PacerSettings(forcedPeriod: configuration.periodicCycle))
    let old = try durable.map { bytes throws(DurableStateError) in
      try DurableState.decode(bytes)
    }
    // What was set on the running cluster outlives its coordinator.
    let memory =
      old?.memory ?? EngineMemory(settings: configuration.protocolConfiguration.settings)
    settings = memory.settings
    runs = RunTable(
      memory, now: now, wall: configuration.wallTime, grace: configuration.durationGrace)
    types = TypeRanges(next: memory.nextType)
    let start = CoordinatorMachine.start(
      configuration.protocolConfiguration, recovering: old?.state, now: now)
    machine = start.machine
    machine.settings = settings
    members = machine.durable.members
    toldPhase = machine.phase
    toldEpoch = machine.durable.highestEpoch
    firstActions = start.actions
    for setting in settings { paceBy(setting) }
  }

  /// The next input is due by then at the latest.
  package var nextDeadline: Moment {
    firstActions.isEmpty
      ? min(
        isShuttingDown ? shutDownAt : machine.nextDeadline, pending.nextDeadline, runs.nextEnd,
        shutDownAt, walkerGoneAt) : now
  }

  /// The calendar time, as far as the engine knows it.
  var wall: WallTime { configuration.wallTime + (now - startedAt) }

  package var phase: CoordinatorPhase { machine.phase }
  /// The last epoch whose marking was found complete everywhere.
  package var decidedEpoch: Epoch { machine.durable.decidedEpoch }

  /// The members, in the order in which they joined.
  package var memberNodes: [NodeID] { members.map(\.member.node) }
  package var hasMembers: Bool { !members.isEmpty }
  /// Some run has not ended.
  package var isRunning: Bool { runs.isRunning }

  package func handle(_ input: CoordinatorEngineInput, now: Moment) -> [CoordinatorEffect] {
    self.now = now
    begin()
    switch input {
    case .nodeFrame(let connection, let bytes): nodeFrame(connection, bytes)
    case .control(let client, let bytes): control(client, bytes)
    // Of a request that nobody made.
    case .collectRequested: feed(.collect(.command(request: 0), stepped: false))
    case .processEnded(let pid, let startTicks): processEnded(pid, startTicks)
    case .tick: tick()
    case .shutDownRequested: beginShutDown(cause: "the coordinator was asked to end")
    }
    defer { effects.removeAll(keepingCapacity: true) }
    return effects
  }

  /// With the first input: a new term is durable before anything is sent under it, and the
  /// processes of the members that a predecessor left behind are watched.
  private func begin() {
    guard !firstActions.isEmpty else { return }
    let actions = firstActions
    firstActions = []
    for action in actions { perform(action) }
    // The level that was set under a predecessor.
    let levels = [configuration.protocolConfiguration.settings, settings].map { all in
      all.first { $0.key == "log_level" }?.value
    }
    if let from = levels[0], let to = levels[1], from != to {
      log(.settingChanged(key: "log_level", from: from, to: to))
    }
    for member in members { watch(member) }
    // Nodes that were lost just before the predecessor was.
    let needed = Set(runs.running.flatMap(\.description.nodes))
    for node in needed.subtracting(memberIDs).sorted() { runsLost(node) }
  }

  // MARK: Inputs

  private func nodeFrame(_ name: RoutingName, _ bytes: [UInt8]) {
    let opened: (envelope: ControlEnvelope, message: NodeMessage)
    do { opened = try NodeMessage.open(bytes) } catch { return refuse(name, bytes, error) }
    if case .hello(let hello) = opened.message {
      let connection = number(of: name)
      feed(.hello(connection, hello))
      if !isKnown(name), !machine.isWaiting(connection) { forget(name) }
      return
    }
    guard let node = routes.first(where: { $0.value == name })?.key else { return }
    hear(node, opened.envelope, opened.message)
  }

  private func hear(_ node: NodeID, _ envelope: ControlEnvelope, _ message: NodeMessage) {
    heardAt[node] = now
    if case .heartbeat(let status) = message { statuses[node] = status }
    feed(.message(from: node, term: envelope.term, message))
    if case .heartbeat = message { startCycleIfDue() }
  }

  /// A frame that cannot be read is counted and named; a hello of another version is answered.
  private func refuse(_ name: RoutingName, _ bytes: [UInt8], _ error: WireError) {
    malformedFrames += 1
    if strangerLines.take(now: now) {
      let node = routes.first { $0.value == name }?.key
      log(
        .malformedFrame(
          peer: node.map { "\($0)" } ?? "a stranger", reason: "\(error)",
          frameBytes: bytes.count, total: malformedFrames))
    }
    if error.isOtherVersion { send(.refuse(reason: "\(error)"), over: name) }
  }

  private func tick() {
    if !isShuttingDown {
      feed(.tick)
      startCycleIfDue()
    }
    expireRequests()
    letForsakenCycleGo()
    endLostRuns()
    endOverdueRuns()
    if isShuttingDown, now >= shutDownAt || members.isEmpty {
      effects.append(.exit(status: 0, reason: "the cluster is down"))
    }
  }

  func feed(_ input: CoordinatorInput) {
    for action in machine.handle(input, now: now) { perform(action) }
  }

  // MARK: Connections

  func number(of name: RoutingName) -> ConnectionID {
    if let known = numbers[name] { return known }
    let number = ConnectionID(rawValue: nextConnection)
    nextConnection += 1
    numbers[name] = number
    names[number] = name
    return number
  }

  /// A member speaks over it.
  package func isKnown(_ name: RoutingName) -> Bool { routes.values.contains(name) }

  func forget(_ name: RoutingName) {
    if let number = numbers.removeValue(forKey: name) { names[number] = nil }
  }

  func peerName(_ connection: ConnectionID) -> String {
    if let name = names[connection], let node = routes.first(where: { $0.value == name })?.key {
      return "\(node)"
    }
    return "connection \(connection.rawValue)"
  }

  func send(_ message: CoordinatorMessage, to node: NodeID) {
    guard let name = routes[node] else { return }
    send(message, over: name)
  }

  func reply(_ connection: ConnectionID, _ message: CoordinatorMessage) {
    guard let name = names[connection] else { return }
    send(message, over: name)
  }

  private func send(_ message: CoordinatorMessage, over name: RoutingName) {
    let envelope = ControlEnvelope(term: machine.term, clusterName: configuration.cluster)
    do {
      let bytes = try message.encoded(in: envelope)
      effects.append(
        .sendToNode(connection: name, bytes, mayOvertake: message.mayOvertake))
    } catch {
      log(.remark(text: "a message to a node was not sent: \(error)"))
    }
  }

  func log(_ event: Event) { effects.append(.log(event, epoch: toldEpoch)) }

  // MARK: Ending

  func beginShutDown(cause: String) {
    guard !isShuttingDown else { return }
    isShuttingDown = true
    shutDownAt = now + configuration.shutDownLimit
    log(
      .phaseTransition(
        from: ClusterPhase(machine.phase), to: .shutdown, cause: cause, term: machine.term))
    for record in runs.running {
      end(record.description.run, state: .cancelled, ok: false, message: "the cluster goes down")
    }
    for member in members { send(.shutDown, to: member.member.node) }
  }
}
