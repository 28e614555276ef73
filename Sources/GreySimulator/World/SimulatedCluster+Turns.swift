// What an actor does in its turn, and what becomes of the effects.

import GreyBasics
import GreyEngine
import GreyEvents
import GreyMutator
import GreyProtocol

extension SimulatedCluster {
  func take(turn actor: Actor) throws {
    steps += 1
    now = now + .microseconds(2)
    try Draws.$current.withValue(draws) {
      switch actor {
      case .engine(let process):
        if processes[process].signal.take() { input(processes[process], .signalled) }
      case .worker(let process, let index): workerTurn(processes[process], index)
      case .collector(let process, let index): collectorTurn(processes[process], index)
      case .arrival(let channel): arrival(channel)
      case .time: passTime()
      case .collect: if coordinator.phase == .idle { askToCollect() }
      case .startRun:
        if let runRequest, !coordinator.isRunning {
          coordinatorInput(.control(client: Self.connection(0), runRequest))
        }
      case .fault(let fault): try happen(fault)
      }
    }
    try tellWhatCameAbout()
    try observer?.stepped(actor, in: self)
  }

  private func workerTurn(_ process: SimulatedProcess, _ index: Int) {
    guard let core = process.core, index < core.workers.count else { return }
    let state = core.workers[index].quantum(now: now, budget: 1 + draws.below(pace.budget))
    process.note(state, ofWorker: index, in: core)
  }

  private func collectorTurn(_ process: SimulatedProcess, _ index: Int) {
    guard let core = process.core, index < core.backgrounds.count else { return }
    let progress = core.backgrounds[index].quantum(
      now: now, objects: 1 + draws.below(pace.objects), pages: 1 + draws.below(pace.pages))
    process.note(progress, ofCollector: index, in: core)
  }

  private func arrival(_ channel: Channel) {
    guard let bytes = network.deliver(channel) else { return }
    switch (channel.from, channel.to) {
    case (.process(let index), .coordinator):
      coordinatorInput(.nodeFrame(connection: Self.connection(index), bytes))
    case (.client(let index), .coordinator):
      coordinatorInput(.control(client: Self.connection(index), bytes))
    case (.coordinator, .process(let index)):
      input(processes[index], .coordinatorFrame(bytes))
    case (.process(let from), .process(let to)):
      let node = processes[from].engine.core?.node ?? .none
      input(processes[to], .peerFrame(from: node, bytes))
    default: replies.append(bytes)
    }
  }

  /// Ticks everybody whose deadline has come; when nobody else could do anything, time goes on to
  /// the next one.
  private func passTime() {
    if pace.jumpUs > 0 { now = now + .microseconds(Int64(draws.below(pace.jumpUs))) }
    if network.deliverable == 0, draws.below(4) == 3 {
      var next = coordinator.nextDeadline
      for process in processes where process.isAlive {
        next = min(next, process.engine.nextDeadline)
      }
      if next > now, next < .distantFuture { now = min(next, now + .milliseconds(20)) }
    }
    if coordinator.nextDeadline <= now { coordinatorInput(.tick) }
    for process in processes where process.isAlive && process.engine.nextDeadline <= now {
      input(process, .tick)
    }
  }

  // MARK: Faults

  private func happen(_ fault: Fault) throws {
    faults += 1
    switch fault {
    case .disconnect(let a, let b): disconnect(a, b)
    case .kill(let index): kill(index, isSeen: false)
    case .crash(let index): kill(index)
    case .leave(let index): leave(index)
    case .join: addNode()
    case .restartCoordinator: try restartCoordinator()
    }
  }

  private func disconnect(_ a: Party, _ b: Party) {
    network.lose(Channel(from: a, to: b))
    network.lose(Channel(from: b, to: a))
    for (one, other) in [(a, b), (b, a)] {
      guard case .process(let index) = one, processes[index].isAlive else { continue }
      switch other {
      case .coordinator:
        input(processes[index], .coordinatorLost)
        input(processes[index], .coordinatorReached)
      case .process(let peer):
        if let node = processes[index].peers.first(where: { $0.process == peer })?.node {
          input(processes[index], .peerReconnected(node))
        }
      case .client: break
      }
    }
  }

  // MARK: Effects

  func input(_ process: SimulatedProcess, _ input: NodeEngineInput) {
    guard process.isAlive else { return }
    let source = Party.process(process.index)
    for effect in process.engine.handle(input, now: now) {
      switch effect {
      case .sendToCoordinator(let bytes): network.send(bytes, from: source, to: .coordinator)
      case .connect(let node, let endpoint):
        process.peers.append((node, Int(endpoint.dropFirst("sim://".count))!))
      case .disconnect(let node): process.peers.removeAll { $0.node == node }
      case .sendToPeer(let node, let bytes):
        guard let peer = process.peers.first(where: { $0.node == node }) else { continue }
        guard processes[peer.process].isAlive else { continue }
        network.send(bytes, from: source, to: .process(peer.process))
      case .start, .wakeWorkers, .wakeCollectors: break
      case .log(let event): events.append((process.index, event))
      case .exit(_, let reason):
        process.exitReason = reason
        process.isAlive = false
      }
    }
  }

  func coordinatorInput(_ input: CoordinatorEngineInput) {
    for effect in coordinator.handle(input, now: now) {
      switch effect {
      case .sendToNode(let connection, let bytes):
        let index = Self.index(connection)
        if processes[index].isAlive {
          network.send(bytes, from: .coordinator, to: .process(index))
        }
      case .reply(let client, let bytes):
        network.send(bytes, from: .coordinator, to: .client(Self.index(client)))
      case .watch: break
      case .persist(let bytes): durable = bytes
      case .log(let event): events.append((-1, event))
      case .exit: break
      }
    }
    if coordinator.phase != .idle { isAskedToCollect = false }
  }

  static func connection(_ index: Int) -> RoutingName { [UInt8(index + 1)] }
  private static func index(_ connection: RoutingName) -> Int { Int(connection[0]) - 1 }

  // MARK: Telling

  /// What a turn may have brought about, in an order that does not depend on how it did.
  private func tellWhatCameAbout() throws {
    guard let observer else { return }
    let decided = coordinator.decidedEpoch
    if decided > toldDecided {
      toldDecided = decided
      try observer.decided(decided, in: self)
    }
    while toldEvents < events.count {
      let (source, event) = events[toldEvents]
      toldEvents += 1
      try observer.logged(event, by: source, in: self)
    }
    for process in processes where process.isAlive {
      let sweeping = process.engine.sweepingEpoch
      if sweeping == process.toldSweeping { continue }
      let was = process.toldSweeping
      process.toldSweeping = sweeping
      if was != nil { try observer.swept(at: process, in: self) }
      if let sweeping { try observer.sweeps(sweeping, at: process, in: self) }
    }
  }
}
