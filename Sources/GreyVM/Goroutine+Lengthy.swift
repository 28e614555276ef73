// Instructions that allocate, print, or take long anyway; and rare conversions.
//
// As in `Goroutine+Narrow`: the length in words, or zero.

import GreyBasics
import GreyBytecode
import GreyMutator

extension Goroutine {
  @inline(never)
  func lengthy(
    _ operation: Opcode, _ i: Instruction, _ pc: UnsafePointer<UInt64>, _ task: TaskContext,
    _ r: Registers
  ) -> Int {
    switch operation {
    case .stringConstant:
      let string = loaded.strings[i.wide]
      r[bits: i.a] = constants &+ UInt64(string.offset)
      r[i.a &+ 1] = string.count
      return 1
    case .checkShift:
      if r[i.a] < 0 { return failed(.shift) }
      return 1
    case .floatFromUnsigned:
      r[float: i.a] = Double(r[bits: i.b])
      return 1
    case .float32FromSigned:
      r[float: i.a] = Double(Float(r[i.b]))
      return 1
    case .float32FromUnsigned:
      r[float: i.a] = Double(Float(r[bits: i.b]))
      return 1
    case .unsignedFromFloat:
      r[i.a] = FloatConversion.unsigned(r[float: i.b])
      return 1
    case .new:
      guard let made = allocate(task, i.wide, count: 1) else { return 0 }
      r[bits: i.a] = made
      return 1
    case .makeSlice:
      guard makeSlice(task, r, i, object: Int(pc[1])) else {
        return 0
      }
      return 2
    case .sliceSlice:
      guard slice(r, i, Slicing(rawValue: pc[1])) else {
        return 0
      }
      return 2
    case .sliceString:
      guard sliceString(r, i, Slicing(rawValue: pc[1])) else {
        return 0
      }
      return 2
    case .sliceArray:
      guard sliceArray(r, i, Slicing(rawValue: pc[1])) else {
        return 0
      }
      return 2
    case .grow:
      guard grow(task, r, i, object: Int(pc[1])) else {
        return 0
      }
      return 2
    case .appendSlice:
      guard appendSlice(task, r, i, object: Int(pc[1])) else {
        return 0
      }
      return 2
    case .copySlice:
      guard copySlice(task, r, i, object: Int(pc[1])) else {
        return 0
      }
      return 2
    case .concatenate:
      guard concatenate(task, r, i) else {
        return 0
      }
      return 1
    case .stringFromBytes, .stringFromRunes, .stringFromRune, .bytesFromString, .runesFromString:
      guard convertString(task, r, i, operation) else {
        return 0
      }
      return 1
    case .equalInterface:
      guard equalInterface(task, r, i) else {
        return 0
      }
      return 1
    case .box:
      guard box(task, r, i, type: Int(pc[1])) else {
        return 0
      }
      return 2
    case .unbox:
      guard unbox(task, r, i, type: Int(pc[1])) else {
        return 0
      }
      return 2
    case .compareString:
      r[i.a] = compare(r, i)
      return 1
    case .equalString:
      r[truth: i.a] = r[i.b &+ 1] == r[i.c &+ 1] && compare(r, i) == 0
      return 1
    case .decodeRune:
      decodeRune(r, i)
      return 1
    case .implements:
      r[truth: i.a] = implements(type: r[i.b], interface: i.c)
      return 1
    case .assertFailed:
      return failed(assertion(r, i, type: Int(pc[1])))
    case .print:
      show(r, i.a, i.b)
      return 1
    case .printEnd:
      task.output(String(decoding: text, as: UTF8.self))
      text.removeAll(keepingCapacity: true)
      return 1
    case .panic:
      return failed(r[i.a] == 0 ? .nilPanic : .value(type: r[i.a], bits: r[bits: i.a + 1]))
    case .divideUnsigned:
      let divisor = r[bits: i.c]
      if divisor == 0 { return failed(.divide) }
      r[bits: i.a] = r[bits: i.b] / divisor
      return 1
    case .remainderUnsigned:
      let divisor = r[bits: i.c]
      if divisor == 0 { return failed(.divide) }
      r[bits: i.a] = r[bits: i.b] % divisor
      return 1
    case .negateFloat:
      r[float: i.a] = -r[float: i.b]
      return 1
    case .roundToFloat32:
      r[float: i.a] = Double(Float(r[float: i.b]))
      return 1
    default: return containers(operation, i, pc, task, r)
    }
  }
}
