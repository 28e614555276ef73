// An expression as Go's messages show it: on one line, bodies and long contents as `…`.
//
// `cannot use x + y (value of type int) as …` shows what the person wrote, normalised: one space
// around binary operators, parentheses kept.

package struct ExpressionText {
  private var text = ""

  package static func of(_ x: Expression) -> String {
    var writer = ExpressionText()
    writer.write(x)
    return writer.text
  }

  package static func of(_ list: [Expression]) -> String {
    var writer = ExpressionText()
    writer.write(list)
    return writer.text
  }

  package static func of(_ statement: Statement) -> String {
    switch statement.kind {
    case .assign(let left, let right): "\(of(left)) = \(of(right))"
    case .define(let left, let right): "\(of(left)) := \(of(right))"
    case .operatorAssign(let left, let op, let right): "\(of(left)) \(op.text)= \(of(right))"
    case .increment(let x, let op): of(x) + op.text + op.text
    case .send(let channel, let value): "\(of(channel)) <- \(of(value))"
    case .expression(let x): of(x)
    default: "statement"
    }
  }

  private mutating func write(_ list: [Expression]) {
    for (index, one) in list.enumerated() {
      if index > 0 { text += ", " }
      write(one)
    }
  }

  private mutating func write(_ x: Expression) {
    switch x.kind {
    case .bad: text += "_"
    case .name(let name): text += name
    case .literal(_, let literal): text += literal
    case .composite(let literal):
      if let type = literal.type { write(type) }
      text += literal.elements.isEmpty ? "{}" : "{…}"
    case .function(let literal):
      write(literal.type, keyword: true)
      text += " {…}"
    case .parenthesized(let inner):
      text += "("
      write(inner)
      text += ")"
    case .selector(let inner, let name):
      write(inner)
      text += "." + name.text
    case .index(let inner, let arguments):
      write(inner)
      text += "["
      write(arguments)
      text += "]"
    case .slice(let inner, let low, let high, let max, let isFull):
      write(inner)
      text += "["
      if let low { write(low) }
      text += ":"
      if let high { write(high) }
      if isFull {
        text += ":"
        if let max { write(max) }
      }
      text += "]"
    case .assertion(let inner, let type):
      write(inner)
      text += ".("
      write(type)
      text += ")"
    case .typeSwitchGuard(let inner):
      write(inner)
      text += ".(type)"
    case .call(let call):
      write(call.function)
      text += "("
      write(call.arguments)
      text += call.isSpread ? "...)" : ")"
    case .star(let inner):
      text += "*"
      write(inner)
    case .unary(let op, let inner):
      text += op.text
      write(inner)
    case .binary(let op, let left, let right):
      write(left)
      text += " \(op.text) "
      write(right)
    case .keyValue(let key, let value):
      write(key)
      text += ": "
      write(value)
    default: writeType(x.kind)
    }
  }

  private mutating func writeType(_ kind: Expression.Kind) {
    switch kind {
    case .arrayType(let length, let element):
      text += "["
      if let length { write(length) } else { text += "..." }
      text += "]"
      write(element)
    case .sliceType(let element):
      text += "[]"
      write(element)
    case .variadicType(let element):
      text += "..."
      write(element)
    case .structType(let type): text += type.fields.isEmpty ? "struct{}" : "struct{…}"
    case .functionType(let type): write(type, keyword: true)
    case .interfaceType(let elements):
      text += elements.isEmpty ? "interface{}" : "interface{…}"
    case .mapType(let key, let value):
      text += "map["
      write(key)
      text += "]"
      write(value)
    case .channelType(let direction, let element):
      text += direction == .receive ? "<-chan " : direction == .send ? "chan<- " : "chan "
      write(element)
    default: break
    }
  }

  private mutating func write(_ type: FunctionType, keyword: Bool) {
    text += keyword ? "func(" : "("
    write(type.parameters)
    text += ")"
    guard let first = type.results.first else { return }
    if type.results.count == 1, first.name == nil {
      text += " "
      write(first.type)
    } else {
      text += " ("
      write(type.results)
      text += ")"
    }
  }

  private mutating func write(_ parameters: [Parameter]) {
    for (index, one) in parameters.enumerated() {
      if index > 0 { text += ", " }
      if let name = one.name { text += name.text + " " }
      write(one.type)
    }
  }
}
