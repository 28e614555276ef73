// How a node's threads tell its I/O thread that something is there for it.
//
// A worker rings after every quantum that left something in its outbox, thousands of times a
// second; the I/O thread takes everything that is there each time it looks. So between two looks
// one ring is enough: the first sets the flag and costs a system call, the others cost a load. The
// I/O thread takes the flag away before it looks, so what is put there after its look rings anew.

import Synchronization
import ZeroMQ

/// Raised by one thread, taken down by another.
final class Flag: Sendable {
  let isRaised = Atomic<Bool>(false)
}

package final class EngineBell: Sendable {
  let waker: Waker
  private let isRung = Atomic<Bool>(false)

  package init() throws(ZeroMQError) { waker = try Waker() }

  /// For any thread, after what it is about was put where the I/O thread finds it.
  package func ring() {
    if isRung.load(ordering: .sequentiallyConsistent) { return }
    if isRung.exchange(true, ordering: .sequentiallyConsistent) { return }
    waker.wake()
  }

  /// For the I/O thread, before it looks.
  package func hear() {
    waker.clear()
    isRung.store(false, ordering: .sequentiallyConsistent)
  }
}
