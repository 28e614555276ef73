// Interface calls whose dynamic type is known: the variable is set once, to a value of one type.
//
// Such a call is made to the method itself, so its arguments need not be feared for. Where the
// method is that of an interface embedded in the type, only the outer call is known.

import GoSyntax

struct Devirtualization {
  let type: GoType
  /// From the concrete value to the method's receiver.
  let path: [Int]
  /// Nil: of an embedded interface.
  let method: Object?

  /// For a call of method `name` of the interface value `x`.
  static func of(_ x: Expression, _ name: String, _ program: EscapeProgram) -> Devirtualization? {
    guard let type = program.dynamicType(x) else { return nil }
    var level: [(type: GoType, path: [Int])] = [(type, [])]
    // Deeper embedding than this nobody writes; a cycle of types would never end.
    for _ in 0..<8 {
      var next: [(type: GoType, path: [Int])] = []
      for (type, path) in level {
        let base = type.pointee ?? type
        if let method = base.namedType?.method(name) {
          return Devirtualization(type: program.dynamicType(x) ?? type, path: path, method: method)
        }
        if base.interface?.method(name) != nil {
          return Devirtualization(type: program.dynamicType(x) ?? type, path: path, method: nil)
        }
        for (index, field) in (base.structure?.fields ?? []).enumerated() where field.isEmbedded {
          next.append((field.type, path + [index]))
        }
      }
      level = next
    }
    return nil
  }
}
