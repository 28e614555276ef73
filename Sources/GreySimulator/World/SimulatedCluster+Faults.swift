// What happens when something breaks, and when it is mended.
//
// A fault names processes and channels that may be gone when a part of a run is replayed: then it
// does nothing. Frames are duplicated and dropped on links only. The connections to the coordinator
// lose what is on them when they break, and only then, as a stream does.

import GreyBasics
import GreyEngine
import GreyEvents

extension SimulatedCluster {
  /// A process that lives; in a replay of some steps of a run it may not be there.
  private func living(_ index: Int) -> SimulatedProcess? {
    guard processes.indices.contains(index), processes[index].isAlive else { return nil }
    return processes[index]
  }

  /// Counted only if it made a difference.
  func happen(_ fault: Fault) throws {
    if try breaks(fault), !fault.isRepair { faults += 1 }
  }

  private func breaks(_ fault: Fault) throws -> Bool {
    switch fault {
    case .disconnect(let a, let b): return disconnect(a, b)
    case .duplicate(let channel):
      return network.repeatOldest(channel, atTheEnd: draws.below(2) == 1)
    case .drop(let channel): return network.deliver(channel) != nil
    case .clog(let channel): network.clog(channel)
    case .unclog(let channel): network.unclog(channel)
    case .kill(let index): return living(index).map { kill($0.index, isSeen: false) } != nil
    case .crash(let index): return living(index).map { kill($0.index) } != nil
    case .restart(let index): return restart(index)
    case .stall(let index):
      guard let process = living(index), !process.isStalled else { return false }
      process.isStalled = true
    case .wake(let index): if let process = living(index) { wake(process) }
    case .leave(let index): return living(index).map { input($0, .leaveRequested) } != nil
    case .join: addNode()
    case .restartCoordinator, .restartCoordinatorBetweenPhases: try restartCoordinator()
    case .killCoordinator:
      guard isCoordinatorUp else { return false }
      killCoordinator()
    case .reviveCoordinator: try reviveCoordinator()
    case .killCoordinatorInTurn:
      guard isCoordinatorUp else { return false }
      diesInTurn = true
    case .stallCoordinator: return stallCoordinator()
    case .wakeCoordinator: wakeCoordinator()
    case .partition(let partition): network.sever(partition)
    case .heal: network.sever(nil)
    case .cancelRun:
      guard isCoordinatorRunning,
        let run = coordinator.status.runs.first(where: { $0.state == .running })
      else { return false }
      cancel(run.run)
    }
    return true
  }

  /// It hears first what its sockets have noticed meanwhile.
  func wake(_ process: SimulatedProcess) {
    guard process.isStalled else { return }
    process.isStalled = false
    let missed = process.missed
    process.missed = []
    for item in missed { input(process, item) }
  }

  /// Its peers' connections are made again to whoever listens there now.
  private func restart(_ index: Int) -> Bool {
    guard let process = living(index) else { return false }
    kill(index)
    addNode(at: process.place)
    for other in processes where other.isAlive && other.place != process.place {
      reconnect(other, to: process.place)
    }
    return true
  }

  private func reconnect(_ process: SimulatedProcess, to place: Int) {
    for node in process.peers.filter({ $0.place == place }).map(\.node) {
      input(process, .peerReconnected(node))
    }
  }

  private func disconnect(_ a: Party, _ b: Party) -> Bool {
    var isThere = false
    network.lose(Channel(from: a, to: b))
    network.lose(Channel(from: b, to: a))
    for (one, other) in [(a, b), (b, a)] {
      guard case .process(let index) = one, let process = living(index) else { continue }
      isThere = true
      switch other {
      // Both ends see it, and use their connection until the node is welcomed again.
      case .line: process.hasLine = false
      case .coordinator:
        input(process, .coordinatorLost)
        if isCoordinatorUp { input(process, .coordinatorReached) }
      case .process(let peer):
        if processes.indices.contains(peer) { reconnect(process, to: processes[peer].place) }
      case .client: break
      }
    }
    return isThere
  }
}
