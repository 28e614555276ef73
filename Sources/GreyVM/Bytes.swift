// Comparing bytes in memory.

import Foundation

enum Bytes {
  /// Below zero, zero, above zero.
  @inline(__always)
  static func compare(_ a: UnsafeRawPointer, _ b: UnsafeRawPointer, count: Int) -> Int {
    Int(memcmp(a, b, count))
  }

  /// Of what both have.
  static func compare(_ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer) -> Int {
    guard let x = a.baseAddress, let y = b.baseAddress else { return 0 }
    return compare(x, y, count: min(a.count, b.count))
  }
}
