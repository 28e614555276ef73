// Who can have the next turn in a simulated world.

package enum Actor: Hashable, Sendable {
  /// The I/O thread of a process looks at what its threads have left for it.
  case engine(process: Int)
  /// A worker thread runs one quantum.
  case worker(process: Int, index: Int)
  /// A collector thread runs one quantum.
  case collector(process: Int, index: Int)
  /// The oldest message of a channel arrives.
  case arrival(Channel)
  /// Time passes, and whoever has a deadline hears of it.
  case time
  /// Somebody asks for a collection.
  case collect
  /// Somebody starts a run on all members, when none runs.
  case startRun
  /// Something breaks.
  case fault(Fault)
}

/// What can break, and what mends it again.
package enum Fault: Hashable, Sendable {
  /// The connection between two parties: what is on it is lost, both ways.
  case disconnect(Party, Party)
  /// The oldest frame of a link comes twice: it was sent again although it had arrived.
  case duplicate(Channel)
  /// The oldest frame of a link is lost, and those behind it are not.
  case drop(Channel)
  /// Nothing is delivered in this direction until it is opened again.
  case clog(Channel)
  case unclog(Channel)
  /// A process is gone without a word, and nobody but its silence tells of it.
  case kill(Int)
  /// A process is gone, and the coordinator sees it.
  case crash(Int)
  /// A process is gone, and another one starts in its place, at its endpoint.
  case restart(Int)
  /// A process stands still, as after SIGSTOP, and goes on later as if nothing had been.
  case stall(Int)
  case wake(Int)
  /// A process is asked to leave.
  case leave(Int)
  /// Another process joins.
  case join
  /// The coordinator is gone and starts again from what it had written down.
  case restartCoordinator
  /// The same, right after it has gone from one phase to another.
  case restartCoordinatorBetweenPhases
  /// The coordinator is gone until another one starts.
  case killCoordinator
  case reviveCoordinator
  /// It goes so in the midst of its next turn that writes or sends more than one thing.
  case killCoordinatorInTurn
  case stallCoordinator
  case wakeCoordinator
  /// Two groups of processes do not hear each other, until it heals.
  case partition(Partition)
  case heal
  /// Somebody cancels a run. Nothing breaks, and all its roots go at once.
  case cancelRun

  /// It ends another fault.
  package var isRepair: Bool {
    switch self {
    case .unclog, .wake, .reviveCoordinator, .wakeCoordinator, .heal: true
    case .disconnect, .duplicate, .drop, .clog, .kill, .crash, .restart, .stall, .leave, .join,
      .restartCoordinator, .restartCoordinatorBetweenPhases, .killCoordinator,
      .killCoordinatorInTurn, .stallCoordinator, .partition, .cancelRun:
      false
    }
  }
}

extension Party {
  /// Its own number among all parties, small where indices are.
  var code: Int {
    switch self {
    case .coordinator: 0
    case .process(let index): 1 &+ 3 &* index
    case .client(let index): 2 &+ 3 &* index
    case .line(let index): 3 &+ 3 &* index
    }
  }
}

extension Fault {
  /// Its own number among all faults, above those of other actors, for worlds of less than a
  /// million processes: to hash the fault itself takes longer than most turns.
  var key: UInt64 {
    func key(_ kind: UInt64, _ a: Int = 0, _ b: Int = 0) -> UInt64 {
      kind << 48 | UInt64(truncatingIfNeeded: a) << 24 | UInt64(truncatingIfNeeded: b)
    }
    func key(_ kind: UInt64, _ channel: Channel) -> UInt64 {
      key(kind, channel.from.code, channel.to.code)
    }
    return switch self {
    case .disconnect(let a, let b): key(1, a.code, b.code)
    case .duplicate(let channel): key(2, channel)
    case .drop(let channel): key(3, channel)
    case .clog(let channel): key(4, channel)
    case .unclog(let channel): key(5, channel)
    case .kill(let index): key(6, index)
    case .crash(let index): key(7, index)
    case .restart(let index): key(8, index)
    case .stall(let index): key(9, index)
    case .wake(let index): key(10, index)
    case .leave(let index): key(11, index)
    case .join: key(12)
    case .restartCoordinator: key(13)
    case .restartCoordinatorBetweenPhases: key(14)
    case .killCoordinator: key(15)
    case .reviveCoordinator: key(16)
    case .killCoordinatorInTurn: key(17)
    case .stallCoordinator: key(18)
    case .wakeCoordinator: key(19)
    case .partition(let partition):
      key(20, partition.first, Partition.Way.allCases.firstIndex(of: partition.way) ?? 0)
    case .heal: key(21)
    case .cancelRun: key(22)
    }
  }
}
