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
    try drawing {
      switch actor {
      case .engine(let index):
        if let process = running(index), process.signal.take() { input(process, .signalled) }
      case .worker(let process, let index): workerTurn(running(process), index)
      case .collector(let process, let index): collectorTurn(running(process), index)
      case .arrival(let channel): arrival(channel)
      case .time: passTime()
      case .collect: if isCoordinatorRunning, view.phase == .idle { askToCollect() }
      case .startRun:
        if isCoordinatorRunning, let runRequest, !view.isRunning {
          coordinatorInput(.control(client: Self.connection(0), runRequest))
        }
      case .fault(let fault): try happen(fault)
      }
    }
    notePhase()
    try tellWhatCameAbout()
    try observer?.stepped(actor, in: self)
  }

  /// In a replay of some steps of a run it may not be there, or stand still.
  private func running(_ index: Int) -> SimulatedProcess? {
    guard processes.indices.contains(index), processes[index].isRunning else { return nil }
    processes[index].hasChanged = true
    return processes[index]
  }

  private func workerTurn(_ process: SimulatedProcess?, _ index: Int) {
    guard let process, let core = process.core, index < core.workers.count else { return }
    let time = process.clock.local(now)
    let budget = 1 + draws.below(pace.budget)
    midQuantum = playsRaces ? MidQuantum(core, now: time, draws, objects: pace.objects) : nil
    let state = core.workers[index].quantum(now: time, budget: budget)
    process.note(state, ofWorker: index, in: core)
    if let midQuantum {
      midQuantum.end()
      if let progress = midQuantum.progress { process.note(progress, ofCollector: 0, in: core) }
    }
  }

  private func collectorTurn(_ process: SimulatedProcess?, _ index: Int) {
    guard let process, let core = process.core, index < core.backgrounds.count else { return }
    let progress = core.backgrounds[index].quantum(
      now: process.clock.local(now), objects: 1 + draws.below(pace.objects),
      pages: 1 + draws.below(pace.pages))
    process.note(progress, ofCollector: index, in: core)
  }

  private func arrival(_ channel: Channel) {
    guard isListening(channel.to), let bytes = network.deliver(channel) else { return }
    deliver(bytes, channel)
  }

  func deliver(_ bytes: [UInt8], _ channel: Channel) {
    switch (channel.from, channel.to) {
    case (.process(let index), .coordinator), (.process(let index), .line):
      coordinatorInput(.nodeFrame(connection: Self.connection(index), bytes))
    case (.client(let index), .coordinator):
      coordinatorInput(.control(client: Self.connection(index), bytes))
    case (.coordinator, .process(let index)), (.line, .process(let index)):
      input(processes[index], .coordinatorFrame(bytes))
    case (.process(let from), .process(let to)):
      listener?.arrived(bytes, on: channel)
      let node = processes[from].engine.core?.node ?? .none
      input(processes[to], .peerFrame(from: node, bytes))
    default: replies.append(bytes)
    }
  }

  /// Ticks everybody whose deadline has come; when nobody else could do anything, time goes on to
  /// the next one.
  private func passTime() {
    if pace.jumpUs > 0, !isFair { now = now + .microseconds(Int64(draws.below(pace.jumpUs))) }
    if !isAnythingArriving, draws.below(4) == 3 { jumpToNextDeadline() }
    if isCoordinatorRunning, view.nextDeadline <= now { coordinatorInput(.tick) }
    for process in processes where process.isRunning && process.nextDeadline <= now {
      input(process, .tick)
    }
  }

  func jumpToNextDeadline() {
    var next = isCoordinatorRunning ? view.nextDeadline : .distantFuture
    for process in processes where process.isRunning { next = min(next, process.nextDeadline) }
    if next > now, next < .distantFuture { now = min(next, now + .milliseconds(20)) }
  }

  // MARK: Effects

  func input(_ process: SimulatedProcess, _ input: NodeEngineInput) {
    guard process.isAlive else { return }
    process.hasChanged = true
    if process.isStalled { return process.missed.append(input) }
    let source = Party.process(process.index)
    for effect in process.engine.handle(input, now: process.clock.local(now)) {
      switch effect {
      case .sendToCoordinator(let bytes, let mayOvertake):
        let usesLine = mayOvertake && process.hasLine
        network.send(
          bytes, from: source, to: usesLine ? .line(process.index) : .coordinator)
      case .openStopLine: process.hasLine = pace.stopLines
      case .connect(let node, let endpoint):
        process.peers.append((node, Int(endpoint.dropFirst("sim://".count)) ?? 0))
      case .disconnect(let node): process.peers.removeAll { $0.node == node }
      case .sendToPeer(let node, let bytes):
        guard let peer = process.peers.first(where: { $0.node == node }) else { continue }
        let receiver = occupants[peer.place]
        guard processes[receiver].isAlive else { continue }
        network.send(bytes, from: source, to: .process(receiver))
        listener?.left(bytes, on: Channel(from: source, to: .process(receiver)))
      case .start, .wakeWorkers, .wakeCollectors: break
      case .log(let event, _): events.append((process.index, event))
      case .exit(_, let reason):
        process.exitReason = reason
        process.isAlive = false
      }
    }
    process.noteDeadline()
    if process.engine.sweepingEpoch != process.toldSweeping { changedSweeps.append(process) }
  }

  // MARK: Telling

  /// What a turn may have brought about, in an order that does not depend on how it did.
  private func tellWhatCameAbout() throws {
    guard let observer else { return changedSweeps.removeAll() }
    let decided = view.decided
    if decided > toldDecided {
      toldDecided = decided
      try observer.decided(decided, in: self)
    }
    while toldEvents < events.count {
      let (source, event) = events[toldEvents]
      toldEvents += 1
      logged += 1
      try observer.logged(event, by: source, in: self)
    }
    if !keepsEvents, toldEvents > 0 {
      events.removeAll(keepingCapacity: true)
      toldEvents = 0
    }
    let changed = changedSweeps
    changedSweeps.removeAll(keepingCapacity: true)
    for process in changed where process.isRunning {
      let sweeping = process.engine.sweepingEpoch
      if sweeping == process.toldSweeping { continue }
      let was = process.toldSweeping
      process.toldSweeping = sweeping
      if was != nil { try observer.swept(at: process, in: self) }
      if let sweeping { try observer.sweeps(sweeping, at: process, in: self) }
    }
  }
}
