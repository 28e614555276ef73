// What a program must be before it runs, checked once.
//
// One pass over each function, instruction by instruction; no data flow is needed, because a slot's
// kind never changes and every slot has a value from the start. What is proved: operands are slots
// of the frame and of the kind the instruction wants; what is written as a reference was read as
// one; branches land on instructions of the same function, and none runs off its end; indices are
// in their tables; call blocks look as the callee's. So the machine reads code, frames and tables
// without looking again. What lies in an object is not proved: that an offset is inside it, and
// that a type's or function's number read from it is one, is the generator's word.

package struct VerifierError: Error, Hashable, Sendable, CustomStringConvertible {
  package let description: String
}

package struct Verifier {
  private let program: Program
  private var function: Function
  private var word = 0

  /// - Throws: what is wrong, and at which word of which function.
  package static func verify(_ program: Program) throws(VerifierError) {
    var verifier = Verifier(program: program, function: Function(name: ""))
    try verifier.tables()
    for function in program.functions {
      verifier.function = function
      try verifier.checkFunction()
    }
  }

  private func fail(_ what: String) -> VerifierError {
    VerifierError(description: "bad program: \(function.name), word \(word): \(what)")
  }

  private func require(_ condition: Bool, _ what: @autoclosure () -> String) throws(VerifierError) {
    if !condition { throw fail(what()) }
  }

  private func tables() throws(VerifierError) {
    try require(program.functions.indices.contains(program.entry), "no entry function")
    try require(program.objects.indices.contains(program.globals), "no package variables")
    try require(program.objects.starts(with: WellKnown.objects), "no objects of the machine")
    try require(
      program.functions.indices.contains(program.panicFunction)
        && program.functions[program.panicFunction].slots == PanicFrame.kinds
        && program.functions[program.panicFunction].code.count == PanicFrame.next + 1,
      "no function of panics")
    try require(
      program.runtimeTypes.indices.contains(program.runtimeError)
        && program.runtimeTypes[program.runtimeError].form == .boxed
        && program.objects[program.runtimeTypes[program.runtimeError].object].references == [0]
        && program.objects[program.runtimeTypes[program.runtimeError].object].bytes == 16,
      "no type of errors")
    let text = BlockSignature(results: [true, false], parameters: [true])
    for method in [program.errorMethod, program.stringMethod] {
      guard program.methods.indices.contains(method) else { throw fail("no method of errors") }
      for function in program.methods[method] where function >= 0 {
        try require(
          program.functions.indices.contains(function)
            && program.signatures.indices.contains(program.functions[function].signature)
            && program.signatures[program.functions[function].signature] == text,
          "method of errors")
      }
    }
    for map in program.maps {
      guard program.objects.indices.contains(map.entry) else { throw fail("map type \(map.name)") }
      let entry = program.objects[map.entry]
      let kinds = map.kinds
      try require(
        entry.bytes == kinds.count * 8
          && entry.references == kinds.indices.filter { kinds[$0] }, "map type \(map.name)")
    }
    for object in program.objects {
      let isAscending = zip(object.references, object.references.dropFirst()).allSatisfy { $0 < $1 }
      try require(
        object.bytes >= 0 && isAscending
          && object.references.allSatisfy { $0 >= 0 && $0 < object.bytes / 8 }
          && (object.references.isEmpty || object.bytes % 8 == 0), "object type \(object.name)")
    }
    for type in program.runtimeTypes {
      try require(program.objects.indices.contains(type.object), "runtime type \(type.name)")
      try require(
        type.demands.allSatisfy { program.methods.indices.contains($0.number) },
        "methods of \(type.name)")
      try require(
        type.composition.types.allSatisfy(program.runtimeTypes.indices.contains),
        "parts of \(type.name)")
      if case .map(_, _, let map) = type.composition {
        try require(program.maps.indices.contains(map), "map type of \(type.name)")
      }
    }
    for row in program.methods {
      try require(
        row.count == program.runtimeTypes.count
          && row.allSatisfy { $0 == -1 || program.functions.indices.contains($0) },
        "method table")
    }
    for interface in program.interfaces {
      try require(interface.allSatisfy(program.methods.indices.contains), "interface table")
    }
  }

  private mutating func checkFunction() throws(VerifierError) {
    word = function.code.lowerBound
    try require(
      function.code.lowerBound >= 0 && function.code.upperBound <= program.code.count
        && !function.code.isEmpty, "code outside the program")
    try require(
      function.slots.count <= 0x10000 && function.slots.first == false, "slots of the frame")
    guard program.signatures.indices.contains(function.signature) else { throw fail("signature") }
    let kinds = program.signatures[function.signature].kinds
    try require(
      function.slots.count > kinds.count
        && Array(function.slots[1...].prefix(kinds.count)) == kinds,
      "first slots are not as the signature says")
    if let context = function.contextSlot { try expect(context, [true]) }
    if let list = function.deferSlot { try expect(list, [true]) }
    let starts = try instructionStarts()
    try require(
      (function.deferSlot == nil) == (function.epilogue == nil), "deferred calls without an end")
    if let end = function.epilogue { try require(starts.contains(end), "epilogue") }
    var last = Opcode.return
    while word < function.code.upperBound {
      last = try checkInstruction(starts)
    }
    try require(
      [.return, .returnWord, .jump, .panic, .assertFailed, .panicNext].contains(last),
      "it runs off its end")
  }

  private mutating func instructionStarts() throws(VerifierError) -> Set<Int> {
    var starts: Set<Int> = []
    while word < function.code.upperBound {
      guard let opcode = Instruction(rawValue: program.code[word]).opcode else {
        throw fail("no instruction")
      }
      starts.insert(word)
      word += opcode.shape.length
    }
    try require(word == function.code.upperBound, "the last instruction is cut")
    word = function.code.lowerBound
    return starts
  }

  private func expect(_ slot: Int, _ kinds: [Bool]) throws(VerifierError) {
    try require(
      slot >= 1 && slot + kinds.count <= function.slots.count,
      "slot \(slot) of \(function.slots.count)")
    for (offset, kind) in kinds.enumerated() where function.slots[slot + offset] != kind {
      throw fail("slot \(slot + offset) holds \(kind ? "data" : "a reference")")
    }
  }

  private mutating func checkInstruction(_ starts: Set<Int>) throws(VerifierError) -> Opcode {
    let instruction = Instruction(rawValue: program.code[word])
    guard let opcode = instruction.opcode else { throw fail("no instruction") }
    let shape = opcode.shape
    let extra = shape.length == 2 ? program.code[word + 1] : 0
    let operands = [
      (shape.a, instruction.a), (shape.b, instruction.b), (shape.c, instruction.c),
    ]
    for (operand, slot) in operands {
      if let kinds = operand.kinds { try expect(slot, kinds) }
    }
    try checkPairs(opcode, instruction, Int(truncatingIfNeeded: extra))
    try checkExtra(shape.extra, instruction, Int(truncatingIfNeeded: extra), starts)
    word += shape.length
    return opcode
  }

  /// Operands whose kinds hang on each other or on a number.
  private func checkPairs(
    _ opcode: Opcode, _ instruction: Instruction, _ extra: Int
  ) throws(VerifierError) {
    let (a, b, c) = (instruction.a, instruction.b, instruction.c)
    switch opcode {
    case .move:
      try expect(b, kinds(a, 1))
      try expect(a, kinds(b, 1))
    case .clear: try expect(a, kinds(a, 1))
    case .moveWords: try expect(b, try some(a, c))
    case .clearWords: try expect(a, try some(a, c))
    case .loadWords: try expect(a, try object(extra))
    case .storeWords: try expect(b, try object(extra))
    case .frameAddress:
      let one = try object(extra)
      let isData = !one.contains(true)
      let words = isData ? (program.objects[extra].bytes * c + 7) / 8 : one.count * c
      try require(words <= function.slots.count, "a frame object of \(words) words")
      try expect(
        b,
        isData
          ? Array(repeating: false, count: max(1, words)) : Array((0..<c).map { _ in one }.joined())
      )
    case .box, .unbox:
      guard program.runtimeTypes.indices.contains(extra) else { throw fail("runtime type") }
      let type = program.runtimeTypes[extra]
      let kinds = type.form == .pointer ? [true] : try object(type.object)
      try expect(opcode == .box ? b : a, kinds)
    case .frameReference, .setFrameReference:
      try expect(b, Array(repeating: true, count: try frameWords(extra)))
    case .frameU8, .frameS8, .frameU16, .frameS16, .frameU32, .frameS32, .frame64, .frameF32,
      .setFrame8, .setFrame16, .setFrame32, .setFrame64, .setFrameF32:
      try expect(b, Array(repeating: false, count: try frameWords(extra)))
    case .print:
      guard let kind = PrintKind(rawValue: b) else { throw fail("print \(b)") }
      if !kind.slots.isEmpty { try expect(a, kind.slots) }
    case .returnWord:
      try expect(a, program.signatures[function.signature].results)
      try require(
        program.signatures[function.signature].results.count == 1, "it returns one word")
    case .return:
      try require(
        c == program.signatures[function.signature].results.count, "it returns \(c) words")
    case .panicNext:
      try require(
        program.functions[program.panicFunction].code == function.code, "not the panic's function")
    case .mapGet, .mapGetOK, .mapSet, .mapDelete, .mapNext:
      let map = try map(extra)
      if opcode == .mapNext {
        if b != 0 { try expect(b, map.key) }
        if c != 0 { try expect(c, map.value) }
      } else {
        try expect(c, map.key)
        if opcode != .mapDelete {
          try expect(a, map.value + (opcode == .mapGetOK ? [false] : []))
        }
      }
    case .send: try expect(a, try object(extra))
    case .receive, .receiveOK:
      let kinds = try object(extra)
      if opcode == .receiveOK {
        try expect(a, kinds + [false])
      } else if a != 0 {
        try expect(a, kinds)
      }
    case .select:
      guard program.selects.indices.contains(extra) else { throw fail("select") }
      for one in program.selects[extra].cases {
        try expect(one.channel, [true])
        let kinds = try object(one.object)
        if one.isSend || one.value != 0 { try expect(one.value, kinds) }
        if one.ok != 0 { try expect(one.ok, [false]) }
      }
    case .callInterface, .implements:
      let limit = opcode == .implements ? program.interfaces.count : program.methods.count
      try require(c < limit, "method or interface \(c) of \(limit)")
    default: break
    }
  }

  private func kinds(_ slot: Int, _ count: Int) -> [Bool] {
    slot + count <= function.slots.count ? Array(function.slots[slot..<slot + count]) : [false]
  }
  private func some(_ slot: Int, _ count: Int) throws(VerifierError) -> [Bool] {
    try require(slot + count <= function.slots.count, "slot \(slot) of \(function.slots.count)")
    return kinds(slot, count)
  }
  private func frameWords(_ bytes: Int) throws(VerifierError) -> Int {
    try require(bytes > 0 && bytes <= 0x80000, "an array of \(bytes) bytes in a frame")
    return (bytes + 7) / 8
  }
  private func map(_ index: Int) throws(VerifierError) -> MapType {
    guard program.maps.indices.contains(index) else { throw fail("map type \(index)") }
    return program.maps[index]
  }
  private func object(_ index: Int) throws(VerifierError) -> [Bool] {
    guard program.objects.indices.contains(index) else { throw fail("object type \(index)") }
    let type = program.objects[index]
    try require(type.words <= function.slots.count, "object type \(type.name) in a frame")
    var kinds = [Bool](repeating: false, count: type.words)
    for word in type.references { kinds[word] = true }
    return kinds
  }

  private func checkExtra(
    _ extra: Extra, _ instruction: Instruction, _ second: Int, _ starts: Set<Int>
  ) throws(VerifierError) {
    let wide = instruction.wide
    switch extra {
    case .none, .constant32, .constant64, .frameBytes, .runtimeType: break
    case .string32: try require(program.strings.indices.contains(wide), "string \(wide)")
    case .target32: try require(starts.contains(word + wide), "branch by \(wide)")
    case .target: try require(starts.contains(word &+ second), "branch by \(second)")
    case .object32: try require(program.objects.indices.contains(wide), "object type \(wide)")
    case .global32:
      try require(wide >= 0 && wide < program.objects[program.globals].bytes, "global \(wide)")
    case .object: try require(program.objects.indices.contains(second), "object type \(second)")
    case .size: try require(second >= 0, "element of \(second) bytes")
    case .sizeAndCount, .slicing, .select: break
    case .map: _ = try map(second)
    case .native:
      guard let native = Native(rawValue: second) else { throw fail("native \(second)") }
      try expect(instruction.a, native.signature.kinds)
    case .function:
      guard program.functions.indices.contains(second) else { throw fail("function \(second)") }
      let callee = program.functions[second]
      guard program.signatures.indices.contains(callee.signature) else { throw fail("signature") }
      try require(callee.contextSlot == nil, "\(callee.name) is called without its context")
      try expect(instruction.a, program.signatures[callee.signature].kinds)
    case .signature:
      guard program.signatures.indices.contains(second) else { throw fail("signature \(second)") }
      try expect(instruction.a, program.signatures[second].kinds)
    }
  }
}

extension Operand {
  /// Of a fixed number of slots: which are references.
  var kinds: [Bool]? {
    switch self {
    case .none, .number, .any, .setAny, .words, .setWords, .callBlock: nil
    case .data, .setData: [false]
    case .reference, .setReference: [true]
    case .string, .setString: [true, false]
    case .slice, .setSlice: [true, false, false]
    case .interface, .setInterface: [false, true]
    case .data2, .setData2: [false, false]
    case .data3: [false, false, false]
    case .iterator, .setIterator: MapIterator.kinds
    }
  }
}
