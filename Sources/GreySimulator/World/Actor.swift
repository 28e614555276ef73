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
