// Words of raw memory that several threads read and write.
//
// Object slots, mark words and page-table entries lie in memory that no Swift type owns. They are
// accessed as `Synchronization.Atomic` bound to the raw word: on this hardware a relaxed load or
// store is the plain instruction, and ThreadSanitizer and the compiler both know that it is meant.

import Synchronization

extension UnsafeMutableRawPointer {
  @inlinable @inline(__always)
  package var atomicWord: UnsafeMutablePointer<Atomic<UInt64>> {
    assumingMemoryBound(to: Atomic<UInt64>.self)
  }

  @inlinable @inline(__always)
  package var relaxedWord: UInt64 {
    get { atomicWord.pointee.load(ordering: .relaxed) }
    nonmutating set { atomicWord.pointee.store(newValue, ordering: .relaxed) }
  }

  @inlinable @inline(__always)
  package var acquiredWord: UInt64 { atomicWord.pointee.load(ordering: .acquiring) }

  @inlinable @inline(__always)
  package func release(_ value: UInt64) {
    atomicWord.pointee.store(value, ordering: .releasing)
  }
}
