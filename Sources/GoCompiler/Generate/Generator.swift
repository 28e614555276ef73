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
  private var closureNumbers: [Int: Int] = [:]
  var mapTypes: [GoType] = []
  /// What `errors.New` makes is a pointer to one.
  let errorString: NamedType = {
    let type = NamedType(name: "errorString", package: "errors", position: Position(0))
    type.declared = .basic(.string)
    type.isComplete = true
    return type
  }()
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
    let generator = Generator(package, storage: storage ?? EscapeProgram.analyze(package))
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
    for declaration in package.file.declarations {
      guard case .import(let one) = declaration else { continue }
      let path = String(decoding: LiteralValue.bytes(ofString: one.path), as: UTF8.self)
      if !Natives.packages.contains(path) { refuse(one.position, "importing \(one.path) is") }
    }
    layOutGlobals()
    program.entry = newFunction("go.entry")
    let entry = FunctionGenerator(self, signature: signature([], []))
    entry.generateEntry()
    finish(entry, program.entry)
    program.panicFunction = newFunction("go.panic")
    let panics = FunctionGenerator(self, signature: signature([], []))
    panics.generatePanic()
    finish(panics, program.panicFunction)
    for function in package.functions { _ = number(of: function) }
    repeat {
      while !waiting.isEmpty {
        let (number, make) = waiting.removeFirst()
        finish(make(), number)
      }
    } while fillMethodTable()
  }

  /// The first word stays free: zero-sized values have its address.
  private func layOutGlobals() {
    var layout = TypeLayout(size: 8, alignment: 8)
    for object in package.scope.objects where object.kind == .variable {
      let one = TypeLayout.of(object.type)
      if one.size == 0 {
        globalOffsets[ObjectIdentifier(object)] = 0
        continue
      }
      let offset = (layout.size + one.alignment - 1) / one.alignment * one.alignment
      globalOffsets[ObjectIdentifier(object)] = offset
      layout.references += one.references.map { $0 + offset / 8 }
      layout.size = offset + one.size
      if layout.size > 1 << 27 {
        refuse(object.position ?? Position(0), "package variables of more than 128 MiB are")
        return
      }
    }
    program.globals = self.object(
      ObjectType(
        name: "package variables", bytes: (layout.size + 7) / 8 * 8, references: layout.references))
  }

  func globalOffset(_ object: Object) -> Int? { globalOffsets[ObjectIdentifier(object)] }

  // MARK: functions

  private func newFunction(_ name: String) -> Int {
    program.functions.append(Function(name: name))
    return program.functions.count - 1
  }

  /// Of a declared function or method.
  func number(of object: Object) -> Int? {
    if let known = functionNumbers[ObjectIdentifier(object)] { return known }
    guard let info = object.function else { return nil }
    let receiver = object.receiver.map { type -> String in
      if case .pointer(let base) = type { return "(*\(base))." }
      return "\(type)."
    }
    let made = newFunction("main.\(receiver ?? "")\(object.name)")
    functionNumbers[ObjectIdentifier(object)] = made
    enqueue(made, info)
    return made
  }

  func number(of literal: FunctionInfo, id: Int, in name: String) -> Int {
    if let known = closureNumbers[id] { return known }
    let made = newFunction("\(name).func\(closureNumbers.count + 1)")
    closureNumbers[id] = made
    enqueue(made, literal)
    return made
  }

  private func enqueue(_ number: Int, _ info: FunctionInfo) {
    waiting.append(
      (
        number,
        { [unowned self] in
          let body = FunctionGenerator(self, info)
          body.generate(info)
          return body
        }
      ))
  }

  /// A function that is in no source; its slots are taken in the order of its signature.
  func thunk(_ name: String, _ signature: Int, _ body: @escaping (FunctionGenerator) -> Void) -> Int
  {
    let made = newFunction("go.\(name)")
    waiting.append(
      (
        made,
        { [unowned self] in
          let function = FunctionGenerator(self, signature: signature)
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
