// A run's globals on one node: reference words outside the heap.
//
// They are shared by the node's workers, so they are words like an object's fields: relaxed
// atomics, every store through the barrier. Because the barrier shades what a global loses and
// what it gets, they can be scanned at any time of an epoch, by whichever worker claims them.
//
// The block lives as long as some worker still runs the run. Until then it is scanned in every
// epoch by one of those that hold it, so no task can load what was no root.

import GreyBasics
import Synchronization

final class RunGlobals: @unchecked Sendable {
  let words: UnsafeMutableRawPointer
  let count: Int
  /// The epoch in which a worker took it upon itself to scan this block.
  private let claimed = Atomic<UInt64>(0)

  init(count: Int) {
    self.count = count
    words = .allocate(byteCount: max(8, count * 8), alignment: 16)
    words.initializeMemory(as: UInt64.self, repeating: 0, count: max(1, count))
  }

  deinit { words.deallocate() }

  /// True for exactly one caller an epoch.
  func claim(_ epoch: Epoch) -> Bool {
    claimed.exchange(epoch.rawValue, ordering: .relaxed) != epoch.rawValue
  }
}

/// The blocks of all runs of a node, found by the first worker that starts the run.
final class GlobalsRegistry: Sendable {
  private struct Entry {
    weak var globals: RunGlobals?
  }
  /// Protects the table, not the words.
  private let table = Guarded<[RunID: Entry]>([:])

  func globals(of run: RunID, count: Int) -> RunGlobals {
    table.withLock { table in
      if let known = table[run]?.globals { return known }
      table = table.filter { $0.value.globals != nil }
      let made = RunGlobals(count: count)
      table[run] = Entry(globals: made)
      return made
    }
  }
}
