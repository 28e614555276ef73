// Where variables live, and what an expression on the left of `=` denotes.

import GoSyntax

/// Says which variables must be in the heap. Escape analysis knows best; without it, the rule
/// below is safe: what has its address taken, or is captured and changes, does not stay in a frame.
/// A result changes by every `return`.
package protocol StorageRule {
  func isInHeap(_ variable: Object) -> Bool
  /// Whether something may hold the address of a variable that is not in the heap.
  func needsAddress(_ variable: Object) -> Bool
  /// Whether what an expression allocates may lie in the frame.
  func isInFrame(_ site: Expression, _ kind: AllocationSite.Kind) -> Bool
}

package struct ConservativeStorage: StorageRule {
  package init() {}
  package func isInHeap(_ variable: Object) -> Bool {
    variable.isAddressTaken
      || variable.isCaptured && (variable.isReassigned || variable.role == .result)
  }
  package func needsAddress(_ variable: Object) -> Bool { false }
  package func isInFrame(_ site: Expression, _ kind: AllocationSite.Kind) -> Bool { false }
}

/// As escape analysis decided. What has no address needs no object, wherever it was put.
extension EscapeDecisions: StorageRule {
  package func isInHeap(_ variable: Object) -> Bool {
    if variable.isAddressTaken || isCapturedByReference(variable) {
      return placement(of: variable) == .heap
    }
    return isChangedResult(variable)
  }
  package func needsAddress(_ variable: Object) -> Bool {
    variable.isAddressTaken || isCapturedByReference(variable) || isChangedResult(variable)
  }
  /// A copy of it would not see what `return` sets; where its address goes was not analysed.
  private func isChangedResult(_ variable: Object) -> Bool {
    variable.isCaptured && variable.role == .result
  }
  package func isInFrame(_ site: Expression, _ kind: AllocationSite.Kind) -> Bool {
    placement(of: site, kind) == .frame
  }
}

enum Storage {
  /// In the frame, from this slot on.
  case frame(Int)
  /// In the frame, from this slot on, in memory form and with an address.
  case framed(Int, isNarrow: Bool)
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
  /// Of a map, whose type has this number.
  case mapElement(map: Int, key: Int, type: Int)
}
