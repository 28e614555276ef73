// The slots of the running frame, as the loop names them.

import GreyBytecode

struct Registers {
  let slots: UnsafeMutableRawPointer

  @inline(__always)
  subscript(slot: Int) -> Int {
    get { slots.load(fromByteOffset: slot &<< 3, as: Int.self) }
    nonmutating set { slots.storeBytes(of: newValue, toByteOffset: slot &<< 3, as: Int.self) }
  }
  @inline(__always)
  subscript(bits slot: Int) -> UInt64 {
    get { slots.load(fromByteOffset: slot &<< 3, as: UInt64.self) }
    nonmutating set { slots.storeBytes(of: newValue, toByteOffset: slot &<< 3, as: UInt64.self) }
  }
  @inline(__always)
  subscript(float slot: Int) -> Double {
    get { slots.load(fromByteOffset: slot &<< 3, as: Double.self) }
    nonmutating set { slots.storeBytes(of: newValue, toByteOffset: slot &<< 3, as: Double.self) }
  }
  @inline(__always)
  subscript(truth slot: Int) -> Bool {
    get { self[slot] != 0 }
    nonmutating set { self[slot] = newValue ? 1 : 0 }
  }
  @inline(__always)
  func address(_ slot: Int) -> UnsafeMutableRawPointer { slots + slot &<< 3 }
}

/// An instruction where it lies: a field is one load there, and would be a shift and a mask of the
/// word in a register.
struct CodeWord {
  let place: UnsafeRawPointer
  @inline(__always) init(at pc: UnsafePointer<UInt64>) { place = UnsafeRawPointer(pc) }

  @inline(__always) var operation: Opcode {
    unsafeBitCast(place.load(as: UInt8.self), to: Opcode.self)
  }
  @inline(__always) var a: Int { Int(place.load(fromByteOffset: 2, as: UInt16.self)) }
  @inline(__always) var b: Int { Int(place.load(fromByteOffset: 4, as: UInt16.self)) }
  @inline(__always) var c: Int { Int(place.load(fromByteOffset: 6, as: UInt16.self)) }
  @inline(__always) var signedC: Int { Int(place.load(fromByteOffset: 6, as: Int16.self)) }
  @inline(__always) var wide: Int { Int(place.load(fromByteOffset: 4, as: Int32.self)) }
}

/// Widths in memory and the forms that values have in slots.
extension UnsafeMutableRawPointer {
  @inline(__always) var u8: Int { Int(load(as: UInt8.self)) }
  @inline(__always) var s8: Int { Int(load(as: Int8.self)) }
  @inline(__always) var u16: Int { Int(load(as: UInt16.self)) }
  @inline(__always) var s16: Int { Int(load(as: Int16.self)) }
  @inline(__always) var u32: Int { Int(load(as: UInt32.self)) }
  @inline(__always) var s32: Int { Int(load(as: Int32.self)) }
  @inline(__always) var f32: Double { Double(load(as: Float.self)) }

  @inline(__always) func put8(_ value: Int) {
    storeBytes(of: UInt8(truncatingIfNeeded: value), as: UInt8.self)
  }
  @inline(__always) func put16(_ value: Int) {
    storeBytes(of: UInt16(truncatingIfNeeded: value), as: UInt16.self)
  }
  @inline(__always) func put32(_ value: Int) {
    storeBytes(of: UInt32(truncatingIfNeeded: value), as: UInt32.self)
  }
  @inline(__always) func putF32(_ value: Double) { storeBytes(of: Float(value), as: Float.self) }
}

/// Conversions that Go leaves to the machine where the value does not fit: as x86-64 does them.
enum FloatConversion {
  static func signed(_ value: Double) -> Int {
    value >= -0x1p63 && value < 0x1p63 ? Int(value) : Int.min
  }
  static func unsigned(_ value: Double) -> Int {
    if value >= 0x1p63 && value < 0x1p64 { return Int(bitPattern: UInt(value)) }
    return signed(value)
  }
}
