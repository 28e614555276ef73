// Code as text, for tests and people: one instruction a line, slots as `r4`.

extension Opcode {
  fileprivate var isSignedImmediate: Bool {
    self == .addImmediate || self == .mulImmediate || self == .andImmediate
  }
}

package enum Disassembly {
  package static func of(_ function: Function, in program: Program) -> [String] {
    var lines: [String] = []
    var word = function.code.lowerBound
    while word < function.code.upperBound {
      let instruction = Instruction(rawValue: program.code[word])
      guard let opcode = instruction.opcode else {
        lines.append("\(word - function.code.lowerBound): ?")
        word += 1
        continue
      }
      let at = word - function.code.lowerBound
      lines.append("\(at): \(text(opcode, instruction, at: word, function, program))")
      word += opcode.shape.length
    }
    return lines
  }

  private static func text(
    _ opcode: Opcode, _ instruction: Instruction, at word: Int, _ function: Function,
    _ program: Program
  ) -> String {
    let shape = opcode.shape
    var parts: [String] = []
    let operands = [
      (shape.a, instruction.a), (shape.b, instruction.b), (shape.c, instruction.c),
    ]
    for (operand, value) in operands {
      switch operand {
      case .none: break
      case .number: parts.append("\(opcode.isSignedImmediate ? instruction.signedC : value)")
      default: parts.append("r\(value)")
      }
    }
    let here = word - function.code.lowerBound
    let second = shape.length == 2 ? Int(truncatingIfNeeded: program.code[word + 1]) : 0
    switch shape.extra {
    case .none: break
    case .constant32, .global32: parts.append("\(instruction.wide)")
    case .string32:
      parts.append("\"\(String(decoding: program.strings[instruction.wide], as: UTF8.self))\"")
    case .target32: parts.append("->\(here + instruction.wide)")
    case .target: parts.append("->\(here + second)")
    case .function: parts.append(program.functions[second].name)
    case .object32: parts.append(program.objects[instruction.wide].name)
    case .object: parts.append(program.objects[second].name)
    case .runtimeType: parts.append(program.runtimeTypes[second].name)
    case .native: parts.append(Native(rawValue: second)?.name ?? "?")
    case .map: parts.append(program.maps[second].name)
    case .constant64, .frameBytes, .size, .sizeAndCount, .slicing, .signature, .select:
      parts.append("\(second)")
    }
    return "\(opcode) \(parts.joined(separator: " "))"
  }
}
