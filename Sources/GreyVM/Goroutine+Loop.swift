// The loop: fetch a word, switch on its operation, go on.
//
// Everything that a turn needs is in locals: where the code goes on, the frame's slots, what is
// left of the budget, the arena's bounds. Nothing in the loop counts references or calls through
// an existential; what is long, allocates or fails is out of line (`Goroutine+…`). The verifier's
// proof stands for every check that is not here.
//
// A turn that pauses leaves the place to go on in slot 0 of the top frame and changes nothing else.

import GreyBasics
import GreyBytecode
import GreyCollector
import GreyMutator

extension Goroutine {
  /// Bytes of a stack beyond which Go gives up.
  static let mostStackBytes = 1_000_000_000

  @inline(__always)
  func addressOf(
    _ raw: UInt64, _ task: TaskContext, _ base: UInt64, _ limit: UInt64
  ) -> UnsafeMutableRawPointer? {
    if raw &- base < limit {
      return UnsafeMutableRawPointer(
        bitPattern: UInt(truncatingIfNeeded: raw & Reference.addressMask))
    }
    return slowAddress(task, raw)
  }

  /// Goes to the target in the second word, or on; true when that used up the budget.
  @inline(__always)
  private func branches(
    _ isTaken: Bool, _ pc: inout UnsafePointer<UInt64>, _ left: inout Int
  ) -> Bool {
    if isTaken {
      pc += Int(truncatingIfNeeded: pc[1])
      left &-= 1
      return left <= 0
    }
    pc += 2
    return false
  }

  func run(_ task: TaskContext, budget: Int) -> Step {
    let core = task.core
    let worker = core.pointee.worker
    let base = worker.pointee.taggedBase
    let limit = worker.pointee.accessibleBytes
    let barrier = worker.pointee.barrier
    let functions = UnsafePointer(loaded.functions)
    let width = loaded.program.runtimeTypes.count
    let methods = UnsafePointer(loaded.methods)
    var left = budget
    var r = Registers(slots: core.pointee.slots)
    var pc = UnsafePointer<UInt64>(bitPattern: r[0]).unsafelyUnwrapped

    while true {
      let i = CodeWord(at: pc)
      let operation = i.operation
      switch operation {

      // MARK: moves and constants
      case .move:
        r[i.a] = r[i.b]
        pc += 1
      case .moveWords:
        r.address(i.a).copyMemory(from: r.address(i.b), byteCount: i.c &<< 3)
        pc += 1
      case .clear:
        r[i.a] = 0
        pc += 1
      case .clearWords:
        r.address(i.a).initializeMemory(as: UInt64.self, repeating: 0, count: i.c)
        pc += 1
      case .constant:
        r[i.a] = i.wide
        pc += 1
      case .constant64:
        r[bits: i.a] = pc[1]
        pc += 2
      // MARK: integers
      case .add:
        r[i.a] = r[i.b] &+ r[i.c]
        pc += 1
      case .sub:
        r[i.a] = r[i.b] &- r[i.c]
        pc += 1
      case .mul:
        r[i.a] = r[i.b] &* r[i.c]
        pc += 1
      case .and:
        r[i.a] = r[i.b] & r[i.c]
        pc += 1
      case .or:
        r[i.a] = r[i.b] | r[i.c]
        pc += 1
      case .xor:
        r[i.a] = r[i.b] ^ r[i.c]
        pc += 1
      case .andNot:
        r[i.a] = r[i.b] & ~r[i.c]
        pc += 1
      case .addImmediate:
        r[i.a] = r[i.b] &+ i.signedC
        pc += 1
      case .mulImmediate:
        r[i.a] = r[i.b] &* i.signedC
        pc += 1
      case .andImmediate:
        r[i.a] = r[i.b] & i.signedC
        pc += 1
      case .shiftLeftImmediate:
        r[i.a] = r[i.b] &<< i.c
        pc += 1
      case .shiftRightSignedImmediate:
        r[i.a] = r[i.b] &>> i.c
        pc += 1
      case .shiftRightUnsignedImmediate:
        r[bits: i.a] = r[bits: i.b] &>> UInt64(truncatingIfNeeded: i.c)
        pc += 1
      case .shiftLeft:
        let count = r[bits: i.c]
        r[i.a] = count < 64 ? r[i.b] &<< Int(count) : 0
        pc += 1
      case .shiftRightSigned:
        r[i.a] = r[i.b] &>> Int(min(r[bits: i.c], 63))
        pc += 1
      case .shiftRightUnsigned:
        let count = r[bits: i.c]
        r[bits: i.a] = count < 64 ? r[bits: i.b] &>> count : 0
        pc += 1
      case .divideSigned:
        let divisor = r[i.c]
        if divisor == 0 { return stop(task, pc, .divide) }
        r[i.a] = divisor == -1 ? 0 &- r[i.b] : r[i.b] / divisor
        pc += 1
      case .remainderSigned:
        let divisor = r[i.c]
        if divisor == 0 { return stop(task, pc, .divide) }
        r[i.a] = divisor == -1 ? 0 : r[i.b] % divisor
        pc += 1
      case .negate:
        r[i.a] = 0 &- r[i.b]
        pc += 1
      case .complement:
        r[i.a] = ~r[i.b]
        pc += 1
      case .logicalNot:
        r[i.a] = r[i.b] ^ 1
        pc += 1
      case .extendU8:
        r[i.a] = Int(UInt8(truncatingIfNeeded: r[i.b]))
        pc += 1
      case .extendS8:
        r[i.a] = Int(Int8(truncatingIfNeeded: r[i.b]))
        pc += 1
      case .extendU16:
        r[i.a] = Int(UInt16(truncatingIfNeeded: r[i.b]))
        pc += 1
      case .extendS16:
        r[i.a] = Int(Int16(truncatingIfNeeded: r[i.b]))
        pc += 1
      case .extendU32:
        r[i.a] = Int(UInt32(truncatingIfNeeded: r[i.b]))
        pc += 1
      case .extendS32:
        r[i.a] = Int(Int32(truncatingIfNeeded: r[i.b]))
        pc += 1
      // MARK: floats
      case .addFloat:
        r[float: i.a] = r[float: i.b] + r[float: i.c]
        pc += 1
      case .subFloat:
        r[float: i.a] = r[float: i.b] - r[float: i.c]
        pc += 1
      case .mulFloat:
        r[float: i.a] = r[float: i.b] * r[float: i.c]
        pc += 1
      case .divideFloat:
        r[float: i.a] = r[float: i.b] / r[float: i.c]
        pc += 1
      case .floatFromSigned:
        r[float: i.a] = Double(r[i.b])
        pc += 1
      case .signedFromFloat:
        r[i.a] = FloatConversion.signed(r[float: i.b])
        pc += 1
      // MARK: comparisons
      case .equal:
        r[truth: i.a] = r[i.b] == r[i.c]
        pc += 1
      case .notEqual:
        r[truth: i.a] = r[i.b] != r[i.c]
        pc += 1
      case .lessSigned:
        r[truth: i.a] = r[i.b] < r[i.c]
        pc += 1
      case .lessOrEqualSigned:
        r[truth: i.a] = r[i.b] <= r[i.c]
        pc += 1
      case .lessUnsigned:
        r[truth: i.a] = r[bits: i.b] < r[bits: i.c]
        pc += 1
      case .lessOrEqualUnsigned:
        r[truth: i.a] = r[bits: i.b] <= r[bits: i.c]
        pc += 1
      case .equalFloat:
        r[truth: i.a] = r[float: i.b] == r[float: i.c]
        pc += 1
      case .notEqualFloat:
        r[truth: i.a] = r[float: i.b] != r[float: i.c]
        pc += 1
      case .lessFloat:
        r[truth: i.a] = r[float: i.b] < r[float: i.c]
        pc += 1
      case .lessOrEqualFloat:
        r[truth: i.a] = r[float: i.b] <= r[float: i.c]
        pc += 1
      case .equalReference:
        r[truth: i.a] = r[i.b] == r[i.c]
        pc += 1
      case .notEqualReference:
        r[truth: i.a] = r[i.b] != r[i.c]
        pc += 1
      case .isNil:
        r[truth: i.a] = r[i.b] == 0
        pc += 1
      // MARK: control
      case .jump:
        pc += i.wide
        left &-= 1
        if left <= 0 { return pause(pc, r) }
      case .jumpIf:
        if r[i.a] != 0 {
          pc += i.wide
          left &-= 1
          if left <= 0 { return pause(pc, r) }
        } else {
          pc += 1
        }
      case .jumpIfNot:
        if r[i.a] == 0 {
          pc += i.wide
          left &-= 1
          if left <= 0 { return pause(pc, r) }
        } else {
          pc += 1
        }
      case .jumpEqual:
        if branches(r[i.a] == r[i.b], &pc, &left) { return pause(pc, r) }
      case .jumpNotEqual:
        if branches(r[i.a] != r[i.b], &pc, &left) { return pause(pc, r) }
      case .jumpLessSigned:
        if branches(r[i.a] < r[i.b], &pc, &left) { return pause(pc, r) }
      case .jumpLessOrEqualSigned:
        if branches(r[i.a] <= r[i.b], &pc, &left) { return pause(pc, r) }
      case .jumpLessUnsigned:
        if branches(r[bits: i.a] < r[bits: i.b], &pc, &left) { return pause(pc, r) }
      case .jumpLessOrEqualUnsigned:
        if branches(r[bits: i.a] <= r[bits: i.b], &pc, &left) { return pause(pc, r) }
      case .jumpEqualImmediate:
        if branches(r[i.a] == i.wide, &pc, &left) { return pause(pc, r) }
      case .jumpNotEqualImmediate:
        if branches(r[i.a] != i.wide, &pc, &left) { return pause(pc, r) }
      case .jumpLessImmediate:
        if branches(r[i.a] < i.wide, &pc, &left) { return pause(pc, r) }
      case .jumpLessOrEqualImmediate:
        if branches(r[i.a] <= i.wide, &pc, &left) { return pause(pc, r) }
      case .jumpGreaterImmediate:
        if branches(r[i.a] > i.wide, &pc, &left) { return pause(pc, r) }
      case .jumpGreaterOrEqualImmediate:
        if branches(r[i.a] >= i.wide, &pc, &left) { return pause(pc, r) }
      case .call:
        if core.pointee.stackBytes > Self.mostStackBytes { return stop(task, pc, .stackOverflow) }
        let callee = functions + Int(truncatingIfNeeded: pc[1])
        r[0] = Int(bitPattern: pc + 2)
        let frame = enter(task, callee, from: r, block: i.a)
        r = frame
        pc = callee.pointee.code
        left &-= 1
        if left <= 0 { return pause(pc, r) }
      case .callClosure:
        if core.pointee.stackBytes > Self.mostStackBytes { return stop(task, pc, .stackOverflow) }
        let closure = r[bits: i.b]
        guard let object = addressOf(closure, task, base, limit) else {
          return stopTrapped(task, pc)
        }
        let callee = functions + object.load(as: Int.self)
        precondition(callee.pointee.signature == Int(pc[1]), "a closure of another signature")
        r[0] = Int(bitPattern: pc + 2)
        let frame = enter(task, callee, from: r, block: i.a)
        if callee.pointee.contextSlot >= 0 { frame[bits: callee.pointee.contextSlot] = closure }
        r = frame
        pc = callee.pointee.code
        left &-= 1
        if left <= 0 { return pause(pc, r) }
      case .callInterface:
        if core.pointee.stackBytes > Self.mostStackBytes { return stop(task, pc, .stackOverflow) }
        let type = r[i.b]
        if type == 0 { return stop(task, pc, .nilDereference) }
        let callee = functions + Int(methods[i.c &* width &+ type &- 1])
        precondition(callee.pointee.signature == Int(pc[1]), "a method of another signature")
        let receiver = r[i.b &+ 1]
        r[0] = Int(bitPattern: pc + 2)
        let frame = enter(task, callee, from: r, block: i.a)
        frame[1 &+ callee.pointee.resultWords] = receiver
        r = frame
        pc = callee.pointee.code
        left &-= 1
        if left <= 0 { return pause(pc, r) }
      case .returnWord:
        if core.pointee.depth == 2 { return finished(task) }
        let caller = Registers(slots: (r.slots - 8).load(as: UnsafeMutableRawPointer.self))
        pc = UnsafePointer<UInt64>(bitPattern: caller[0]).unsafelyUnwrapped
        caller[Instruction(rawValue: pc[-2]).a] = r[i.a]
        task.pop()
        r = caller
      case .return:
        if core.pointee.depth == 2 { return finished(task) }
        let caller = Registers(slots: (r.slots - 8).load(as: UnsafeMutableRawPointer.self))
        pc = UnsafePointer<UInt64>(bitPattern: caller[0]).unsafelyUnwrapped
        let block = caller.address(Instruction(rawValue: pc[-2]).a)
        var word = 0
        while word < i.c &<< 3 {
          block.storeBytes(
            of: r.slots.load(fromByteOffset: word &+ 8, as: UInt64.self), toByteOffset: word,
            as: UInt64.self)
          word &+= 8
        }
        task.pop()
        r = caller
      // MARK: objects
      case .loadU8:
        guard let p = addressOf(r[bits: i.b], task, base, limit) else {
          return stopTrapped(task, pc)
        }
        r[i.a] = (p + i.c).u8
        pc += 1
      case .load64:
        guard let p = addressOf(r[bits: i.b], task, base, limit) else {
          return stopTrapped(task, pc)
        }
        r[bits: i.a] = (p + i.c).relaxedWord
        pc += 1
      case .loadReference:
        guard let p = addressOf(r[bits: i.b], task, base, limit) else {
          return stopTrapped(task, pc)
        }
        r[bits: i.a] = (p + i.c).relaxedWord
        pc += 1
      case .store8:
        guard let p = addressOf(r[bits: i.a], task, base, limit) else {
          return stopTrapped(task, pc)
        }
        (p + i.c).put8(r[i.b])
        pc += 1
      case .store64:
        guard let p = addressOf(r[bits: i.a], task, base, limit) else {
          return stopTrapped(task, pc)
        }
        (p + i.c).relaxedWord = r[bits: i.b]
        pc += 1
      case .storeReference:
        guard let p = addressOf(r[bits: i.a], task, base, limit) else {
          return stopTrapped(task, pc)
        }
        barrier.store(r[bits: i.b], to: p + i.c)
        pc += 1
      case .elementU8:
        if r[bits: i.c] >= r[bits: i.b &+ 1] {
          return stop(task, pc, .index(r[i.c], length: r[i.b &+ 1]))
        }
        guard let p = addressOf(r[bits: i.b], task, base, limit) else {
          return stopTrapped(task, pc)
        }
        r[i.a] = (p + r[i.c]).u8
        pc += 1
      case .element64:
        if r[bits: i.c] >= r[bits: i.b &+ 1] {
          return stop(task, pc, .index(r[i.c], length: r[i.b &+ 1]))
        }
        guard let p = addressOf(r[bits: i.b], task, base, limit) else {
          return stopTrapped(task, pc)
        }
        r[bits: i.a] = (p + r[i.c] &<< 3).relaxedWord
        pc += 1
      case .elementReference:
        if r[bits: i.c] >= r[bits: i.b &+ 1] {
          return stop(task, pc, .index(r[i.c], length: r[i.b &+ 1]))
        }
        guard let p = addressOf(r[bits: i.b], task, base, limit) else {
          return stopTrapped(task, pc)
        }
        r[bits: i.a] = (p + r[i.c] &<< 3).relaxedWord
        pc += 1
      case .setElement8:
        if r[bits: i.c] >= r[bits: i.a &+ 1] {
          return stop(task, pc, .index(r[i.c], length: r[i.a &+ 1]))
        }
        guard let p = addressOf(r[bits: i.a], task, base, limit) else {
          return stopTrapped(task, pc)
        }
        (p + r[i.c]).put8(r[i.b])
        pc += 1
      case .setElement64:
        if r[bits: i.c] >= r[bits: i.a &+ 1] {
          return stop(task, pc, .index(r[i.c], length: r[i.a &+ 1]))
        }
        guard let p = addressOf(r[bits: i.a], task, base, limit) else {
          return stopTrapped(task, pc)
        }
        (p + r[i.c] &<< 3).relaxedWord = r[bits: i.b]
        pc += 1
      case .setElementReference:
        if r[bits: i.c] >= r[bits: i.a &+ 1] {
          return stop(task, pc, .index(r[i.c], length: r[i.a &+ 1]))
        }
        guard let p = addressOf(r[bits: i.a], task, base, limit) else {
          return stopTrapped(task, pc)
        }
        barrier.store(r[bits: i.b], to: p + r[i.c] &<< 3)
        pc += 1
      // MARK: addresses
      case .elementAddress:
        if r[bits: i.c] >= r[bits: i.b &+ 1] {
          return stop(task, pc, .index(r[i.c], length: r[i.b &+ 1]))
        }
        r[i.a] = r[i.b] &+ r[i.c] &* Int(pc[1])
        pc += 2
      case .arrayAddress:
        let length = Int(pc[1] & 0xFFFF_FFFF)
        if r[bits: i.b] == 0 { return stop(task, pc, .nilDereference) }
        if r[bits: i.c] >= UInt64(length) { return stop(task, pc, .index(r[i.c], length: length)) }
        r[i.a] = r[i.b] &+ r[i.c] &* Int(pc[1] >> 32)
        pc += 2
      case .offset:
        if r[i.b] == 0 { return stop(task, pc, .nilDereference) }
        r[bits: i.a] = r[bits: i.b] &+ pc[1]
        pc += 2
      case .globalAddress:
        r[bits: i.a] = globals &+ UInt64(i.wide)
        pc += 1
      case .frameAddress:
        // A frame reference: see `Reference`.
        r[i.a] = Int(bitPattern: r.address(i.b))
        pc += 2
      case .checkBounds:
        if r[bits: i.a] >= pc[1] {
          return stop(task, pc, .index(r[i.a], length: Int(pc[1])))
        }
        pc += 2
      case .checkType:
        if r[i.a] == 0 { return stop(task, pc, .nilDereference) }
        pc += 1
      case .checkNil:
        if r[i.a] == 0 { return stop(task, pc, .nilDereference) }
        pc += 1
      default:
        let words = narrow(operation, Instruction(rawValue: pc.pointee), pc, task, r, base, limit)
        if words > 0 {
          pc += words
        } else if words == 0 {
          return interrupted(task, pc, r)
        } else {
          r = Registers(slots: core.pointee.slots)
          pc = UnsafePointer<UInt64>(bitPattern: r[0]).unsafelyUnwrapped
          left &-= 1
          if left <= 0 { return .more }
        }
      }
    }
  }

  /// A frame for the callee on top, its arguments in place.
  @inline(__always)
  private func enter(
    _ task: TaskContext, _ callee: UnsafePointer<FunctionRecord>, from r: Registers, block: Int
  ) -> Registers {
    let results = callee.pointee.resultWords
    let frame = task.push(callee.pointee.layout).slots
    let source = r.address(block &+ results)
    let target = frame + (1 &+ results) &<< 3
    let end = callee.pointee.parameterWords &<< 3
    var word = 0
    while word < end {
      target.storeBytes(
        of: source.load(fromByteOffset: word, as: UInt64.self), toByteOffset: word,
        as: UInt64.self)
      word &+= 8
    }
    return Registers(slots: frame)
  }
}
