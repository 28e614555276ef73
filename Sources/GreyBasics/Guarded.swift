// A value behind a lock: `Mutex`, and a word that says to ThreadSanitizer what the lock does.
//
// The library's Mutex is built without the sanitizer's instrumentation, so the order that it makes
// between its holders is invisible to it, and everything inside looks like a race. A word that is
// acquired after the lock was taken and released before it is given back shows that order. Where
// loads acquire and stores release by nature (x86) this costs nothing; elsewhere next to nothing.

import Synchronization

@frozen @usableFromInline
package struct Guarded<Value: ~Copyable>: ~Copyable {
  @usableFromInline let mutex: Mutex<Value>
  @usableFromInline let order = Atomic<Bool>(false)

  @inlinable package init(_ value: consuming sending Value) { mutex = Mutex(value) }

  /// Runs `body` while no other thread is inside; it must not come back here, nor take long.
  @inlinable package borrowing func withLock<Result: ~Copyable, Failure: Error>(
    _ body: (inout sending Value) throws(Failure) -> sending Result
  ) throws(Failure) -> sending Result {
    try mutex.withLock { value throws(Failure) in
      _ = order.load(ordering: .acquiring)
      defer { order.store(true, ordering: .releasing) }
      return try body(&value)
    }
  }
}

extension Guarded: @unchecked Sendable where Value: ~Copyable {}
