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

/// What can break.
package enum Fault: Hashable, Sendable {
  /// The connection between two parties: what is on it is lost, both ways.
  case disconnect(Party, Party)
  /// A process is gone without a word, and nobody but its silence tells of it.
  case kill(Int)
  /// A process is gone, and the coordinator sees it.
  case crash(Int)
  /// A process is asked to leave.
  case leave(Int)
  /// Another process joins.
  case join
  /// The coordinator is gone and starts again from what it had written down.
  case restartCoordinator
}
