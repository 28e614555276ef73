// What a running task's fast paths read: two blocks of raw memory.
//
// `TaskCore` is a task's, `WorkerCore` its worker's. A `TaskContext` is a pointer to the first,
// which points to the second, so a load through the context is two instructions away from any
// field and no reference is counted. Both blocks stay where they are for the life of their owner.

import GreyBasics
import GreyCollector
import GreyHeap

/// One task's. Touched by its worker only.
@frozen
package struct TaskCore {
  /// Slot 0 of the top frame.
  package var slots: UnsafeMutableRawPointer
  /// The first free byte of the top chunk, and the chunk's end.
  package var top: UnsafeMutableRawPointer
  package var end: UnsafeMutableRawPointer
  /// The top chunk.
  package var chunk: UnsafeMutableRawPointer
  package let worker: UnsafeMutablePointer<WorkerCore>
  /// The task's own sequence, from the run's seed.
  package var random: SplitMix
  package var depth: Int
  package var stackBytes: Int
  /// The `MutatorTask`, not retained.
  package let task: UnsafeRawPointer
}

/// One worker's. Touched by that worker only.
@frozen
package struct WorkerCore {
  /// A local reference is one with `raw - taggedBase < accessibleBytes`, unsigned.
  package let taggedBase: UInt64
  /// The arena's size; zero when every access is to be checked, which sends all of them to the
  /// slow path without a test of its own on the fast one.
  package let accessibleBytes: UInt64
  package let view: HeapView
  package let cache: Unmanaged<AllocationCache>
  package let barrier: BarrierBuffer
  /// The `Worker`, not retained.
  package let worker: UnsafeRawPointer
}
