// What a name denotes: a constant, a type, a variable, a function, a package (spec, "Declarations
// and scope").
//
// One object a declaration; all uses of the name lead to the same one, so identity is `===`. The
// facts that later stages need of variables (captured, reassigned, address taken) are gathered
// while bodies are checked and stand here, because they are facts about the declaration.

import GoSyntax

package final class Object {
  package enum Kind: Sendable {
    case constant, type, alias, variable, function, builtin, package, nilValue
  }

  package enum Role: Sendable { case package, local, parameter, result, receiver }

  package let kind: Kind
  package let name: String
  /// Nil for what is predeclared.
  package let position: Position?
  package internal(set) var type: GoType
  /// Of a constant; nil after an error.
  package internal(set) var constant: Constant?

  // Variables.
  package internal(set) var role = Role.local
  /// The function whose variable it is; nil at package level.
  package internal(set) weak var owner: FunctionInfo?
  package internal(set) var isUsed = false
  /// By a function literal inside its owner.
  package internal(set) var isCaptured = false
  /// Assigned to, as a whole or in part, other than by its declaration.
  package internal(set) var isReassigned = false
  /// By `&`, by slicing an array, by calling a method with a pointer receiver.
  package internal(set) var isAddressTaken = false
  /// One a loop iteration (Go 1.22).
  package internal(set) var isPerIteration = false

  /// While its initial value is checked: the type stands already.
  var hasDeclaredType = false

  // Functions and methods.
  /// Of a method: the receiver's type as declared, `T` or `*T`.
  package internal(set) var receiver: GoType?
  /// Absent for declarations without a body, and for methods of interfaces.
  package internal(set) var function: FunctionInfo?

  package internal(set) var builtin: Builtin?
  /// Of what is declared at package level: where.
  package internal(set) weak var home: CheckedPackage?
  /// Of a package name.
  package internal(set) var package: CheckedPackage?

  // Package level only: how far its declaration is, and whom it needs.
  var state = DeclarationState.done
  var isCycleTold = false
  var source: PackageSource?
  /// What its declaration mentions, in order, each once.
  package internal(set) var dependencies: [Object] = []

  init(_ kind: Kind, _ name: String, _ position: Position?, _ type: GoType = .invalid) {
    self.kind = kind
    self.name = name
    self.position = position
    self.type = type
  }

  package var isPackageLevel: Bool { role == .package || source != nil }
  package var hasPointerReceiver: Bool {
    if case .pointer? = receiver { true } else { false }
  }

  func depend(on other: Object) {
    if !dependencies.contains(where: { $0 === other }) { dependencies.append(other) }
  }

  /// What messages call it.
  var kindText: String {
    switch kind {
    case .constant: "constant"
    case .type: "defined type"
    case .alias: "type alias"
    case .function: receiver == nil ? "function" : "method"
    case .builtin: "built-in"
    case .package: "package name"
    case .nilValue: "nil"
    case .variable:
      switch role {
      case .package: "package-level variable"
      case .local: "local variable"
      case .parameter: "parameter"
      case .result: "result"
      case .receiver: "receiver"
      }
    }
  }
}

enum DeclarationState { case waiting, running, done }

/// Where a package-level object is declared.
enum PackageSource {
  /// The index of the name among those of the declaration.
  case constant(ConstantDeclaration, Int)
  case type(TypeDeclaration)
  case variable(VariableDeclaration, Int, VariableGroup)
  case function(FunctionDeclaration)
}

/// The variables of one declaration `var a, b = f()`: one initialisation.
final class VariableGroup {
  var objects: [Object] = []
  var isChecked = false
}

package enum Builtin: String, Sendable, CaseIterable {
  case append, cap, clear, close, complex, copy, delete, imag, len, make, max, min, new, panic
  case print, println, real, recover
  // Of package `unsafe`.
  case sizeof = "Sizeof"
  case alignof = "Alignof"
  case offsetof = "Offsetof"

  static let ofUnsafe: [Builtin] = [.sizeof, .alignof, .offsetof]
}
