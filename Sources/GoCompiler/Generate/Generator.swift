// From a checked package to a program.
//
// Functions get their numbers when they are first mentioned and their code in order of number, so
// the same source gives the same program. What the generator cannot do yet it refuses at its place
// in the source; it goes on behind that, so that all of it is told at once.

import GoSyntax
import GreyBytecode

package struct Generated {
  package let program: Program?
  package let problems: [Diagnostic]
}

package final class Generator {
  let package: CheckedPackage
  let storage: any StorageRule
  var program: Program
  private(set) var problems: [Diagnostic] = []
  private var functionNumbers: [ObjectIdentifier: Int] = [:]
  /// Functions whose code is still to be generated.
  private var waiting: [(number: Int, make: () -> FunctionGenerator)] = []
  /// Methods by number, and the types that are in interfaces, as `program` has them.
  var methodKeys: [(name: String, signature: Signature)] = []
  var runtimeTypes: [GoType] = []
  private var objectNumbers: [ObjectType: Int] = [:]
  private var signatureNumbers: [BlockSignature: Int] = [:]
  private var stringNumbers: [[UInt8]: Int] = [:]
  private var globalOffsets: [ObjectIdentifier: Int] = [:]
  private var closureNumbers: [ObjectIdentifier: Int] = [:]
  var mapTypes: [GoType] = []
  /// Package variables of the library that code reaches, each group once.
  var libraryVariables: [LibraryVariable] = []
  private var globals = TypeLayout(size: 8, alignment: 8)
  /// Code looks at values of any type: types need descriptions.
  var looksAtTypes = false
  var described = 0
  /// Of what the machine itself panics with: a string that has the method `Error`.
  let runtimeError: NamedType = {
    let type = NamedType(name: "Error", package: "runtime", position: Position(0))
    type.declared = .basic(.string)
    type.isComplete = true
    return type
  }()

  private init(_ package: CheckedPackage, storage: any StorageRule) {
    self.package = package
    self.storage = storage
    program = Program(name: package.file.source.name)
  }

  /// - Parameters:
  ///   - package: checked, without problems.
  ///   - storage: nil: as escape analysis decides.
  package static func generate(
    _ package: CheckedPackage, storage: (any StorageRule)? = nil
  ) -> Generated {
    let generator = Generator(
      package, storage: storage ?? EscapeProgram.analyze(package, trustsLibrary: false))
    generator.run()
    return Generated(
      program: generator.problems.isEmpty ? generator.program : nil,
      problems: generator.problems)
  }

  func refuse(_ position: Position, _ what: String) {
    problems.append(Diagnostic(position, "\(what) not supported yet"))
  }

  private func run() {
    for one in WellKnown.objects { _ = object(one) }
    let text = Signature([], [.init("", .basic(.string))])
    program.errorMethod = methodNumber("Error", text)
    program.stringMethod = methodNumber("String", text)
    program.runtimeError = runtimeType(.named(runtimeError))
    layOutGlobals()
    program.entry = newFunction("go.entry")
    let main = newFunction("go.main")
    let start = FunctionGenerator(self, signature: signature([], []))
    start.generateStart()
    finish(start, main)
    program.panicFunction = newFunction("go.panic")
    let panics = FunctionGenerator(self, signature: signature([], []))
    panics.generatePanic()
    finish(panics, program.panicFunction)
    for function in package.functions { _ = number(of: function) }
    var next = 0
    repeat {
      while next < waiting.count {
        let (number, make) = waiting[next]
        next += 1
        finish(make(), number)
      }
      describeTypes()
    } while fillMethodTable() || next < waiting.count
    let entry = FunctionGenerator(self, signature: signature([], []))
    entry.generateEntry(main: main)
    finish(entry, program.entry)
    program.globals = self.object(
      ObjectType(
        name: "package variables", bytes: (globals.size + 7) / 8 * 8,
        references: globals.references))
  }

  /// The first word stays free: zero-sized values have its address.
  private func layOutGlobals() {
    for object in package.scope.objects where object.kind == .variable {
      if !layOut(object) {
        refuse(object.position ?? Position(0), "package variables of more than 128 MiB are")
        return
      }
    }
  }

  /// False: there would be too many.
  private func layOut(_ object: Object) -> Bool {
    let one = TypeLayout.of(object.type)
    if one.size == 0 {
      globalOffsets[ObjectIdentifier(object)] = 0
      return true
    }
    let offset = (globals.size + one.alignment - 1) / one.alignment * one.alignment
    if offset + one.size > 1 << 27 { return false }
    globalOffsets[ObjectIdentifier(object)] = offset
    globals.references += one.references.map { $0 + offset / 8 }
    globals.size = offset + one.size
    return true
  }

  /// A variable of the library is laid out, and its initial value made, when code first names it.
  func globalOffset(_ object: Object) -> Int? {
    if let known = globalOffsets[ObjectIdentifier(object)] { return known }
    guard object.kind == .variable, let home = object.home, home.isLibrary,
      object.role == .package, layOut(object)
    else { return nil }
    initializeLater(object, in: home)
    return globalOffsets[ObjectIdentifier(object)]
  }

  // MARK: functions

  private func newFunction(_ name: String) -> Int {
    program.functions.append(Function(name: name))
    return program.functions.count - 1
  }

  /// Of a declared function or method.
  func number(of object: Object) -> Int? {
    if let known = functionNumbers[ObjectIdentifier(object)] { return known }
    let home = object.home ?? package
    if object.function == nil { home.checkBody?(object) }
    guard let info = object.function else { return native(object, home) }
    let receiver = object.receiver.map { type -> String in
      if case .pointer(let base) = type { return "(*\(base.namedType?.name ?? ""))." }
      return "\(type.namedType?.name ?? "")."
    }
    let prefix = home.isLibrary ? home.path : "main"
    let made = newFunction("\(prefix).\(receiver ?? "")\(object.name)")
    functionNumbers[ObjectIdentifier(object)] = made
    enqueue(made, info, in: home)
    return made
  }

  /// Of a function without a body: one that has the machine do it.
  private func native(_ object: Object, _ home: CheckedPackage) -> Int? {
    guard let native = self.native(object) else { return nil }
    let made = thunk(object.name, signature(native.signature)) { function in
      _ = function.builder.take(native.signature.kinds)
      function.builder.emit(.native, 1, then: native.rawValue)
      function.builder.emit(.return, 0, 0, native.signature.results.count)
    }
    functionNumbers[ObjectIdentifier(object)] = made
    return made
  }

  /// What the machine does itself; nil: it is none of these.
  func native(_ object: Object) -> Native? {
    guard let home = object.home, home.path == "internal/machine", object.receiver == nil,
      let native = Native.named[object.name], let type = object.type.signature
    else { return nil }
    precondition(
      program.signatures[signature(type)] == native.signature,
      "machine.\(object.name) is declared in another way than the machine has it")
    if native == .typeOf { looksAtTypes = true }
    return native
  }

  func number(of literal: FunctionInfo, in home: CheckedPackage, _ name: String) -> Int {
    if let known = closureNumbers[ObjectIdentifier(literal)] { return known }
    let made = newFunction("\(name).func\(closureNumbers.count + 1)")
    closureNumbers[ObjectIdentifier(literal)] = made
    enqueue(made, literal, in: home)
    return made
  }

  private func enqueue(_ number: Int, _ info: FunctionInfo, in home: CheckedPackage) {
    waiting.append(
      (
        number,
        { [unowned self] in
          let body = FunctionGenerator(self, info, in: home)
          body.generate(info)
          return body
        }
      ))
  }

  /// A function that is in no source; its slots are taken in the order of its signature.
  /// - Parameter home: nil: the program's own package.
  func thunk(
    _ name: String, _ signature: Int, in home: CheckedPackage? = nil,
    _ body: @escaping (FunctionGenerator) -> Void
  ) -> Int {
    let made = newFunction("go.\(name)")
    waiting.append(
      (
        made,
        { [unowned self] in
          let function = FunctionGenerator(self, signature: signature, in: home)
          body(function)
          return function
        }
      ))
    return made
  }

  private func finish(_ generated: FunctionGenerator, _ number: Int) {
    let start = program.code.count
    let builder = generated.builder
    if builder.slots.count > 0xFFFF {
      refuse(generated.position, "a function with more than 65535 words of variables is")
      return
    }
    program.code += builder.finished()
    program.functions[number].code = start..<program.code.count
    program.functions[number].slots = builder.slots
    program.functions[number].signature = generated.signature
    program.functions[number].contextSlot = generated.contextSlot
    program.functions[number].deferSlot = generated.deferSlot
    program.functions[number].epilogue = generated.epilogue.word.map { start + $0 }
    program.functions[number].lines = builder.lines.map {
      Function.Line(start: $0.start + start, line: $0.line)
    }
  }

  // MARK: tables

  func signature(_ results: [Bool], _ parameters: [Bool]) -> Int {
    let block = BlockSignature(results: results, parameters: parameters)
    if let known = signatureNumbers[block] { return known }
    program.signatures.append(block)
    signatureNumbers[block] = program.signatures.count - 1
    return program.signatures.count - 1
  }

  func signature(_ block: BlockSignature) -> Int { signature(block.results, block.parameters) }

  func signature(_ one: Signature, receiver: GoType? = nil) -> Int {
    signature(
      one.results.flatMap(\.type.slotKinds),
      (receiver?.slotKinds ?? []) + one.parameters.flatMap(\.type.slotKinds))
  }

  func object(_ type: ObjectType) -> Int {
    if let known = objectNumbers[type] { return known }
    program.objects.append(type)
    objectNumbers[type] = program.objects.count - 1
    return program.objects.count - 1
  }

  func object(of type: GoType) -> Int { object(objectType(of: type)) }

  func objectType(of type: GoType) -> ObjectType {
    let layout = TypeLayout.of(type)
    return ObjectType(name: type.description, bytes: layout.size, references: layout.references)
  }

  func string(_ bytes: [UInt8]) -> Int {
    if let known = stringNumbers[bytes] { return known }
    program.strings.append(bytes)
    stringNumbers[bytes] = program.strings.count - 1
    return program.strings.count - 1
  }
}
