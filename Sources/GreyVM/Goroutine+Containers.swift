// Instructions on maps and channels, of goroutines, panics and deferred calls.
//
// As in `Goroutine+Narrow`: the length in words, or zero; and -1 when another frame is on top, with
// the place to go on in its slot 0.

import GreyBasics
import GreyBytecode
import GreyMutator

extension Goroutine {
  @inline(never)
  func containers(
    _ operation: Opcode, _ i: Instruction, _ pc: UnsafePointer<UInt64>, _ task: TaskContext,
    _ r: Registers
  ) -> Int {
    switch operation {
    case .mapGet: return mapGet(task, r, i, type: Int(pc[1]), tellsOK: false) ? 2 : 0
    case .mapGetOK: return mapGet(task, r, i, type: Int(pc[1]), tellsOK: true) ? 2 : 0
    case .mapSet: return mapSet(task, r, i, type: Int(pc[1])) ? 2 : 0
    case .mapDelete: return mapDelete(task, r, i, type: Int(pc[1])) ? 2 : 0
    case .mapClear: return mapClear(task, r[bits: i.a]) ? 1 : 0
    case .mapBegin: return mapBegin(task, r, i) ? 1 : 0
    case .mapNext: return mapNext(task, r, i, type: Int(pc[1])) ? 2 : 0
    case .makeMap: return makeMap(task, r, i, type: Int(pc[1])) ? 2 : 0
    case .lengthOf:
      if r[i.b] == 0 {
        r[i.a] = 0
        return 1
      }
      guard let object = object(task, r[bits: i.b]) else { return 0 }
      r[i.a] = object.load(fromByteOffset: i.c, as: Int.self)
      return 1
    case .makeChannel: return makeChannel(task, r, i, object: Int(pc[1])) ? 2 : 0
    case .send: return send(task, r, i, pc)
    case .receive: return receive(task, r, i, pc, tellsOK: false)
    case .receiveOK: return receive(task, r, i, pc, tellsOK: true)
    case .closeChannel: return closeChannel(task, r[bits: i.a]) ? 1 : 0
    case .select: return select(task, r, i, pc)
    case .go:
      if r[i.a] == 0 { return failed(.fatal("go of nil func value")) }
      task.start(ProgramWorkload.goroutine, passing: Reference(rawValue: r[bits: i.a]))
      return 1
    case .runDefers: return runDefers(task, r, i.a, pc)
    case .recover:
      recover(r, i.a)
      return 1
    case .panicNext:
      guard let step = panicNext(task) else { return -1 }
      pending = step
      return 0
    case .native: return native(i.a, pc, task, r)
    case .minFloat:
      r[float: i.a] = FloatChoice.least(r[float: i.b], r[float: i.c])
      return 1
    case .maxFloat:
      r[float: i.a] = -FloatChoice.least(-r[float: i.b], -r[float: i.c])
      return 1
    case .clearSlice: return clearSlice(task, r, i, object: Int(pc[1])) ? 2 : 0
    case .sliceToArray:
      let count = Int(pc[1])
      if r[i.b + 1] < count {
        return failed(.arrayLength(r[i.b + 1], count))
      }
      r[i.a] = r[i.b]
      return 2
    default: preconditionFailure("\(operation) is the loop's")
    }
  }
}

/// `min` of floats: a NaN beats everything, and -0 is less than 0.
enum FloatChoice {
  static func least(_ a: Double, _ b: Double) -> Double {
    if a.isNaN || b.isNaN { return .nan }
    if a == 0, b == 0 { return a.sign == .minus ? a : b }
    return a < b ? a : b
  }
}
