// A sound program passes and travels; each way of being wrong is found and named.

import GreyBytecode
import Testing

/// `r1 + r2` into `r3`, then a reference of `r4` to `r5`.
private func sound() -> Program {
  var program = Program(name: "sound")
  program.objects = WellKnown.objects + [ObjectType(name: "pair", bytes: 16, references: [0])]
  let pair = program.objects.count - 1
  program.signatures = [
    BlockSignature(results: [], parameters: [false, false]),
    BlockSignature(results: [], parameters: []),
    BlockSignature(results: [true, false], parameters: []),
  ]
  program.strings = [Array("text".utf8)]
  var function = Function(name: "f")
  function.slots = [false, false, false, false, true, true, false]
  program.code = [
    Instruction(.add, 3, 1, 2).rawValue,
    Instruction(.loadWords, 4, 5, 0).rawValue, UInt64(pair),
    Instruction(.jumpLessSigned, 1, 2).rawValue, UInt64(bitPattern: -3),
    Instruction(.return).rawValue,
  ]
  function.slots = [false, false, false, false, true, false, true]
  program.code[1] = Instruction(.loadWords, 4, 6, 0).rawValue
  function.code = 0..<program.code.count
  function.lines = [.init(start: 0, line: 1)]
  program.functions = [function]
  program.globals = pair
  addPanics(to: &program)
  return program
}

/// What every program has for the machine's own sake.
private func addPanics(to program: inout Program) {
  var function = Function(name: "go.panic")
  function.slots = PanicFrame.kinds
  function.signature = 1
  let start = program.code.count
  program.code += [
    Instruction(.callClosure, PanicFrame.text, PanicFrame.value + 1).rawValue, 2,
    Instruction(.panicNext).rawValue,
  ]
  function.code = start..<program.code.count
  program.functions.append(function)
  program.panicFunction = program.functions.count - 1
  program.runtimeTypes = [
    RuntimeType(
      name: "error", form: .boxed, object: WellKnown.string, display: .string, isDefined: true,
      equality: .string)
  ]
  program.methods = [[-1], [-1]]
  program.stringMethod = 1
}

@Suite struct VerifierTests {
  @Test("a sound program passes, and is the same after a journey")
  func passes() throws {
    let program = sound()
    try Verifier.verify(program)
    #expect(try ProgramImage.decode(ProgramImage.encode(program)) == program)
  }

  @Test(
    "what is wrong is named",
    arguments: [
      ("slot 9 of 7", 0, Instruction(.add, 9, 1, 2).rawValue),
      ("slot 4 holds a reference", 0, Instruction(.add, 4, 1, 2).rawValue),
      ("slot 3 holds data", 0, Instruction(.move, 4, 3).rawValue),
      ("branch by -1", 4, UInt64(bitPattern: -1)),
      ("branch by 100", 4, 100),
      ("object type 7", 2, 7),
      ("it runs off its end", 5, Instruction(.checkNil, 4).rawValue),
      ("it returns 3 words", 5, Instruction(.return, 0, 0, 3).rawValue),
      ("no instruction", 0, 0xFFFF),
      ("slot 0 of 7", 0, Instruction(.constant, 0, wide: 5).rawValue),
      ("string 3", 0, Instruction(.stringConstant, 4, wide: 3).rawValue),
      ("not the panic's function", 5, Instruction(.panicNext).rawValue),
    ])
  func finds(_ message: String, _ word: Int, _ code: UInt64) {
    var program = sound()
    program.code[word] = code
    do {
      try Verifier.verify(program)
      Issue.record("nothing found")
    } catch {
      #expect(error.description.contains(message), "\(error)")
    }
  }

  @Test("a cut or changed image is refused or is another program, and nothing traps")
  func images() throws {
    let image = Array(ProgramImage.encode(sound()).utf8)
    for end in stride(from: 0, to: image.count - 4, by: 4) {
      let cut = String(decoding: image[..<end], as: UTF8.self)
      #expect(throws: VerifierError.self) { try ProgramImage.decode(cut) }
    }
    for index in image.indices {
      var changed = image
      changed[index] = changed[index] == 0x41 ? 0x42 : 0x41
      if let program = try? ProgramImage.decode(String(decoding: changed, as: UTF8.self)) {
        try? Verifier.verify(program)
      }
    }
  }

  @Test("an instruction's parts are what they were made of")
  func parts() {
    let one = Instruction(.addImmediate, 3, 65535, -7)
    #expect((one.opcode, one.a, one.b, one.signedC) == (.addImmediate, 3, 65535, -7))
    #expect(Instruction(.jump, 0, wide: -100_000).wide == -100_000)
    let slicing = Slicing(low: true, high: false, max: true, elementBytes: 24, count: 1_000_000)
    #expect((slicing.hasLow, slicing.hasHigh, slicing.hasMax) == (true, false, true))
    #expect((slicing.elementBytes, slicing.count) == (24, 1_000_000))
  }
}
