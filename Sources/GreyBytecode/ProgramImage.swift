// A program as text, so that it travels where parameters do: its parts in a fixed order as bytes,
// numbers in LEB128, and the bytes in base 64.
//
// Nothing is trusted: a length that the rest cannot hold ends the reading, and what was read is
// still only a candidate for the verifier.

import Foundation

package enum ProgramImage {
  package static let version = 3

  package static func encode(_ program: Program) -> String {
    var out = ImageWriter()
    out.number(version)
    out.text(program.name)
    out.list(program.code) { $0.word($1) }
    out.list(program.functions) { out, function in
      out.text(function.name)
      out.number(function.code.lowerBound)
      out.number(function.code.upperBound)
      out.kinds(function.slots)
      out.number(function.signature)
      out.number((function.contextSlot ?? -1) + 1)
      out.number((function.deferSlot ?? -1) + 1)
      out.number((function.epilogue ?? -1) + 1)
      out.list(function.lines) {
        $0.number($1.start)
        $0.number($1.line)
      }
    }
    out.list(program.signatures) {
      $0.kinds($1.results)
      $0.kinds($1.parameters)
    }
    out.list(program.objects) { out, object in
      out.text(object.name)
      out.number(object.bytes)
      out.list(object.references) { $0.number($1) }
    }
    out.list(program.runtimeTypes) { $0.runtimeType($1) }
    out.list(program.strings) { $0.bytes($1) }
    out.number(program.globals)
    out.number(program.entry)
    out.list(program.methods) { $0.list($1) { $0.number($1 + 1) } }
    out.list(program.interfaces) { $0.list($1) { $0.number($1) } }
    out.list(program.maps) { $0.mapType($1) }
    out.list(program.selects) { $0.select($1) }
    out.number(program.panicFunction)
    out.number(program.runtimeError)
    out.number(program.errorMethod)
    out.number(program.stringMethod)
    return Data(out.all).base64EncodedString()
  }

  package static func decode(_ text: String) throws(VerifierError) -> Program {
    guard let data = Data(base64Encoded: text) else {
      throw VerifierError(description: "bad program image: not base 64")
    }
    var read = ImageReader(Array(data))
    guard try read.number() == version else {
      throw VerifierError(description: "program image of another version")
    }
    var program = Program(name: try read.text())
    program.code = try read.list { r throws(VerifierError) in try r.word() }
    program.functions = try read.list { r throws(VerifierError) in
      var function = Function(name: try r.text())
      let (start, end) = (try r.number(), try r.number())
      guard start <= end else { throw r.bad }
      function.code = start..<end
      function.slots = try r.kinds()
      function.signature = try r.number()
      function.contextSlot = try r.optional()
      function.deferSlot = try r.optional()
      function.epilogue = try r.optional()
      function.lines = try r.list { r throws(VerifierError) in
        Function.Line(start: try r.number(), line: try r.number())
      }
      return function
    }
    program.signatures = try read.list { r throws(VerifierError) in
      BlockSignature(results: try r.kinds(), parameters: try r.kinds())
    }
    program.objects = try read.list { r throws(VerifierError) in
      ObjectType(
        name: try r.text(), bytes: try r.number(),
        references: try r.list { r throws(VerifierError) in try r.number() })
    }
    program.runtimeTypes = try read.list { r throws(VerifierError) in try r.runtimeType() }
    program.strings = try read.list { r throws(VerifierError) in try r.bytes() }
    program.globals = try read.number()
    program.entry = try read.number()
    program.methods = try read.list { r throws(VerifierError) in
      try r.list { r throws(VerifierError) in try r.number() - 1 }
    }
    program.interfaces = try read.list { r throws(VerifierError) in
      try r.list { r throws(VerifierError) in try r.number() }
    }
    program.maps = try read.list { r throws(VerifierError) in try r.mapType() }
    program.selects = try read.list { r throws(VerifierError) in try r.select() }
    program.panicFunction = try read.number()
    program.runtimeError = try read.number()
    program.errorMethod = try read.number()
    program.stringMethod = try read.number()
    return program
  }
}

struct ImageWriter {
  var all: [UInt8] = []

  mutating func number(_ value: Int) {
    var rest = UInt64(value)
    while rest >= 0x80 {
      all.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    all.append(UInt8(rest))
  }
  mutating func word(_ value: UInt64) {
    for shift in stride(from: UInt64(0), to: 64, by: 8) {
      all.append(UInt8(truncatingIfNeeded: value >> shift))
    }
  }
  mutating func bytes(_ value: [UInt8]) {
    number(value.count)
    all += value
  }
  mutating func text(_ value: String) { bytes(Array(value.utf8)) }
  mutating func kinds(_ value: [Bool]) { bytes(value.map { $0 ? 1 : 0 }) }
  mutating func list<T>(_ values: [T], _ each: (inout ImageWriter, T) -> Void) {
    number(values.count)
    for value in values { each(&self, value) }
  }
  mutating func runtimeType(_ type: RuntimeType) {
    text(type.name)
    number(Int(type.form.rawValue))
    number(type.object)
    number(Int(type.display.rawValue))
    number(type.isDefined ? 1 : 0)
    equality(type.equality)
    number(type.isInterface ? 1 : 0)
    list(type.demands) {
      $0.text($1.name)
      $0.number($1.number)
    }
    number(Int(type.kind.rawValue))
    composition(type.composition)
  }
  mutating func mapType(_ type: MapType) {
    text(type.name)
    number(type.entry)
    kinds(type.key)
    kinds(type.value)
    equality(type.equality)
  }
  mutating func select(_ one: Select) {
    number(one.hasDefault ? 1 : 0)
    list(one.cases) {
      $0.number($1.isSend ? 1 : 0)
      $0.number($1.channel)
      $0.number($1.value)
      $0.number($1.ok)
      $0.number($1.object)
    }
  }
  private mutating func equality(_ one: RuntimeType.Equality) {
    switch one {
    case .bits(let count):
      number(0)
      number(count)
    case .float32: number(1)
    case .float64: number(2)
    case .string: number(3)
    case .interface: number(4)
    case .parts(let parts):
      number(5)
      list(parts) {
        $0.number($1.offset)
        $0.equality($1.equality)
      }
    case .array(let count, let stride, let element):
      number(6)
      number(count)
      number(stride)
      equality(element)
    case .none: number(7)
    }
  }
}

struct ImageReader {
  private let all: [UInt8]
  private var at = 0
  private var depth = 0

  init(_ all: [UInt8]) { self.all = all }

  var bad: VerifierError { VerifierError(description: "bad program image: byte \(at)") }

  mutating func number() throws(VerifierError) -> Int {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while at < all.count, shift < 63 {
      let byte = all[at]
      at += 1
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 {
        guard let small = Int(exactly: value) else { throw bad }
        return small
      }
      shift += 7
    }
    throw bad
  }
  mutating func word() throws(VerifierError) -> UInt64 {
    guard at + 8 <= all.count else { throw bad }
    var value: UInt64 = 0
    for index in 0..<8 { value |= UInt64(all[at + index]) << UInt64(index * 8) }
    at += 8
    return value
  }
  mutating func bytes() throws(VerifierError) -> [UInt8] {
    let count = try number()
    guard count <= all.count - at else { throw bad }
    defer { at += count }
    return Array(all[at..<at + count])
  }
  mutating func text() throws(VerifierError) -> String {
    String(decoding: try bytes(), as: UTF8.self)
  }
  mutating func kinds() throws(VerifierError) -> [Bool] { try bytes().map { $0 != 0 } }
  mutating func list<T>(
    _ each: (inout ImageReader) throws(VerifierError) -> T
  ) throws(VerifierError) -> [T] {
    let count = try number()
    // Every element takes at least a byte.
    guard count <= all.count - at else { throw bad }
    var values: [T] = []
    for _ in 0..<count { values.append(try each(&self)) }
    return values
  }
  mutating func optional() throws(VerifierError) -> Int? {
    let value = try number()
    return value == 0 ? nil : value - 1
  }
  mutating func mapType() throws(VerifierError) -> MapType {
    MapType(
      name: try text(), entry: try number(), key: try kinds(), value: try kinds(),
      equality: try equality())
  }
  mutating func select() throws(VerifierError) -> Select {
    let hasDefault = try number() != 0
    return Select(
      cases: try list { r throws(VerifierError) in
        Select.Case(
          isSend: try r.number() != 0, channel: try r.number(), value: try r.number(),
          ok: try r.number(), object: try r.number())
      }, hasDefault: hasDefault)
  }
  mutating func runtimeType() throws(VerifierError) -> RuntimeType {
    let name = try text()
    guard let form = RuntimeType.Form(rawValue: UInt8(truncatingIfNeeded: try number())) else {
      throw bad
    }
    let object = try number()
    guard let display = RuntimeType.Display(rawValue: UInt8(truncatingIfNeeded: try number()))
    else { throw bad }
    let isDefined = try number() != 0
    var type = RuntimeType(
      name: name, form: form, object: object, display: display, isDefined: isDefined,
      equality: try equality())
    type.isInterface = try number() != 0
    type.demands = try list { r throws(VerifierError) in
      RuntimeType.Demand(name: try r.text(), number: try r.number())
    }
    guard let kind = RuntimeType.Kind(rawValue: UInt8(truncatingIfNeeded: try number())) else {
      throw bad
    }
    type.kind = kind
    type.composition = try composition()
    return type
  }
  private mutating func equality() throws(VerifierError) -> RuntimeType.Equality {
    depth += 1
    defer { depth -= 1 }
    guard depth < 1000 else { throw bad }
    switch try number() {
    case 0: return .bits(bytes: try number())
    case 1: return .float32
    case 2: return .float64
    case 3: return .string
    case 4: return .interface
    case 5:
      return .parts(
        try list { r throws(VerifierError) in
          RuntimeType.Equality.Part(offset: try r.number(), equality: try r.equality())
        })
    case 6: return .array(count: try number(), stride: try number(), try equality())
    case 7: return .none
    default: throw bad
    }
  }
}
