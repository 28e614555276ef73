// One word of code.

@frozen @usableFromInline
package struct Instruction: RawRepresentable, Hashable, Sendable {
  @usableFromInline package let rawValue: UInt64

  @inlinable @inline(__always)
  package init(rawValue: UInt64) { self.rawValue = rawValue }

  package init(_ opcode: Opcode, _ a: Int = 0, _ b: Int = 0, _ c: Int = 0) {
    rawValue =
      UInt64(opcode.rawValue) | UInt64(UInt16(truncatingIfNeeded: a)) << 16
      | UInt64(UInt16(truncatingIfNeeded: b)) << 32 | UInt64(UInt16(truncatingIfNeeded: c)) << 48
  }
  /// With a number in the place of `b` and `c`.
  package init(_ opcode: Opcode, _ a: Int, wide: Int) {
    rawValue =
      UInt64(opcode.rawValue) | UInt64(UInt16(truncatingIfNeeded: a)) << 16
      | UInt64(UInt32(truncatingIfNeeded: wide)) << 32
  }

  /// Nil in a word that is no instruction; the verifier finds those.
  package var opcode: Opcode? {
    rawValue & 0xFFFF <= 0xFF ? Opcode(rawValue: UInt8(truncatingIfNeeded: rawValue)) : nil
  }
  @inlinable @inline(__always)
  package var a: Int { Int(truncatingIfNeeded: rawValue >> 16 & 0xFFFF) }
  @inlinable @inline(__always)
  package var b: Int { Int(truncatingIfNeeded: rawValue >> 32 & 0xFFFF) }
  @inlinable @inline(__always)
  package var c: Int { Int(truncatingIfNeeded: rawValue >> 48) }
  @inlinable @inline(__always)
  package var signedC: Int { Int(Int16(truncatingIfNeeded: rawValue >> 48)) }
  @inlinable @inline(__always)
  package var wide: Int { Int(Int32(truncatingIfNeeded: rawValue >> 32)) }
}

/// Which bounds a slice expression gives, and what it cuts: the second word of the slice
/// instructions.
@frozen @usableFromInline
package struct Slicing: RawRepresentable, Hashable, Sendable {
  @usableFromInline package let rawValue: UInt64
  @inlinable package init(rawValue: UInt64) { self.rawValue = rawValue }
  /// - Parameter count: of an array.
  package init(low: Bool, high: Bool, max: Bool, elementBytes: Int, count: Int = 0) {
    rawValue =
      (low ? 1 : 0) | (high ? 2 : 0) | (max ? 4 : 0) | UInt64(elementBytes) << 3 & 0x7FFF_FFF8
      | UInt64(count) << 31
  }
  @inlinable package var hasLow: Bool { rawValue & 1 != 0 }
  @inlinable package var hasHigh: Bool { rawValue & 2 != 0 }
  @inlinable package var hasMax: Bool { rawValue & 4 != 0 }
  @inlinable package var elementBytes: Int { Int(rawValue >> 3 & 0x0FFF_FFFF) }
  @inlinable package var count: Int { Int(rawValue >> 31) }
}

/// What `print` shows.
package enum PrintKind: Int, Sendable {
  case signed, unsigned, float, float32, boolean, string, pointer, slice, interface, space, newline

  /// Slots that it reads, and which of them are references.
  package var slots: [Bool] {
    switch self {
    case .signed, .unsigned, .float, .float32, .boolean: [false]
    case .pointer: [true]
    case .string: [true, false]
    case .slice: [true, false, false]
    case .interface: [false, true]
    case .space, .newline: []
    }
  }
}
