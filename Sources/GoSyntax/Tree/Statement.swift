// Statements as trees (spec, "Statements").

package final class Statement: Sendable {
  package let position: Position
  package let kind: Kind

  package init(_ position: Position, _ kind: Kind) {
    self.position = position
    self.kind = kind
  }

  package enum Kind: Sendable {
    case empty
    case expression(Expression)
    case send(channel: Expression, value: Expression)
    /// `x++`, `x--`: the operator is `add` or `subtract`.
    case increment(Expression, Operator)
    case assign([Expression], [Expression])
    case define([Expression], [Expression])
    case operatorAssign(Expression, Operator, Expression)
    case declarations([Declaration])
    case block(Block)
    case go(Expression)
    case `defer`(Expression)
    case `return`([Expression])
    case branch(Branch, label: Name?)
    case labeled(Name, Statement)
    case `if`(IfStatement)
    case `switch`(SwitchStatement)
    case typeSwitch(TypeSwitchStatement)
    case select(SelectStatement)
    case `for`(ForStatement)
    case range(RangeStatement)
  }

  package enum Branch: Sendable { case `break`, `continue`, goto, `fallthrough` }
}

package struct Block: Sendable {
  package let leftBrace: Position
  package let statements: [Statement]
  package let rightBrace: Position
}

package struct IfStatement: Sendable {
  package let initial: Statement?
  package let condition: Expression
  package let then: Block
  /// A block or another `if`.
  package let otherwise: Statement?
}

package struct SwitchStatement: Sendable {
  package let initial: Statement?
  package let tag: Expression?
  package let clauses: [Clause]
  package let rightBrace: Position

  package struct Clause: Sendable {
    package let position: Position
    /// Nil is `default`.
    package let values: [Expression]?
    package let body: [Statement]
    package let colon: Position
  }
}

package struct TypeSwitchStatement: Sendable {
  package let initial: Statement?
  package let binding: Name?
  package let subject: Expression
  package let clauses: [Clause]
  package let rightBrace: Position

  package struct Clause: Sendable {
    /// Of the variable that the clause declares when the switch binds one.
    package let id: Int
    package let clause: SwitchStatement.Clause
  }
}

package struct SelectStatement: Sendable {
  package let clauses: [Clause]
  package let rightBrace: Position

  package struct Clause: Sendable {
    package let position: Position
    /// Nil is `default`.
    package let communication: Statement?
    package let body: [Statement]
    package let colon: Position
  }
}

package struct ForStatement: Sendable {
  package let initial: Statement?
  package let condition: Expression?
  package let post: Statement?
  package let body: Block
}

package struct RangeStatement: Sendable {
  /// None, one or two; more are an error that the checker tells.
  package let targets: [Expression]
  package let defines: Bool
  package let position: Position
  package let subject: Expression
  package let body: Block
}
