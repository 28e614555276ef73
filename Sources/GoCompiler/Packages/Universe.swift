// The predeclared identifiers (spec, "Predeclared identifiers").

import BigInt
import GoSyntax

package enum Universe {
  /// Made anew for each program: objects carry facts of one program. Types are values, but for
  /// `error`, which is one for all.
  static func scope() -> Scope {
    let scope = Scope(in: nil)
    func add(_ object: Object) { _ = scope.insert(object) }
    for type in BasicType.allCases where !type.isUntyped {
      add(Object(.type, type.name, nil, .basic(type)))
    }
    add(Object(.type, "error", nil, error))
    add(Object(.alias, "any", nil, any))
    for (name, value) in [("true", true), ("false", false)] {
      let object = Object(.constant, name, nil, .basic(.untypedBool))
      object.constant = .bool(value)
      add(object)
    }
    let iota = Object(.constant, "iota", nil, .basic(.untypedInt))
    iota.constant = .integer(0)
    add(iota)
    add(Object(.nilValue, "nil", nil, .basic(.untypedNil)))
    for builtin in Builtin.allCases where !Builtin.ofUnsafe.contains(builtin) {
      let object = Object(.builtin, builtin.rawValue, nil)
      object.builtin = builtin
      add(object)
    }
    return scope
  }

  package static let error: GoType = {
    let type = NamedType(name: "error", package: "", position: Position(0))
    let method = InterfaceType.Method(
      name: "Error", signature: Signature([], [.init("", .basic(.string))]),
      position: Position(0))
    type.declared = .interface(InterfaceType([method]))
    type.isComplete = true
    return .named(type)
  }()

  /// `interface{}` by its newer name; a name of its own so that messages say `any`.
  package static let any: GoType = .interface(InterfaceType.any)
}

extension InterfaceType {
  static let any = InterfaceType([])
}
