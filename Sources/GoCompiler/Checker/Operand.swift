// An expression that was checked: what it is, its type, its value.
//
// The modes are those of the spec's prose: addressable variables, map index expressions, values
// that may come with an `ok`. Its text in messages follows Go's.

import GoSyntax

struct Operand {
  enum Mode: Equatable {
    /// An error was told.
    case invalid
    case noValue
    case builtin(Builtin)
    case type
    case constant(Constant)
    case variable, mapIndex, value, nilValue, commaOK
  }

  var mode: Mode
  var type: GoType
  var expression: Expression
  /// Instead of the expression in messages: `2nd function result`.
  var label: String?

  init(_ mode: Mode, _ type: GoType, _ expression: Expression) {
    self.mode = mode
    self.type = type
    self.expression = expression
  }

  static func invalid(_ expression: Expression) -> Operand {
    Operand(.invalid, .invalid, expression)
  }

  var isInvalid: Bool { mode == .invalid }
  var isNil: Bool { mode == .nilValue }
  var constant: Constant? { if case .constant(let value) = mode { value } else { nil } }
  var isConstant: Bool { constant != nil }
  var isAddressable: Bool { mode == .variable }

  /// The same, with nothing more known than that it was wrong.
  var invalidated: Operand { .invalid(expression) }

  var use: Fact.Use {
    switch mode {
    case .invalid, .value: .value
    case .noValue: .noValue
    case .builtin: .builtin
    case .type: .type
    case .constant: .constant
    case .variable: .variable
    case .mapIndex: .mapIndex
    case .nilValue: .nilValue
    case .commaOK: .commaOK
    }
  }
}

extension Operand: CustomStringConvertible {
  /// `x (variable of struct type T)`, `1 << 3 (untyped int constant 8)`, `nil`.
  var description: String {
    if isNil { return type.isNil ? "nil" : "nil (of type \(type))" }
    let text = label ?? ExpressionText.of(expression)
    var inner = ""
    var hasType = false
    switch mode {
    case .invalid, .noValue, .builtin, .type: break
    default:
      if type.isUntyped { inner = "\(type) " } else { hasType = true }
    }
    inner += modeText
    if let constant {
      let value = constant.description
      if value != text { inner += " \(value)" }
    }
    if hasType {
      inner += type.isInvalid ? " with invalid type" : " of \(kindText)type \(type)"
    }
    return "\(text) (\(inner))"
  }

  private var modeText: String {
    switch mode {
    case .invalid: "invalid operand"
    case .noValue: "no value"
    case .builtin: "built-in"
    case .type: "type"
    case .constant: "constant"
    case .variable: "variable"
    case .mapIndex: "map index expression"
    case .value: "value"
    case .nilValue: "nil"
    case .commaOK: "comma, ok expression"
    }
  }

  /// Of a defined type what it is below its name.
  private var kindText: String {
    guard case .named = type else { return "" }
    let kind = type.compositeKind ?? type.basic?.name ?? ""
    return kind.isEmpty ? "" : kind + " "
  }
}
