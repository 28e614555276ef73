// The coordinator's process: one thread, two ROUTER sockets (nodes, control clients), the pids of
// the nodes on this host, their stop lines, and the engine.
//
// Two sockets, so that a flood of control requests never delays a stop. A frame goes to a node only
// when it is connected (`routerMandatory`): ZeroMQ would drop it silently otherwise, and the engine
// learns of an absent node by its silence and its pid, not by a send that seemed to work.

import Glibc
import GreyBasics
import GreyEngine
import GreyEvents
import GreyProtocol
import GreyWire
import ZeroMQ

package final class CoordinatorProcess {
  package struct Places: Sendable {
    package var nodesEndpoint: String
    package var controlEndpoint: String
    package init(nodesEndpoint: String, controlEndpoint: String) {
      self.nodesEndpoint = nodesEndpoint
      self.controlEndpoint = controlEndpoint
    }
  }

  private enum Tag {
    static let signals = 0
    static let nodes = 1
    static let control = 2
    static let nodesMonitor = 3
    static let controlMonitor = 4
    static let stopLines = 5
    static let firstWatch = 1_000
  }

  private let context: Context
  private let signals: SignalWatch
  private let nodes: Listener
  private let control: Listener
  /// Nil where nodes may be on other hosts, and where there can be none.
  private let stopLines: StopLines?
  private let durable: DurableFile
  private let engine: CoordinatorEngine
  private let log: EventLog
  private var poller = Poller()
  private var readyNow: [Ready] = []
  private var inbound = Message()
  private var watches: [(identity: ProcessIdentity, descriptor: Int32, tag: Int)] = []
  private var nextWatch = Tag.firstWatch
  /// To be watched, once there is a descriptor for it; until then by their silence only.
  private var unwatched: [ProcessIdentity] = []
  /// Processes that have ended, and when the engine hears of it: what they said last, that they
  /// leave, may still be on its way through the socket.
  private var ended: [(identity: ProcessIdentity, due: Moment)] = []
  private static let lastWords = Duration.milliseconds(100)
  private var exitStatus: Int32?

  /// What the sockets were bound to, wildcards filled in.
  package let nodesEndpoint: String
  package let controlEndpoint: String

  package init(
    places: Places, durable: DurableFile, signals: SignalWatch, log: EventLog,
    engine: CoordinatorEngine
  ) throws(ZeroMQError) {
    self.durable = durable
    self.signals = signals
    self.log = log
    self.engine = engine
    context = try Context()
    let newcomers = Newcomers()
    nodes = try Listener(
      context, at: places.nodesEndpoint,
      .init(messageBytes: WireLimits.controlFrameBytes, waiting: 1_000), newcomers
    ) { socket throws(ZeroMQError) in
      try socket.set(.routerMandatory, true)
      try socket.set(.routerHandover, true)
      try socket.set(.sendHighWaterMark, 0)
    }
    nodesEndpoint = nodes.endpoint
    stopLines = Self.openStopLines(besides: nodesEndpoint, log)
    // Requests are small, and each is answered: a client that sends faster than that can wait.
    control = try Listener(
      context, at: places.controlEndpoint,
      .init(messageBytes: ControlRequest.longest, waiting: 16), newcomers
    ) { socket throws(ZeroMQError) in
      // Who asks and does not read loses answers, and not our memory.
      try socket.set(.sendHighWaterMark, 64)
      // The last replies of a cluster that goes down still reach who asked for it.
      try socket.set(.linger, .milliseconds(500))
    }
    controlEndpoint = control.endpoint
  }

  private static func openStopLines(besides endpoint: String, _ log: EventLog) -> StopLines? {
    guard let path = linePath(besides: endpoint) else { return nil }
    do throws(StopLines.BindError) {
      return try StopLines(at: path, tag: Tag.stopLines)
    } catch {
      log.write(error.event)
      return nil
    }
  }

  package func run() -> Int32 {
    poller.add(fileDescriptor: signals.descriptor, tag: Tag.signals)
    nodes.watch(with: &poller, tag: Tag.nodes, monitorTag: Tag.nodesMonitor)
    control.watch(with: &poller, tag: Tag.control, monitorTag: Tag.controlMonitor)
    stopLines?.watch(with: &poller)
    while exitStatus == nil {
      do { try turn() } catch {
        log.write(.remark(text: "\(error)"))
        exitStatus = 1
      }
    }
    for watch in watches { close(watch.descriptor) }
    log.end()
    return exitStatus ?? 0
  }

  private func turn() throws(ZeroMQError) {
    let due = min(
      engine.nextDeadline, ended.first?.due ?? .distantFuture, nodes.nextDeadline,
      control.nextDeadline, stopLines?.resumesAt ?? .distantFuture)
    let wait = min(due - MonotonicClock.now, .seconds(1))
    try poller.wait(upTo: max(.zero, wait), into: &readyNow)
    var isDrained = (nodes: true, control: true)
    for ready in readyNow {
      switch ready.tag {
      case Tag.signals:
        if signals.take() != nil { input(.shutDownRequested) }
      case Tag.nodes:
        isDrained.nodes = try read(nodes, atMost: 256, bytes: 1 << 20) {
          .nodeFrame(connection: $0, $1)
        }
      case Tag.control:
        // Large requests take their time, and nodes wait meanwhile: one a turn.
        isDrained.control = try read(control, atMost: 16, bytes: 16 << 10) {
          .control(client: $0, $1)
        }
      case Tag.nodesMonitor: remark(try nodes.takeEvents())
      case Tag.controlMonitor: remark(try control.takeEvents())
      case Tag.stopLines: stopLines?.accept(&poller)
      case StopLines.firstTag...: readLine(ready.tag)
      default: processEnded(ready.tag)
      }
    }
    while let first = ended.first, first.due <= MonotonicClock.now {
      ended.removeFirst()
      input(
        .processEnded(pid: first.identity.pid, startTicks: first.identity.startTicks))
    }
    remark(nodes.tick(isDrained: isDrained.nodes))
    remark(control.tick(isDrained: isDrained.control))
    stopLines?.tick(&poller)
    if readyNow.isEmpty || engine.nextDeadline <= MonotonicClock.now {
      watchAgain()
      input(.tick)
    }
  }

  private func remark(_ text: String?) {
    if let text { log.write(.remark(text: text)) }
  }

  private func readLine(_ tag: Int) {
    // Taken out, because what is heard may be answered over the lines.
    var heard: [(RoutingName, [UInt8])] = []
    stopLines?.read(tag, &poller, isKnown: engine.isKnown) { heard.append(($0, $1)) }
    for (connection, bytes) in heard {
      input(.nodeFrame(connection: connection, bytes))
    }
  }

  /// - Parameter most: no more is read after so many bytes.
  /// - Returns: whether nothing is left.
  private func read(
    _ listener: Listener, atMost limit: Int, bytes most: Int,
    _ make: (RoutingName, [UInt8]) -> CoordinatorEngineInput
  ) throws(ZeroMQError) -> Bool {
    var total = 0
    for _ in 0..<limit where total < most {
      guard try listener.socket.receive(into: &inbound, .dontWait) else { return true }
      var connection = inbound.bytes
      guard inbound.hasMore, try listener.socket.receive(into: &inbound, .dontWait) else {
        continue
      }
      // A REQ client puts an empty part between its name and the body, and wants one back. The mark
      // in front of the name remembers it.
      let isREQ = inbound.isEmpty && inbound.hasMore
      connection.insert(isREQ ? 1 : 0, at: 0)
      if isREQ {
        guard try listener.socket.receive(into: &inbound, .dontWait) else { continue }
      }
      let bytes = inbound.bytes
      total += bytes.count
      try listener.socket.skipRest(after: &inbound)
      input(make(connection, bytes))
      // Whoever may ask for something is one of us.
      listener.heard(inbound, isKnown: listener === control || engine.isKnown(connection))
    }
    return false
  }

  /// Lines are written last: a world that stands still should not wait for a log.
  private func input(_ input: CoordinatorEngineInput) {
    let effects = engine.handle(input, now: MonotonicClock.now)
    for effect in effects {
      perform(effect)
      if exitStatus != nil { break }
    }
    for effect in effects { record(effect) }
  }

  private func perform(_ effect: CoordinatorEffect) {
    switch effect {
    case .sendToNode(let connection, let bytes, let mayOvertake):
      if mayOvertake, stopLines?.send(bytes, to: connection, &poller) == true { return }
      send(nodes.socket, connection, bytes)
    case .reply(let client, let bytes): send(control.socket, client, bytes)
    case .watch(let pid, let startTicks): watch(ProcessIdentity(pid: pid, startTicks: startTicks))
    case .persist(let bytes):
      do { try durable.write(bytes) } catch {
        // Going on would use a term or an epoch that a successor could use again.
        log.write(.remark(text: "\(error)"))
        exitStatus = 1
      }
    case .log, .exit: break
    }
  }

  private func record(_ effect: CoordinatorEffect) {
    switch effect {
    case .log(let event, let epoch):
      log.epoch = epoch
      log.write(event)
    case .exit(let status, let reason):
      log.write(
        .processEnded(pid: Int(getpid()), reason: reason, exitCode: Int(status)))
      exitStatus = exitStatus ?? status
    default: break
    }
  }

  /// Whoever is not there any more misses it: nodes are found out by silence, clients do not care.
  private func send(_ socket: borrowing Socket, _ connection: RoutingName, _ bytes: [UInt8]) {
    let name = Array(connection.dropFirst())
    do {
      if connection.first == 1 {
        _ = try socket.send([name, [], bytes], .dontWait)
      } else {
        _ = try socket.send(to: RoutingID(name), bytes, .dontWait)
      }
    } catch {
      if !error.isPeerUnknown { log.write(.remark(text: "\(error)")) }
    }
  }

  private func watch(_ identity: ProcessIdentity) {
    switch identity.openWatch() {
    case .descriptor(let descriptor):
      poller.add(fileDescriptor: descriptor, tag: nextWatch)
      watches.append((identity, descriptor, nextWatch))
      nextWatch += 1
    case .ended: input(.processEnded(pid: identity.pid, startTicks: identity.startTicks))
    case .unavailable: unwatched.append(identity)
    }
  }

  /// Those for which there was no descriptor.
  private func watchAgain() {
    let waiting = unwatched
    unwatched = []
    for identity in waiting { watch(identity) }
  }

  private func processEnded(_ tag: Int) {
    poller.remove(tag: tag)
    guard let index = watches.firstIndex(where: { $0.tag == tag }) else { return }
    let watch = watches.remove(at: index)
    close(watch.descriptor)
    ended.append((watch.identity, MonotonicClock.now + Self.lastWords))
  }
}
