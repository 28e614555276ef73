// A bell that one thread sleeps by and any thread rings, on a futex.
//
// The sleeper takes a ticket, looks for work, and sleeps only while the ticket is still the
// newest: a ring between its look and its sleep changes the word, so it is never missed. Ringing
// costs a system call only while somebody sleeps; the sleeper counts itself before it compares,
// and both sides use sequentially consistent operations, so either the ringer sees the sleeper or
// the sleeper sees the ring.

import CGrey
import GreyBasics
import Synchronization

package final class Doorbell: @unchecked Sendable {
  /// The futex word lies in memory of its own, because its address must not change.
  private let word: UnsafeMutablePointer<Atomic<UInt32>>
  private let sleepers = Atomic<Int>(0)

  package init() {
    word = .allocate(capacity: 1)
    UnsafeMutableRawPointer(word).storeBytes(of: 0, as: UInt32.self)
  }

  deinit { word.deallocate() }

  package var ticket: UInt32 { word.pointee.load(ordering: .sequentiallyConsistent) }

  package func ring() {
    word.pointee.wrappingAdd(1, ordering: .sequentiallyConsistent)
    if sleepers.load(ordering: .sequentiallyConsistent) > 0 {
      grey_futex_wake(word, Int32.max)
    }
  }

  /// Sleeps until somebody rings after `ticket` was taken, at most `limit`.
  package func wait(_ ticket: UInt32, limit: Duration) {
    sleepers.wrappingAdd(1, ordering: .sequentiallyConsistent)
    if word.pointee.load(ordering: .sequentiallyConsistent) == ticket {
      _ = grey_futex_wait(word, ticket, max(0, limit.nanoseconds))
    }
    sleepers.wrappingSubtract(1, ordering: .sequentiallyConsistent)
  }
}
