// A mutator process: one I/O thread that owns every socket and runs the engine, and the worker and
// collector threads of its core.
//
// The I/O thread never waits for anything but its poller: it turns what is ready into inputs and
// carries the effects out. The coordinator's socket is looked at between any two peer messages.

import Glibc
import GreyBasics
import GreyEngine
import GreyEvents
import GreyMutator
import GreyWire
import Synchronization
import ZeroMQ

package final class NodeProcess {
  package struct Places: Sendable {
    package var coordinatorEndpoint: String
    /// Where peers reach this node; may hold a wildcard.
    package var bindEndpoint: String
    package init(coordinatorEndpoint: String, bindEndpoint: String) {
      self.coordinatorEndpoint = coordinatorEndpoint
      self.bindEndpoint = bindEndpoint
    }
  }

  private enum Tag {
    static let signals = 0
    static let engine = 1
    static let coordinator = 2
    static let coordinatorMonitor = 3
    static let peers = 4
    static let peersMonitor = 5
    static let stopLine = 6
    static let firstPeerMonitor = 1_000
  }

  private let context: Context
  private let signals: SignalWatch
  private let engineBell: EngineBell
  /// What the bell was rung for: the heap is past its alarm.
  private let hasGrown = Flag()
  private let workerBell = Doorbell()
  private let collectorBell = Doorbell()
  private let activity = WorkerActivity()
  private let coordinator: CoordinatorConnection
  private let peers: Listener
  private var connections: [PeerConnection] = []
  /// To be connected, once there are descriptors for it.
  private var unconnected: [(peer: NodeID, endpoint: String)] = []
  private var poller = Poller()
  private var readyNow: [Ready] = []
  private var inbound = Message()
  private let engine: NodeEngine
  private let log: EventLog
  private var workerThreads: [WorkerThread] = []
  private var collectorThreads: [CollectorThread] = []
  private var exitStatus: Int32?
  private var wasSignalled = false

  /// - Parameters:
  ///   - signals: made before any thread was.
  ///   - makeEngine: given the endpoint peers connect to and what wakes the world's threads.
  package init(
    places: Places, signals: SignalWatch, log: EventLog,
    makeEngine: (_ endpoint: String, _ wakeups: NodeWakeups) -> NodeEngine
  ) throws(ZeroMQError) {
    self.signals = signals
    self.log = log
    context = try Context()
    // What is not read waits at its sender, whose socket has no bound and whose link has one.
    peers = try Listener(
      context, at: places.bindEndpoint,
      .init(
        messageBytes: WireLimits.frameHeaderBytes + WireLimits.framePayloadBytes, waiting: 1_000),
      Newcomers()
    ) { socket throws(ZeroMQError) in
      try socket.set(.routerHandover, true)
    }
    coordinator = try CoordinatorConnection(
      context: context, endpoint: places.coordinatorEndpoint)
    let engineBell = try EngineBell()
    self.engineBell = engineBell
    let bell = collectorBell
    engine = makeEngine(
      peers.endpoint,
      NodeWakeups(engine: { engineBell.ring() }, collectors: { bell.ring() }))
  }

  /// How long a thread may take to end. Whoever waits for this process waits for that as well.
  private static let endLimit = Duration.seconds(1)

  /// Runs until the cluster or a signal ends it.
  /// - Parameter abandon: called where this does not return, because a task is within a step that
  ///   does not end: removes what the process leaves in its cluster's folder.
  /// - Returns: the process's exit status.
  package func run(abandon: () -> Void = {}) -> Int32 {
    poller.add(fileDescriptor: signals.descriptor, tag: Tag.signals)
    poller.add(engineBell.waker, tag: Tag.engine)
    poller.add(coordinator.socket, tag: Tag.coordinator)
    coordinator.watch(with: &poller, tag: Tag.coordinatorMonitor)
    peers.watch(with: &poller, tag: Tag.peers, monitorTag: Tag.peersMonitor)
    while exitStatus == nil {
      do { try turn() } catch {
        log.write(.remark(text: "\(error)"))
        exitStatus = 1
      }
    }
    let late = endThreads()
    for name in late {
      log.write(.remark(text: "\(name) did not end in time: this process ends without it"))
    }
    log.end()
    if !late.isEmpty {
      // What that thread uses must stay until there is no thread: nothing is taken apart.
      abandon()
      _exit(exitStatus ?? 0)
    }
    return exitStatus ?? 0
  }

  private func turn() throws(ZeroMQError) {
    let due = min(engine.nextDeadline, peers.nextDeadline)
    let wait = min(due - MonotonicClock.now, .seconds(1))
    try poller.wait(upTo: max(.zero, wait), into: &readyNow)
    var isDrained = true
    for ready in readyNow {
      switch ready.tag {
      case Tag.signals:
        if signals.take() != nil { signalled() }
      case Tag.engine:
        engineBell.hear()
        let grew = hasGrown.isRaised.exchange(false, ordering: .acquiring)
        input(grew ? .heapGrew : .signalled)
      case Tag.coordinator: try readCoordinator()
      case Tag.stopLine: readStopLine()
      case Tag.coordinatorMonitor:
        for change in try coordinator.takeChanges() {
          input(change == .reached ? .coordinatorReached : .coordinatorLost)
        }
      case Tag.peers: isDrained = try readPeers()
      case Tag.peersMonitor:
        remark(try peers.takeEvents())
      default: try readPeerMonitor(ready.tag)
      }
    }
    remark(peers.tick(isDrained: isDrained))
    if readyNow.isEmpty || engine.nextDeadline <= MonotonicClock.now {
      connectAgain()
      input(.tick)
    }
  }

  private func remark(_ text: String?) {
    if let text { log.write(.remark(text: text)) }
  }

  /// The first signal asks to leave cleanly, which takes a moment; the second does not wait.
  private func signalled() {
    if wasSignalled { exitStatus = 1 }
    wasSignalled = true
    input(.leaveRequested)
  }

  /// What others wait for goes out first: threads are woken once, and lines are written last,
  /// because a world that stands still should not wait for a log.
  private func input(_ input: NodeEngineInput) {
    let effects = engine.handle(input, now: MonotonicClock.now)
    var wakes = (workers: false, collectors: false)
    for effect in effects {
      switch effect {
      case .wakeWorkers: wakes.workers = true
      case .wakeCollectors: wakes.collectors = true
      case .log, .exit: break
      default: do { try perform(effect) } catch { log.write(.remark(text: "\(error)")) }
      }
    }
    if wakes.workers { workerBell.ring() }
    if wakes.collectors {
      collectorBell.ring()
      activity.changes.ring()
    }
    for effect in effects { record(effect) }
  }

  private func readCoordinator() throws(ZeroMQError) {
    while try coordinator.socket.receive(into: &inbound, .dontWait) {
      let bytes = inbound.bytes
      try coordinator.socket.skipRest(after: &inbound)
      input(.coordinatorFrame(bytes))
    }
  }

  private func readStopLine() {
    var heard: [[UInt8]] = []
    coordinator.readLine(&poller, tag: Tag.stopLine) { heard.append($0) }
    for bytes in heard { input(.coordinatorFrame(bytes)) }
  }

  /// A bounded number of messages a turn, so that timers and signals have theirs.
  /// - Returns: whether nothing is left.
  private func readPeers() throws(ZeroMQError) -> Bool {
    for _ in 0..<64 {
      guard try peers.socket.receive(into: &inbound, .dontWait) else { return true }
      let sender = PeerConnection.node(of: inbound.routingID)
      guard inbound.hasMore, try peers.socket.receive(into: &inbound, .dontWait) else { continue }
      let bytes = inbound.bytes
      peers.heard(inbound, isKnown: sender != nil)
      try peers.socket.skipRest(after: &inbound)
      input(.peerFrame(from: sender ?? .none, bytes))
      readStopLine()
      try readCoordinator()
    }
    return false
  }

  private func readPeerMonitor(_ tag: Int) throws(ZeroMQError) {
    guard
      let connection = connections.first(where: {
        Tag.firstPeerMonitor + Int($0.peer.rawValue) == tag
      })
    else { return poller.remove(tag: tag) }
    if try connection.takeReconnection() { input(.peerReconnected(connection.peer)) }
  }

  private func perform(_ effect: NodeEffect) throws(ZeroMQError) {
    switch effect {
    case .sendToCoordinator(let bytes, let mayOvertake):
      try coordinator.send(
        bytes, mayOvertake: mayOvertake, &poller, lineTag: Tag.stopLine)
    case .openStopLine: coordinator.openLine(&poller, tag: Tag.stopLine)
    case .connect(let peer, let endpoint): try connect(peer, endpoint)
    case .disconnect(let peer):
      poller.remove(tag: Tag.firstPeerMonitor + Int(peer.rawValue))
      connections.removeAll { $0.peer == peer }
      unconnected.removeAll { $0.peer == peer }
    case .sendToPeer(let peer, let bytes):
      guard let connection = connections.first(where: { $0.peer == peer }) else { return }
      _ = try connection.socket.send(bytes, .dontWait)
    case .start(let core): start(core)
    case .wakeWorkers, .wakeCollectors, .log, .exit: break
    }
  }

  private func record(_ effect: NodeEffect) {
    switch effect {
    case .log(let event, let epoch):
      log.epoch = epoch
      log.write(event)
    case .exit(let status, let reason):
      log.write(
        .processEnded(pid: Int(getpid()), reason: reason, exitCode: Int(status)))
      exitStatus = status
    default: break
    }
  }

  private func connect(_ peer: NodeID, _ endpoint: String) throws(ZeroMQError) {
    guard let node = engine.core?.node else { return }
    let connection: PeerConnection
    do throws(ZeroMQError) {
      connection = try PeerConnection(
        context: context, from: node, to: peer, endpoint: endpoint,
        silenceLimit: engine.configuration.peerSilenceLimit)
    } catch {
      // The link sends again what found no connection.
      if unconnected.allSatisfy({ $0.peer != peer }) { unconnected.append((peer, endpoint)) }
      throw error
    }
    connections.append(connection)
    poller.add(connection.monitor, tag: Tag.firstPeerMonitor + Int(peer.rawValue))
  }

  private func connectAgain() {
    for (peer, endpoint) in unconnected {
      do throws(ZeroMQError) { try connect(peer, endpoint) } catch { continue }
      unconnected.removeAll { $0.peer == peer }
    }
  }

  private func start(_ core: NodeCore) {
    log.process = .node(core.node)
    let (engineBell, hasGrown) = (engineBell, hasGrown)
    workerThreads = core.workers.enumerated().map { index, worker in
      WorkerThread(
        worker, name: "worker \(index)", bell: workerBell, activity: activity,
        tellGrowth: {
          hasGrown.isRaised.store(true, ordering: .releasing)
          engineBell.ring()
        },
        tellEngine: { engineBell.ring() })
    }
    collectorThreads = core.backgrounds.enumerated().map { index, background in
      CollectorThread(
        background, name: "collector \(index)", bell: collectorBell, activity: activity,
        plan: { core.markPlan(busy: $0) })
    }
  }

  /// - Returns: those that are still at work.
  private func endThreads() -> [String] {
    for thread in workerThreads { thread.askToEnd() }
    for thread in collectorThreads { thread.askToEnd() }
    let deadline = MonotonicClock.now + Self.endLimit
    var late: [String] = []
    for (index, thread) in workerThreads.enumerated() where !thread.hasEnded(before: deadline) {
      let task = engine.core?.workers[index].runningTask
      let work = task.map { ", in a step of task \($0.task.rawValue) of run \($0.run.rawValue)," }
      late.append("worker \(index)\(work ?? "")")
    }
    for (index, thread) in collectorThreads.enumerated()
    where !thread.hasEnded(before: deadline) {
      late.append("collector \(index)")
    }
    return late
  }
}
