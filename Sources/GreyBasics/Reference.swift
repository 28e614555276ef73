// A reference to an object anywhere in the cluster: `node:16 | address:48`.
//
// The address is the owner's own virtual address, so a local reference is followed with one mask
// and no table. It may be interior: the owner finds the base of the object that contains it.
// Nothing else is packed in: an epoch or generation of a few bits wraps, and a reference with a
// wrapped one is taken for another object's.

@frozen @usableFromInline
package struct Reference: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
  /// Zero is null; otherwise the owner in the upper 16 bits, its address in the lower 48.
  @usableFromInline package let rawValue: UInt64

  @inlinable package static var addressMask: UInt64 { 0x0000_FFFF_FFFF_FFFF }
  @inlinable package static var null: Reference { Reference(rawValue: 0) }

  @inlinable @inline(__always)
  package init(rawValue: UInt64) { self.rawValue = rawValue }

  @inlinable @inline(__always)
  package init(node: NodeID, address: UInt) {
    self.rawValue = UInt64(node.rawValue) << 48 | UInt64(address) & Self.addressMask
  }

  @inlinable @inline(__always) package var isNull: Bool { rawValue == 0 }
  /// It leads to no node's heap: it is null, or a *frame reference*, the address of an object in a
  /// frame of the task that holds it. The frame's own map tells what that object refers to, so
  /// whoever looks for roots, or shades, passes these over. They never leave the task: whoever
  /// makes one has proved it.
  @inlinable @inline(__always) package var isNowhere: Bool { rawValue >> 48 == 0 }
  @inlinable @inline(__always) package var isInFrame: Bool { isNowhere && !isNull }
  @inlinable @inline(__always)
  package var node: NodeID { NodeID(rawValue: UInt16(truncatingIfNeeded: rawValue >> 48)) }
  @inlinable @inline(__always)
  package var address: UInt { UInt(rawValue & Self.addressMask) }

  /// The same object, `bytes` further: an interior reference.
  @inlinable package func advanced(by bytes: Int) -> Reference {
    Reference(node: node, address: address &+ UInt(bitPattern: bytes))
  }

  @usableFromInline
  package var description: String {
    isNull ? "null" : "\(node.rawValue):0x\(String(address, radix: 16))"
  }

  /// For small tables by hash: only of the bits that do not hang on where the system has put an
  /// arena, which is aligned to 64 KiB. What such a table forgets shows in a run's events, and the
  /// same seed gives the same run. The high bits are the good ones.
  @inlinable package static func placementFreeHash(_ raw: UInt64) -> UInt64 {
    ((raw >> 48) << 12 | (raw >> 4) & 0xFFF) &* 0x9E37_79B9_7F4A_7C15
  }
}
