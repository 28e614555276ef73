// Instructions that programs use less: loads and stores of narrow values and of several words, and
// arrays in frames.
//
// They are out of the loop so that it stays one piece that fits the processor's and a reader's
// cache. Each returns its length in words; zero: it has done nothing, and `trap` or
// `allocationFailure` says why.

import GreyBasics
import GreyBytecode
import GreyMutator

extension Goroutine {
  @inline(never)
  func narrow(
    _ operation: Opcode, _ i: Instruction, _ pc: UnsafePointer<UInt64>, _ task: TaskContext,
    _ r: Registers, _ base: UInt64, _ limit: UInt64
  ) -> Int {
    switch operation {
    case .loadS8:
      guard let p = addressOf(r[bits: i.b], task, base, limit) else {
        return 0
      }
      r[i.a] = (p + i.c).s8
      return 1
    case .loadU16:
      guard let p = addressOf(r[bits: i.b], task, base, limit) else {
        return 0
      }
      r[i.a] = (p + i.c).u16
      return 1
    case .loadS16:
      guard let p = addressOf(r[bits: i.b], task, base, limit) else {
        return 0
      }
      r[i.a] = (p + i.c).s16
      return 1
    case .loadU32:
      guard let p = addressOf(r[bits: i.b], task, base, limit) else {
        return 0
      }
      r[i.a] = (p + i.c).u32
      return 1
    case .loadS32:
      guard let p = addressOf(r[bits: i.b], task, base, limit) else {
        return 0
      }
      r[i.a] = (p + i.c).s32
      return 1
    case .loadF32:
      guard let p = addressOf(r[bits: i.b], task, base, limit) else {
        return 0
      }
      r[float: i.a] = (p + i.c).f32
      return 1
    case .loadWords:
      guard let p = addressOf(r[bits: i.b], task, base, limit) else {
        return 0
      }
      r.address(i.a).copyMemory(
        from: p + i.c, byteCount: loaded.objects[Int(pc[1])].bytes)
      return 2
    case .store16:
      guard let p = addressOf(r[bits: i.a], task, base, limit) else {
        return 0
      }
      (p + i.c).put16(r[i.b])
      return 1
    case .store32:
      guard let p = addressOf(r[bits: i.a], task, base, limit) else {
        return 0
      }
      (p + i.c).put32(r[i.b])
      return 1
    case .storeF32:
      guard let p = addressOf(r[bits: i.a], task, base, limit) else {
        return 0
      }
      (p + i.c).putF32(r[float: i.b])
      return 1
    case .storeWords:
      guard let p = addressOf(r[bits: i.a], task, base, limit) else {
        return 0
      }
      copyIn(task, to: p + i.c, from: r.address(i.b), object: Int(pc[1]), count: 1)
      return 2
    case .elementS8:
      if r[bits: i.c] >= r[bits: i.b &+ 1] {
        return failed(.index(r[i.c], length: r[i.b &+ 1]))
      }
      guard let p = addressOf(r[bits: i.b], task, base, limit) else {
        return 0
      }
      r[i.a] = (p + r[i.c]).s8
      return 1
    case .elementU16:
      if r[bits: i.c] >= r[bits: i.b &+ 1] {
        return failed(.index(r[i.c], length: r[i.b &+ 1]))
      }
      guard let p = addressOf(r[bits: i.b], task, base, limit) else {
        return 0
      }
      r[i.a] = (p + r[i.c] &<< 1).u16
      return 1
    case .elementS16:
      if r[bits: i.c] >= r[bits: i.b &+ 1] {
        return failed(.index(r[i.c], length: r[i.b &+ 1]))
      }
      guard let p = addressOf(r[bits: i.b], task, base, limit) else {
        return 0
      }
      r[i.a] = (p + r[i.c] &<< 1).s16
      return 1
    case .elementU32:
      if r[bits: i.c] >= r[bits: i.b &+ 1] {
        return failed(.index(r[i.c], length: r[i.b &+ 1]))
      }
      guard let p = addressOf(r[bits: i.b], task, base, limit) else {
        return 0
      }
      r[i.a] = (p + r[i.c] &<< 2).u32
      return 1
    case .elementS32:
      if r[bits: i.c] >= r[bits: i.b &+ 1] {
        return failed(.index(r[i.c], length: r[i.b &+ 1]))
      }
      guard let p = addressOf(r[bits: i.b], task, base, limit) else {
        return 0
      }
      r[i.a] = (p + r[i.c] &<< 2).s32
      return 1
    case .elementF32:
      if r[bits: i.c] >= r[bits: i.b &+ 1] {
        return failed(.index(r[i.c], length: r[i.b &+ 1]))
      }
      guard let p = addressOf(r[bits: i.b], task, base, limit) else {
        return 0
      }
      r[float: i.a] = (p + r[i.c] &<< 2).f32
      return 1
    case .setElement16:
      if r[bits: i.c] >= r[bits: i.a &+ 1] {
        return failed(.index(r[i.c], length: r[i.a &+ 1]))
      }
      guard let p = addressOf(r[bits: i.a], task, base, limit) else {
        return 0
      }
      (p + r[i.c] &<< 1).put16(r[i.b])
      return 1
    case .setElement32:
      if r[bits: i.c] >= r[bits: i.a &+ 1] {
        return failed(.index(r[i.c], length: r[i.a &+ 1]))
      }
      guard let p = addressOf(r[bits: i.a], task, base, limit) else {
        return 0
      }
      (p + r[i.c] &<< 2).put32(r[i.b])
      return 1
    case .setElementF32:
      if r[bits: i.c] >= r[bits: i.a &+ 1] {
        return failed(.index(r[i.c], length: r[i.a &+ 1]))
      }
      guard let p = addressOf(r[bits: i.a], task, base, limit) else {
        return 0
      }
      (p + r[i.c] &<< 2).putF32(r[float: i.b])
      return 1
    case .frameU8:
      guard let p = arrayPlace(r, i, pc, bytes: 1) else { return outsideArray(r, i, pc) }
      r[i.a] = p.u8
      return 2
    case .frameS8:
      guard let p = arrayPlace(r, i, pc, bytes: 1) else { return outsideArray(r, i, pc) }
      r[i.a] = p.s8
      return 2
    case .frameU16:
      guard let p = arrayPlace(r, i, pc, bytes: 2) else { return outsideArray(r, i, pc) }
      r[i.a] = p.u16
      return 2
    case .frameS16:
      guard let p = arrayPlace(r, i, pc, bytes: 2) else { return outsideArray(r, i, pc) }
      r[i.a] = p.s16
      return 2
    case .frameU32:
      guard let p = arrayPlace(r, i, pc, bytes: 4) else { return outsideArray(r, i, pc) }
      r[i.a] = p.u32
      return 2
    case .frameS32:
      guard let p = arrayPlace(r, i, pc, bytes: 4) else { return outsideArray(r, i, pc) }
      r[i.a] = p.s32
      return 2
    case .frame64:
      guard let p = arrayPlace(r, i, pc, bytes: 8) else { return outsideArray(r, i, pc) }
      r[bits: i.a] = p.load(as: UInt64.self)
      return 2
    case .frameF32:
      guard let p = arrayPlace(r, i, pc, bytes: 4) else { return outsideArray(r, i, pc) }
      r[float: i.a] = p.f32
      return 2
    case .frameReference:
      guard r[bits: i.c] & 7 == 0, let p = arrayPlace(r, i, pc, bytes: 8) else {
        return outsideArray(r, i, pc)
      }
      r[bits: i.a] = p.load(as: UInt64.self)
      return 2
    case .setFrame8:
      guard let p = arrayPlace(r, i, pc, bytes: 1) else { return outsideArray(r, i, pc) }
      p.put8(r[i.a])
      return 2
    case .setFrame16:
      guard let p = arrayPlace(r, i, pc, bytes: 2) else { return outsideArray(r, i, pc) }
      p.put16(r[i.a])
      return 2
    case .setFrame32:
      guard let p = arrayPlace(r, i, pc, bytes: 4) else { return outsideArray(r, i, pc) }
      p.put32(r[i.a])
      return 2
    case .setFrame64:
      guard let p = arrayPlace(r, i, pc, bytes: 8) else { return outsideArray(r, i, pc) }
      p.storeBytes(of: r[bits: i.a], as: UInt64.self)
      return 2
    case .setFrameF32:
      guard let p = arrayPlace(r, i, pc, bytes: 4) else { return outsideArray(r, i, pc) }
      p.putF32(r[float: i.a])
      return 2
    case .setFrameReference:
      guard r[bits: i.c] & 7 == 0, let p = arrayPlace(r, i, pc, bytes: 8) else {
        return outsideArray(r, i, pc)
      }
      p.storeBytes(of: r[bits: i.a], as: UInt64.self)
      return 2
    default: return lengthy(operation, i, pc, task, r)
    }
  }

  /// Where an element of an array in the frame lies: `c` is its offset in bytes, the second word
  /// the size of the array. Generated code has compared the index with the length; nil is the
  /// answer to an image that has not, which must not reach what is beside the array.
  @inline(__always)
  private func arrayPlace(
    _ r: Registers, _ i: Instruction, _ pc: UnsafePointer<UInt64>, bytes: UInt64
  ) -> UnsafeMutableRawPointer? {
    let offset = r[bits: i.c]
    let size = pc[1]
    guard size >= bytes, offset <= size &- bytes else { return nil }
    return r.address(i.b) + Int(offset)
  }

  @inline(never)
  private func outsideArray(
    _ r: Registers, _ i: Instruction, _ pc: UnsafePointer<UInt64>
  ) -> Int {
    failed(.index(r[i.c], length: Int(truncatingIfNeeded: pc[1])))
  }

  func failed(_ trap: Trap) -> Int {
    self.trap = trap
    return 0
  }
}
