// Interface calls whose dynamic type is known: all that the variable is ever set to has one type.
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
    var search = DynamicTypeSearch(program: program)
    guard search.visit(x), let dynamic = search.found else { return nil }
    var level: [(type: GoType, path: [Int])] = [(dynamic, [])]
    // Deeper embedding than this nobody writes; a cycle of types would never end.
    for _ in 0..<8 {
      var next: [(type: GoType, path: [Int])] = []
      for (type, path) in level {
        let base = type.pointee ?? type
        if let method = base.namedType?.method(name) {
          return Devirtualization(type: dynamic, path: path, method: method)
        }
        if base.interface?.method(name) != nil {
          return Devirtualization(type: dynamic, path: path, method: nil)
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

/// Collects the type of whatever an interface value may be, nil aside. Each variable is looked at
/// once, so assignments in a circle end.
private struct DynamicTypeSearch {
  let program: EscapeProgram
  private(set) var found: GoType?
  private var seen: Set<ObjectIdentifier> = []

  init(program: EscapeProgram) { self.program = program }

  /// False: it may be something else.
  mutating func visit(_ x: Expression) -> Bool {
    let bare = x.withoutParentheses
    guard let fact = program.package[bare] else { return false }
    if fact.use == .nilValue { return true }
    if !fact.type.isInterface {
      if case .tuple = fact.type { return false }
      if let found { return GoType.identical(found, fact.type) }
      found = fact.type
      return true
    }
    switch bare.kind {
    case .call(let call):
      guard program.package[call.function]?.use == .type, let operand = call.arguments.first else {
        return false
      }
      return visit(operand)
    case .name:
      guard let object = program.package.objects[bare.id],
        let sources = program.sources(of: object)
      else { return false }
      if !seen.insert(ObjectIdentifier(object)).inserted { return true }
      // A longer chain of variables is a machine's, and would be walked for each call.
      if seen.count > 64 { return false }
      for source in sources {
        guard let source, visit(source) else { return false }
      }
      return true
    default: return false
    }
  }
}
