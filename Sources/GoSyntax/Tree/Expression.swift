// Expressions and types as trees (spec, "Expressions", "Types").
//
// Types and expressions share one tree, because only the checker can tell `f(x)` from a conversion
// and `a[i]` from an instance. Nodes never change. What later stages learn about a node they keep
// in tables of their own, indexed by the node's `id`: dense, so a table is an array, and this room
// knows nothing of types.

package final class Expression: Sendable {
  /// Dense, from zero, unique in a file; shared with `Name`.
  package let id: Int
  /// The first byte of the whole expression: where errors about it point.
  package let start: Position
  /// The operator's place in what has one, else `start`.
  package let position: Position
  package let kind: Kind

  package init(id: Int, start: Position, position: Position? = nil, _ kind: Kind) {
    self.id = id
    self.start = start
    self.position = position ?? start
    self.kind = kind
  }

  package enum Kind: Sendable {
    /// A syntax error stood here; it was reported.
    case bad
    case name(String)
    case literal(LiteralKind, String)
    case composite(CompositeLiteral)
    case function(FunctionLiteral)
    case parenthesized(Expression)
    case selector(Expression, Name)
    /// `a[i]`, or the instance `T[A, B]`.
    case index(Expression, [Expression])
    case slice(Expression, low: Expression?, high: Expression?, max: Expression?, isFull: Bool)
    case assertion(Expression, type: Expression)
    /// `x.(type)`; outside the head of a type switch it is an error, which the checker tells.
    case typeSwitchGuard(Expression)
    case call(Call)
    /// `*x`: a pointer type or an indirection.
    case star(Expression)
    case unary(Operator, Expression)
    case binary(Operator, Expression, Expression)
    /// In composite literals only.
    case keyValue(Expression, Expression)

    /// `[n]T`; without a length `[...]T`.
    case arrayType(length: Expression?, Expression)
    case sliceType(Expression)
    /// `...T`, of a last parameter.
    case variadicType(Expression)
    case structType(StructType)
    case functionType(FunctionType)
    case interfaceType([InterfaceElement])
    case mapType(key: Expression, value: Expression)
    case channelType(ChannelDirection, Expression)
  }
}

/// A name where it is declared, and the selected name of a selector.
package struct Name: Sendable {
  package let id: Int
  package let position: Position
  package let text: String
  package init(id: Int, position: Position, text: String) {
    self.id = id
    self.position = position
    self.text = text
  }
  package var isBlank: Bool { text == "_" }
}

package struct CompositeLiteral: Sendable {
  /// Absent where the enclosing literal's element type is meant.
  package let type: Expression?
  package let elements: [Expression]
  package let rightBrace: Position
}

package final class FunctionLiteral: Sendable {
  package let type: FunctionType
  package let body: Block
  init(type: FunctionType, body: Block) {
    self.type = type
    self.body = body
  }
}

package struct Call: Sendable {
  package let function: Expression
  package let arguments: [Expression]
  /// `f(s...)`
  package let isSpread: Bool
  package let rightParen: Position
}

package enum ChannelDirection: UInt8, Sendable { case both, send, receive }

/// A parameter, a result, a receiver or a type parameter.
package struct Parameter: Sendable {
  package let name: Name?
  package let type: Expression
  package let position: Position
}

package struct FunctionType: Sendable {
  package let position: Position
  package let parameters: [Parameter]
  package let results: [Parameter]
}

package struct StructType: Sendable {
  package let fields: [Field]

  package struct Field: Sendable {
    /// Absent: embedded.
    package let name: Name?
    package let type: Expression
    package let position: Position
    package let tag: String?
  }
}

package enum InterfaceElement: Sendable {
  case method(Name, FunctionType)
  /// A type, or a union of terms: `~int | string` is a binary `|` over unary `~`.
  case embedded(Expression)
}

extension Expression {
  package var withoutParentheses: Expression {
    var inner = self
    while case .parenthesized(let next) = inner.kind { inner = next }
    return inner
  }

  package var nameText: String? {
    if case .name(let text) = kind { text } else { nil }
  }

  package var isBlankName: Bool { nameText == "_" }
}
