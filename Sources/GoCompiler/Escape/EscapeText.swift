// An expression as the compiler's back end shows it: types resolved, constants computed, literals
// without their contents.
//
// `&T{...}`, `make([]int, n)`, `([]byte)(s)`. Parentheses stand where precedence asks for them, and
// not where the person put them.

import GoSyntax

struct EscapeText {
  private var text = ""
  private let program: EscapeProgram
  private var package: CheckedPackage { program.package }

  static func of(_ x: Expression, _ program: EscapeProgram) -> String {
    var writer = EscapeText(program: program)
    writer.write(x, 0)
    return writer.text
  }

  private init(program: EscapeProgram) { self.program = program }

  private static let primary = 8
  private static let prefix = 7

  /// A boxed value: where it is a constant for certain, that.
  static func ofBoxed(_ x: Expression, _ program: EscapeProgram) -> String {
    guard package(x, program), let fixed = program.fixedConstant(x) else { return of(x, program) }
    var writer = EscapeText(program: program)
    let type = program.package[x]?.type ?? .invalid
    writer.constant(fixed.constant, type, fixed.expression)
    return writer.text
  }

  private static func package(_ x: Expression, _ program: EscapeProgram) -> Bool {
    program.package[x] != nil
  }

  // MARK: Constants

  private mutating func constant(_ value: Constant, _ type: GoType, _ x: Expression) {
    let literal = Self.literal(value, type, x)
    let isPlain: Bool
    if case .basic(let basic) = type {
      isPlain = basic.isUntyped || [.int, .string, .bool, .float64, .rune].contains(basic)
    } else {
      isPlain = false
    }
    text += isPlain ? literal : "\(Self.name(type))(\(literal))"
  }

  private static func literal(_ value: Constant, _ type: GoType, _ x: Expression) -> String {
    switch value {
    case .bool(let value): return value ? "true" : "false"
    case .string(let bytes): return quoted(bytes)
    case .integer(let value):
      guard case .basic(let basic) = type, basic == .rune || basic == .untypedRune,
        let scalar = Int(exactly: value).flatMap(UInt32.init(exactly:)),
        let one = Unicode.Scalar(scalar)
      else { return "\(value)" }
      let inside = quoted(Array(String(Character(one)).utf8)).dropFirst().dropLast()
      return one == "'" ? "'\\''" : one == "\"" ? "'\"'" : "'\(inside)'"
    case .float: return value.description
    }
  }

  private static func quoted(_ bytes: [UInt8]) -> String {
    var result = "\""
    for one in String(decoding: bytes, as: UTF8.self).unicodeScalars {
      switch one {
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case "\r": result += "\\r"
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      default:
        if one.value < 32 || one.value == 127 {
          let digits = String(one.value, radix: 16)
          result += "\\x" + (digits.count < 2 ? "0" : "") + digits
        } else {
          result.unicodeScalars.append(one)
        }
      }
    }
    return result + "\""
  }

  // MARK: Types

  /// A type in front of `(`: in parentheses unless it is a name.
  static func name(_ type: GoType) -> String {
    switch type {
    case .basic, .named: typeText(type)
    default: "(\(typeText(type)))"
    }
  }

  static func typeText(_ type: GoType) -> String {
    switch type {
    case .named(let named): named.package.isEmpty ? named.name : "\(named.package).\(named.name)"
    case .pointer(let inner): "*\(typeText(inner))"
    case .slice(let inner): "[]\(typeText(inner))"
    case .array(let count, let inner): "[\(count)]\(typeText(inner))"
    case .map(let key, let value): "map[\(typeText(key))]\(typeText(value))"
    case .channel(let direction, let inner):
      (direction == .receive ? "<-chan " : direction == .send ? "chan<- " : "chan ")
        + typeText(inner)
    case .structure(let type): structure(type)
    case .interface(let type): interface(type)
    case .function(let type): "func" + signature(type)
    default: type.description
    }
  }

  private static func structure(_ type: StructureType) -> String {
    if type.fields.isEmpty { return "struct {}" }
    let fields = type.fields.map {
      ($0.isEmbedded ? "" : $0.name + " ") + typeText($0.type)
    }
    return "struct { \(fields.joined(separator: "; ")) }"
  }

  private static func interface(_ type: InterfaceType) -> String {
    if type.methods.isEmpty { return "interface {}" }
    let methods = type.methods.map { $0.name + signature($0.signature) }
    return "interface { \(methods.joined(separator: "; ")) }"
  }

  private static func signature(_ type: Signature) -> String {
    let parameters = type.parameters.enumerated().map { index, one in
      if type.isVariadic, index == type.parameters.count - 1, case .slice(let inner) = one.type {
        return "..." + typeText(inner)
      }
      return typeText(one.type)
    }
    var text = "(\(parameters.joined(separator: ", ")))"
    let results = type.results.map { typeText($0.type) }
    if results.count == 1 { text += " " + results[0] }
    if results.count > 1 { text += " (\(results.joined(separator: ", ")))" }
    return text
  }

  // MARK: Expressions

  private mutating func write(_ list: [Expression]) {
    for (index, one) in list.enumerated() {
      if index > 0 { text += ", " }
      write(one, 0)
    }
  }

  private mutating func enclosed(_ isEnclosed: Bool, _ body: (inout EscapeText) -> Void) {
    if isEnclosed { text += "(" }
    body(&self)
    if isEnclosed { text += ")" }
  }

  private mutating func write(_ x: Expression, _ outer: Int) {
    let bare = x.withoutParentheses
    if let fact = package[bare] {
      if fact.use == .type {
        text += Self.typeText(fact.type)
        return
      }
      if let value = fact.constant {
        constant(value, fact.type, bare)
        return
      }
    }
    switch bare.kind {
    case .name(let name): text += name
    case .composite(let literal): composite(bare, literal)
    case .function: enclosed(outer >= Self.primary) { $0.text += "func literal" }
    case .selector(let inner, let name):
      write(inner, Self.primary)
      text += embedded(bare, inner) + "." + name.text
    case .index(let inner, let indices):
      write(inner, Self.primary)
      text += "["
      write(indices)
      text += "]"
    case .slice(let inner, let low, let high, let max, let isFull):
      write(inner, Self.primary)
      text += "["
      if let low { write(low, 0) }
      text += ":"
      if let high { write(high, 0) }
      if isFull, let max {
        text += ":"
        write(max, 0)
      }
      text += "]"
    case .assertion(let inner, _):
      write(inner, Self.primary)
      text += ".(\(Self.typeText(package[bare].map { Self.first($0.type) } ?? .invalid)))"
    case .call(let call): self.call(bare, call)
    case .star(let inner): prefixed("*", inner, outer)
    case .unary(.receive, let inner):
      text += "<-("
      write(inner, 0)
      text += ")"
    case .unary(let op, let inner): prefixed(op.text, inner, outer)
    case .binary(let op, let left, let right): binary(bare, op, left, right, outer)
    default: text += ExpressionText.of(bare)
    }
  }

  private static func first(_ type: GoType) -> GoType {
    if case .tuple(let types) = type, let first = types.first { first } else { type }
  }

  private mutating func prefixed(_ op: String, _ inner: Expression, _ outer: Int) {
    enclosed(outer > Self.prefix) {
      $0.text += op
      $0.write(inner, Self.primary)
    }
  }

  private mutating func binary(
    _ x: Expression, _ op: Operator, _ left: Expression, _ right: Expression, _ outer: Int
  ) {
    if op == .add, package[x]?.type.isString ?? false {
      // One concatenation of all.
      enclosed(outer > op.precedence) { writer in
        writer.operands(left)
        writer.text += " + "
        writer.operands(right)
      }
      return
    }
    enclosed(outer > op.precedence) {
      $0.write(left, op.precedence)
      $0.text += " \(op.text) "
      $0.write(right, op.precedence + 1)
    }
  }

  private mutating func operands(_ x: Expression) {
    let bare = x.withoutParentheses
    if case .binary(.add, let left, let right) = bare.kind, package[bare]?.constant == nil {
      operands(left)
      text += " + "
      operands(right)
    } else {
      write(bare, Operator.add.precedence + 1)
    }
  }

  /// The embedded fields on a selector's way, which the source leaves out.
  private func embedded(_ x: Expression, _ inner: Expression) -> String {
    guard let selection = package.selections[x.id], var type = package[inner]?.type else {
      return ""
    }
    var way = selection.path
    switch selection.kind {
    case .field: way = way.dropLast()
    case .method: break
    case .methodExpression, .qualified: return ""
    }
    var names = ""
    for index in way {
      guard let field = (type.pointee ?? type).structure?.fields[index] else { break }
      names += "." + field.name
      type = field.type
    }
    return names
  }

  /// A call of a known method is one of a function whose first argument is the receiver.
  private mutating func method(_ call: Call) -> Bool {
    let function = call.function.withoutParentheses
    guard case .selector(let inner, let name) = function.kind,
      let selection = package.selections[function.id], selection.kind == .method,
      let receiver = selection.method?.receiver, let type = package[inner]?.type
    else { return false }
    text += receiver.pointee == nil ? Self.typeText(receiver) : "(\(Self.typeText(receiver)))"
    text += ".\(name.text)("
    if selection.path.isEmpty, (type.pointee == nil) != (receiver.pointee == nil) {
      text += receiver.pointee == nil ? "*" : "&"
    }
    write(inner, Self.primary)
    text += embedded(function, inner)
    if !call.arguments.isEmpty { text += ", " }
    return true
  }

  private mutating func composite(_ x: Expression, _ literal: CompositeLiteral) {
    var type = package[x]?.type ?? .invalid
    if let pointee = type.pointee {
      text += "&"
      type = pointee
    }
    text += Self.typeText(type) + (literal.elements.isEmpty ? "{}" : "{...}")
  }

  private mutating func call(_ x: Expression, _ call: Call) {
    if package[call.function]?.use == .type {
      text += Self.name(package[x]?.type ?? .invalid) + "("
      write(call.arguments)
      text += ")"
      return
    }
    if program.builtin(call) == .make {
      text += "make(" + Self.typeText(package[x]?.type ?? .invalid)
      for size in call.arguments.dropFirst() {
        text += ", "
        if let fixed = program.fixedConstant(size), size.id == call.arguments.last?.id {
          text += fixed.constant.description
        } else {
          write(size, 0)
        }
      }
      text += ")"
      return
    }
    if !method(call) {
      write(call.function, Self.primary)
      text += "("
    }
    let signature = package[call.function]?.type.signature
    let fixed =
      signature.map { $0.isVariadic && !call.isSpread ? $0.parameters.count - 1 : .max } ?? .max
    write(Array(call.arguments.prefix(fixed)))
    if call.arguments.count > fixed {
      if fixed > 0 { text += ", " }
      text += "... argument..."
    }
    text += call.isSpread ? "...)" : ")"
  }
}
