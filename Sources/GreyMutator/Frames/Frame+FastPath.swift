// A frame in its stack: a header of two words, then the slots.
//
//     -16  the layout's record
//      -8  the frame below (null for a task's first)
//       0  slot 0, slot 1, …
//
// Frames never move, so a `Frame` stays valid until its own `pop`; a body may keep it in a local
// while it runs. References in slots need no write barrier: see `TaskStack.swift`.

import GreyBasics

/// A slot of the running function's frame, by its number.
@frozen
package struct Slot: Hashable, Sendable, ExpressibleByIntegerLiteral {
  package let index: Int
  @inlinable @inline(__always) package init(_ index: Int) { self.index = index }
  @inlinable @inline(__always) package init(integerLiteral index: Int) { self.index = index }
}

@frozen
package struct Frame {
  package let slots: UnsafeMutableRawPointer

  @inlinable @inline(__always)
  init(slots: UnsafeMutableRawPointer) { self.slots = slots }

  @inlinable package static var headerBytes: Int { 16 }

  @inlinable @inline(__always)
  var record: UnsafePointer<FrameRecord> {
    UnsafePointer(
      (slots - 16).load(as: UnsafeMutablePointer<FrameRecord>.self))
  }
  @inlinable @inline(__always)
  var below: UnsafeMutableRawPointer? {
    (slots - 8).load(as: UnsafeMutableRawPointer?.self)
  }
  @inlinable package var layout: FrameLayout { FrameLayout(record: record) }

  /// A slot that holds a reference.
  @inlinable @inline(__always)
  package subscript(reference slot: Slot) -> Reference {
    get {
      assert(layout.isReference(slot), "slot \(slot.index) holds data, or is none")
      return Reference(rawValue: (slots + slot.index &* 8).load(as: UInt64.self))
    }
    nonmutating set {
      assert(layout.isReference(slot), "slot \(slot.index) holds data, or is none")
      (slots + slot.index &* 8).storeBytes(of: newValue.rawValue, as: UInt64.self)
    }
  }

  /// A slot that holds data.
  @inlinable @inline(__always)
  package subscript(data slot: Slot) -> UInt64 {
    get {
      assert(layout.isData(slot), "slot \(slot.index) holds a reference, or is none")
      return (slots + slot.index &* 8).load(as: UInt64.self)
    }
    nonmutating set {
      assert(layout.isData(slot), "slot \(slot.index) holds a reference, or is none")
      (slots + slot.index &* 8).storeBytes(of: newValue, as: UInt64.self)
    }
  }

  /// A data slot as a signed number.
  @inlinable @inline(__always)
  package subscript(integer slot: Slot) -> Int {
    get { Int(bitPattern: UInt(self[data: slot])) }
    nonmutating set { self[data: slot] = UInt64(bitPattern: Int64(newValue)) }
  }

  /// The slot's bits, whatever they are.
  @inlinable @inline(__always)
  subscript(bits slot: Slot) -> UInt64 {
    get { (slots + slot.index &* 8).load(as: UInt64.self) }
    nonmutating set { (slots + slot.index &* 8).storeBytes(of: newValue, as: UInt64.self) }
  }
}

extension FrameLayout {
  @inlinable init(record: UnsafePointer<FrameRecord>) { self.record = record }
}
