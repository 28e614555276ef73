// A checked package: what the stages behind the checker work from.
//
// The syntax tree stays as it was; what was learned stands in arrays indexed by node id:
//
//  - `facts[id]` of an expression: its type, how it may be used, its constant value. Every
//    expression has one after a check without errors, but for names on the left of `:=`, labels and
//    keys of struct literals.
//  - `objects[id]` of a name, used or declared, and of a type-switch clause: its object.
//  - `selections[id]` of a selector: the path through embedded fields and what it ends at.
//  - `literals[id]` of a function literal: its `FunctionInfo`.
//
// An untyped expression has the type that its context gave it; where the context gives none (an
// operand of a constant expression) it stays untyped and has a value. A conversion to an interface
// is not a node: it is wherever the type of a value differs from the type of its place.

import GoSyntax

package final class CheckedPackage {
  package let file: SyntaxFile
  package let name: String
  package let path: String
  package let scope: Scope
  package let imports: [CheckedPackage]

  package internal(set) var facts: [Fact?]
  package internal(set) var objects: [Object?]
  package internal(set) var selections: [Int: Selection] = [:]
  package internal(set) var literals: [Int: FunctionInfo] = [:]
  /// Declared functions and methods with bodies, in source order; `init` may be there several
  /// times.
  package internal(set) var functions: [Object] = []
  /// The functions named `init`, in source order.
  package internal(set) var initializers: [Object] = []
  /// Package variables with initial values, in the order in which they are to be initialised.
  package internal(set) var initialization: [Initialization] = []
  package internal(set) var problems: [Diagnostic] = []
  /// Of the library: those that were loaded before it, and with a program all that it needs.
  package internal(set) var packages: [CheckedPackage] = []
  /// Of the library: checks the body of one of its functions, when that is needed.
  package internal(set) var checkBody: ((Object) -> Void)?
  package var isLibrary: Bool { checkBody != nil }

  init(
    file: SyntaxFile, name: String, path: String, scope: Scope, imports: [CheckedPackage]
  ) {
    self.file = file
    self.name = name
    self.path = path
    self.scope = scope
    self.imports = imports
    facts = Array(repeating: nil, count: file.idCount)
    objects = Array(repeating: nil, count: file.idCount)
  }

  package subscript(x: Expression) -> Fact? { x.id < facts.count ? facts[x.id] : nil }
}

/// What is known of an expression.
package struct Fact {
  package enum Use: Sendable {
    case noValue, builtin, type, constant
    /// Addressable.
    case variable
    case mapIndex, value, nilValue
    /// A value that may come with a second, boolean one.
    case commaOK
  }
  package var type: GoType
  package var use: Use
  package var constant: Constant?
}

/// `a.b` resolved.
package struct Selection {
  package enum Kind: Sendable {
    case field
    /// `x.m`: bound when evaluated, unless it is called at once.
    case method
    /// `T.m`
    case methodExpression
    /// `package.Name`
    case qualified
  }
  package let kind: Kind
  /// Field indices from the operand's type on; the last is the field itself, or for a method the
  /// last embedded field on the way.
  package let path: [Int]
  /// Of a method that is not an interface's.
  package let method: Object?
  /// The type that the path ends at: the receiver's base type or the interface.
  package let receiver: GoType
  /// A pointer was followed on the way, the operand itself included.
  package let isIndirect: Bool
}

/// One step of a package's initialisation.
package struct Initialization {
  package let variables: [Object]
  package let value: Expression
}
