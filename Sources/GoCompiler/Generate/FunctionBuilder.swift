// Code and frame of one function as it is generated.
//
// Slots are handed out by pattern: a block of slots with certain kinds goes back to a list for that
// pattern and is used again only for it, because a slot keeps its kind for life. Branches name
// labels; offsets are filled in when the function is complete.

import GreyBytecode

final class Label {
  var word: Int?
}

final class FunctionBuilder {
  private(set) var code: [UInt64] = []
  private(set) var slots: [Bool] = [false]
  private(set) var lines: [Function.Line] = []
  private var free: [[Bool]: [Int]] = [:]
  private var fixups: [(word: Int, isWide: Bool, from: Int, label: Label)] = []
  var line = 0
  /// Instructions since the last label that nothing falls out of: code here is unreachable.
  private(set) var isTerminated = false

  /// Slots of these kinds, side by side. Their contents are what a former user left.
  func take(_ kinds: [Bool]) -> Int {
    if kinds.isEmpty { return 1 }
    if let slot = free[kinds]?.popLast() { return slot }
    slots += kinds
    return slots.count - kinds.count
  }

  func give(_ slot: Int, _ kinds: [Bool]) {
    if !kinds.isEmpty { free[kinds, default: []].append(slot) }
  }

  // MARK: code

  func emit(_ opcode: Opcode, _ a: Int = 0, _ b: Int = 0, _ c: Int = 0) {
    append(Instruction(opcode, a, b, c))
  }
  func emit(_ opcode: Opcode, _ a: Int = 0, _ b: Int = 0, _ c: Int = 0, then second: Int) {
    append(Instruction(opcode, a, b, c))
    code.append(UInt64(bitPattern: Int64(second)))
  }
  func emit(_ opcode: Opcode, _ a: Int = 0, wide: Int) {
    append(Instruction(opcode, a, wide: wide))
  }

  private func append(_ instruction: Instruction) {
    if lines.last?.line != line { lines.append(.init(start: code.count, line: line)) }
    code.append(instruction.rawValue)
    switch instruction.opcode {
    case .jump, .return, .returnWord, .panic, .assertFailed, .panicNext: isTerminated = true
    default: isTerminated = false
    }
  }

  func jump(_ label: Label) {
    fixups.append((code.count, true, code.count, label))
    emit(.jump, 0, wide: 0)
  }
  func jump(_ label: Label, if condition: Int, is wanted: Bool) {
    fixups.append((code.count, true, code.count, label))
    emit(wanted ? .jumpIf : .jumpIfNot, condition, wide: 0)
  }
  func jump(_ label: Label, if comparison: Opcode, _ a: Int, _ b: Int) {
    fixups.append((code.count + 1, false, code.count, label))
    emit(comparison, a, b, then: 0)
  }

  /// With a constant: the opcode is one of the `jump…Immediate`.
  func jump(_ label: Label, if comparison: Opcode, _ a: Int, immediate: Int32) {
    fixups.append((code.count + 1, false, code.count, label))
    append(Instruction(comparison, a, wide: Int(immediate)))
    code.append(0)
  }

  func place(_ label: Label) {
    label.word = code.count
    isTerminated = false
  }

  func constant(_ value: Int, into slot: Int) {
    if let small = Int32(exactly: value) {
      emit(.constant, slot, wide: Int(small))
    } else {
      emit(.constant64, slot, then: value)
    }
  }

  /// The function's code; a label that was never placed is a mistake of the generator.
  func finished() -> [UInt64] {
    var result = code
    for fixup in fixups {
      guard let target = fixup.label.word else { preconditionFailure("a label without a place") }
      let offset = target - fixup.from
      if fixup.isWide {
        result[fixup.word] =
          result[fixup.word] & 0xFFFF_FFFF | UInt64(UInt32(truncatingIfNeeded: offset)) << 32
      } else {
        result[fixup.word] = UInt64(bitPattern: Int64(offset))
      }
    }
    return result
  }
}
