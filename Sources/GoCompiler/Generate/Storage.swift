// Where variables live, and what an expression on the left of `=` denotes.

import GoSyntax

/// Says which variables must be in the heap. Escape analysis knows best; without it, the rule
/// below is safe: what has its address taken, or is captured and changes, does not stay in a frame.
package protocol StorageRule {
  func isInHeap(_ variable: Object) -> Bool
}

package struct ConservativeStorage: StorageRule {
  package init() {}
  package func isInHeap(_ variable: Object) -> Bool {
    variable.isAddressTaken || variable.isCaptured && variable.isReassigned
  }
}

enum Storage {
  /// In the frame, from this slot on.
  case frame(Int)
  /// In an object; the slot holds its reference.
  case boxed(Int)
  /// A package variable: bytes into the object of all of them.
  case global(Int)
}

enum Place {
  case blank
  /// The whole of a block of slots.
  case slot(Int)
  /// Part of a struct or array in the frame, in memory form.
  case part(base: Int, byte: Int)
  /// An array in the frame from `base` on, `bytes` long, at the byte that a register says.
  case indexed(base: Int, bytes: Int, offset: Int)
  case memory(reference: Int, offset: Int)
  /// Of a slice or string whose elements are scalars.
  case element(slice: Int, index: Int)
}
