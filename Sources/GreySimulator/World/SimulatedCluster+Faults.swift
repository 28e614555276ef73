// What happens when something breaks, and when it is mended.
//
// A fault names processes and channels that may be gone when a part of a run is replayed: then it
// does nothing. Frames are duplicated and dropped on links only. The connections to the coordinator
// lose what is on them when they break, and only then, as a stream does.

import GreyBasics
import GreyEngine

extension SimulatedCluster {
  /// A process that lives; in a replay of some steps of a run it may not be there.
  private func living(_ index: Int) -> SimulatedProcess? {
    guard processes.indices.contains(index), processes[index].isAlive else { return nil }
    return processes[index]
  }

  func happen(_ fault: Fault) throws {
    if !fault.isRepair { faults += 1 }
    switch fault {
    case .disconnect(let a, let b): disconnect(a, b)
    case .duplicate(let channel): duplicate(channel)
    case .drop(let channel): _ = network.deliver(channel)
    case .clog(let channel): network.clog(channel)
    case .unclog(let channel): network.unclog(channel)
    case .kill(let index): if living(index) != nil { kill(index, isSeen: false) }
    case .crash(let index): if living(index) != nil { kill(index) }
    case .restart(let index): restart(index)
    case .stall(let index): living(index)?.isStalled = true
    case .wake(let index): if let process = living(index) { wake(process) }
    case .leave(let index): if let process = living(index) { input(process, .leaveRequested) }
    case .join: addNode()
    case .restartCoordinator, .restartCoordinatorBetweenPhases: try restartCoordinator()
    }
  }

  /// It hears first what its sockets have noticed meanwhile.
  func wake(_ process: SimulatedProcess) {
    guard process.isStalled else { return }
    process.isStalled = false
    let missed = process.missed
    process.missed = []
    for item in missed { input(process, item) }
  }

  /// The frame arrives now, and a second time later.
  private func duplicate(_ channel: Channel) {
    guard isListening(channel.to), let bytes = network.oldest(channel) else { return }
    deliver(bytes, channel)
  }

  /// Its peers' connections are made again to whoever listens there now.
  private func restart(_ index: Int) {
    guard let process = living(index) else { return }
    kill(index)
    addNode(at: process.place)
    for other in processes where other.isAlive && other.place != process.place {
      reconnect(other, to: process.place)
    }
  }

  private func reconnect(_ process: SimulatedProcess, to place: Int) {
    for node in process.peers.filter({ $0.place == place }).map(\.node) {
      input(process, .peerReconnected(node))
    }
  }

  private func disconnect(_ a: Party, _ b: Party) {
    network.lose(Channel(from: a, to: b))
    network.lose(Channel(from: b, to: a))
    for (one, other) in [(a, b), (b, a)] {
      guard case .process(let index) = one, let process = living(index) else { continue }
      switch other {
      // Both ends see it, and use their connection until the node is welcomed again.
      case .line: process.hasLine = false
      case .coordinator:
        input(process, .coordinatorLost)
        input(process, .coordinatorReached)
      case .process(let peer):
        if processes.indices.contains(peer) { reconnect(process, to: processes[peer].place) }
      case .client: break
      }
    }
  }
}
