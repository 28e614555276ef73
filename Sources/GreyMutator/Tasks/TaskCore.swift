// What a running task's fast paths read: two blocks of raw memory.
//
// `TaskCore` is a task's, `WorkerCore` its worker's. A `TaskContext` is a pointer to the first,
// which points to the second, so a load through the context is two instructions away from any
// field and no reference is counted. Both blocks stay where they are for the life of their owner.

import GreyBasics
import GreyCollector
import GreyHeap

/// One task's. Touched by its worker only.
@frozen @usableFromInline
package struct TaskCore {
  /// Slot 0 of the top frame.
  @usableFromInline package var slots: UnsafeMutableRawPointer
  /// The first free byte of the top chunk, and the chunk's end.
  @usableFromInline package var top: UnsafeMutableRawPointer
  @usableFromInline package var end: UnsafeMutableRawPointer
  /// The top chunk.
  @usableFromInline package var chunk: UnsafeMutableRawPointer
  @usableFromInline package let worker: UnsafeMutablePointer<WorkerCore>
  /// The task's own sequence, from the run's seed.
  @usableFromInline package var random: SplitMix
  @usableFromInline package var depth: Int
  @usableFromInline package var stackBytes: Int
  /// The `MutatorTask`, not retained.
  @usableFromInline package let task: UnsafeRawPointer
}

/// One worker's. Touched by that worker only.
@frozen @usableFromInline
package struct WorkerCore {
  /// A local reference is one with `raw - taggedBase < accessibleBytes`, unsigned.
  @usableFromInline package let taggedBase: UInt64
  /// The arena's size; zero when every access is to be checked, which sends all of them to the
  /// slow path without a test of its own on the fast one.
  @usableFromInline package let accessibleBytes: UInt64
  @usableFromInline package let view: HeapView
  @usableFromInline package let cache: Unmanaged<AllocationCache>
  @usableFromInline package let barrier: BarrierBuffer
  /// The `Worker`, not retained.
  @usableFromInline package let worker: UnsafeRawPointer
}
