// How results and events say a bound of a heap (goal, trigger, limit) where there is none: 0.
//
// The pacer calculates with the largest integer instead, so that minima and comparisons need no
// exception. But few readers of JSON hold 2⁶³ − 1 exactly, and a sum of such numbers means nothing.
// No real bound is 0, so that 0 is free to say it; people read `off`.

import GreyBasics

package enum HeapBound {
  package static let none = 0

  /// What the pacer calculates with, as it is told. (Records of before hold the largest integer.)
  package static func told(_ bytes: Int) -> Int { bytes == .max ? none : bytes }
  package static func told(_ bytes: UInt64) -> Int { told(Int(clamping: bytes)) }

  /// A cluster is bounded only if every node is.
  package static func sum(_ bounds: [Int]) -> Int {
    let told = bounds.map { Self.told($0) }
    return told.contains(none) ? none : told.reduce(0, +)
  }
}

extension Text {
  /// `off`, `16.0 MiB`
  package static func bound(_ bytes: Int) -> String {
    HeapBound.told(bytes) == HeapBound.none ? "off" : Text.bytes(bytes)
  }
}
