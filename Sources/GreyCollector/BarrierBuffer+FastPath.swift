// The write barrier as a store pays for it.
//
// Off: one load, one test. On: the overwritten and the stored value are appended as a pair, without
// looking at either, and one test in some hundreds of stores is taken. What any of it means is
// decided when the buffer is flushed (see `BarrierBuffer`).
//
// The pairs lie in two lanes, each with a cursor, and an address bit of the slot says which. A
// cursor is read from memory, raised and written back, and the next store to the same lane waits
// for that; neighbouring slots take turns and do not. The order of pairs means nothing.
//
// The old value is read and the new one stored without an exchange. Two workers that store to one
// slot at the same time may then overwrite a value whose store neither of them saw as old; but
// whoever stored it shaded it, because the other half of the barrier is unconditional too.

import GreyBasics

/// One worker's barrier buffer. Two pointers: copy it into locals. Used by its worker only.
@frozen @usableFromInline
package struct BarrierBuffer: @unchecked Sendable {
  /// The collector's armed epoch.
  @usableFromInline let armedWord: UnsafeMutableRawPointer
  /// Header and lanes, see `BarrierBuffer.swift`.
  @usableFromInline let block: UnsafeMutableRawPointer

  /// Both lanes end at a multiple of it.
  @usableFromInline static var laneBytes: Int { 4096 }
  /// Of the slot's address, and of the place of the lane's cursor.
  @usableFromInline static var laneBit: UInt { 8 }

  init(armedWord: UnsafeMutableRawPointer, block: UnsafeMutableRawPointer) {
    self.armedWord = armedWord
    self.block = block
  }

  /// The epoch under which this worker's stores are shaded; zero when the barrier is off.
  @inlinable @inline(__always)
  package var armedEpoch: Epoch { Epoch(rawValue: armedWord.relaxedWord) }

  /// Stores a reference into a slot that is not in a frame of the running task.
  @inlinable @inline(__always)
  package func store(_ new: UInt64, to slot: UnsafeMutableRawPointer) {
    if armedWord.relaxedWord != 0 {
      append(slot.relaxedWord, new, lane: UInt(bitPattern: slot) & Self.laneBit)
    }
    slot.relaxedWord = new
  }

  @inlinable @inline(__always)
  func append(_ old: UInt64, _ new: UInt64, lane: UInt) {
    let place = block + Int(bitPattern: lane)
    let cursor = place.load(as: UnsafeMutablePointer<UInt64>.self)
    cursor[0] = old
    cursor[1] = new
    let next = cursor + 2
    place.storeBytes(of: UInt(bitPattern: next), as: UInt.self)
    if UInt(bitPattern: next) & UInt(bitPattern: Self.laneBytes - 1) == 0 { flush() }
  }
}
