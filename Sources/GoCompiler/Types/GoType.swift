// Types (spec, "Types").
//
// Types are values compared by structure (`TypeIdentity`), but for defined types, which are objects
// with an identity and whose underlying type may come later: only through them can a type contain
// itself, so structural recursion always ends at one. Aliases leave no trace.

import GoSyntax

package indirect enum GoType: Sendable {
  /// What an expression in error has; it is compatible with everything, so that one mistake is told
  /// once.
  case invalid
  case basic(BasicType)
  case named(NamedType)
  case pointer(GoType)
  case slice(GoType)
  case array(Int, GoType)
  case map(key: GoType, value: GoType)
  case channel(ChannelDirection, GoType)
  case structure(StructureType)
  case function(Signature)
  case interface(InterfaceType)
  /// The results of a call of several.
  case tuple([GoType])

  /// What a type is below its names.
  package var underlying: GoType {
    if case .named(let type) = self { return type.underlying }
    return self
  }

  package var isInvalid: Bool { if case .invalid = self { true } else { false } }

  package var basic: BasicType? {
    if case .basic(let type) = underlying { type } else { nil }
  }
  package var interface: InterfaceType? {
    if case .interface(let type) = underlying { type } else { nil }
  }
  package var signature: Signature? {
    if case .function(let type) = underlying { type } else { nil }
  }
  package var structure: StructureType? {
    if case .structure(let type) = underlying { type } else { nil }
  }
  /// What a pointer points to, also below a name.
  package var pointee: GoType? {
    if case .pointer(let type) = underlying { type } else { nil }
  }
  package var namedType: NamedType? { if case .named(let type) = self { type } else { nil } }

  package var isUntyped: Bool { if case .basic(let type) = self { type.isUntyped } else { false } }
  package var isNil: Bool { if case .basic(.untypedNil) = self { true } else { false } }
  package var isInterface: Bool { interface != nil }
  package var isBoolean: Bool { basic?.kind == .boolean }
  package var isString: Bool { basic?.kind == .string }
  package var isInteger: Bool { basic?.kind == .integer }
  package var isUnsigned: Bool { basic.map { $0.kind == .integer && !$0.isSigned } ?? false }
  package var isFloat: Bool { basic?.kind == .float }
  package var isNumeric: Bool { isInteger || isFloat || basic?.kind == .complex }
  /// May stand in `<`: integers, floats, strings.
  package var isOrdered: Bool { isInteger || isFloat || isString }
  /// A constant can have it.
  package var isConstantType: Bool { isBoolean || isString || isNumeric }
  /// Has a name of its own: predeclared or defined.
  package var hasName: Bool {
    switch self {
    case .basic, .named: true
    default: false
    }
  }
  /// `nil` is one of its values.
  package var hasNil: Bool {
    switch underlying {
    case .pointer, .slice, .map, .channel, .function, .interface: true
    case .basic(.untypedNil): true
    default: false
    }
  }
}

package final class NamedType: @unchecked Sendable {
  package let name: String
  /// Empty for the program's own package and the predeclared `error`.
  package let package: String
  package let position: Position
  /// Set once, while the type is declared, by the one checker that knows it then.
  package internal(set) var declared: GoType = .invalid
  package internal(set) var isComplete = false
  /// In order of declaration.
  package internal(set) var methods: [Object] = []

  init(name: String, package: String, position: Position) {
    self.name = name
    self.package = package
    self.position = position
  }

  /// Follows `type A B; type B C`. A cycle there was told; it ends as invalid.
  package var underlying: GoType {
    var type = declared
    var steps = 0
    while case .named(let next) = type {
      type = next.declared
      steps += 1
      if steps > 10_000 { return .invalid }
    }
    return type
  }

  package func method(_ name: String) -> Object? { methods.first { $0.name == name } }
}

package final class StructureType: @unchecked Sendable {
  package let fields: [Field]
  /// Kept by escape analysis, which one task does after all types are declared.
  var escapeLayout: EscapeLayout?
  init(_ fields: [Field]) { self.fields = fields }

  package struct Field: Sendable {
    package let name: String
    package let type: GoType
    package let isEmbedded: Bool
    package let tag: String?
    package let position: Position
    /// Whose field it is: unexported names of two packages differ.
    package let package: String
  }
}

package final class Signature: Sendable {
  package let parameters: [Parameter]
  package let results: [Parameter]
  /// The last parameter's type is a slice and takes any number of arguments.
  package let isVariadic: Bool

  package struct Parameter: Sendable {
    package let name: String
    package let type: GoType
    package init(_ name: String, _ type: GoType) {
      self.name = name
      self.type = type
    }
  }

  init(_ parameters: [Parameter], _ results: [Parameter], isVariadic: Bool = false) {
    self.parameters = parameters
    self.results = results
    self.isVariadic = isVariadic
  }

  /// The type of a call.
  package var result: GoType {
    results.count == 1 ? results[0].type : .tuple(results.map(\.type))
  }
}

/// What an interface demands. Embedded interfaces may be declared later, so the full list is made
/// on first use.
package final class InterfaceType: @unchecked Sendable {
  package let explicit: [Method]
  package let embedded: [GoType]
  /// Made when all types are declared, by the checker that declared them.
  private var all: [Method]?
  private var isCollecting = false
  /// What it is being compared with, so that a comparison ends.
  var comparing: InterfaceType?

  package struct Method: Sendable {
    package let name: String
    package let signature: Signature
    package let position: Position
  }

  init(_ explicit: [Method], embedding embedded: [GoType] = []) {
    self.explicit = explicit
    self.embedded = embedded
  }

  /// By name, each once.
  package var methods: [Method] {
    if let all { return all }
    // An interface that embeds itself is told elsewhere; here it only has to end.
    if isCollecting { return explicit }
    isCollecting = true
    defer { isCollecting = false }
    var found = Dictionary(explicit.map { ($0.name, $0) }) { first, _ in first }
    for type in embedded {
      for method in type.interface?.methods ?? [] where found[method.name] == nil {
        found[method.name] = method
      }
    }
    let sorted = found.values.sorted { $0.name < $1.name }
    // Kept once no embedded type can grow any more.
    if embedded.allSatisfy({ $0.namedType?.isComplete ?? true }) { all = sorted }
    return sorted
  }

  package func method(_ name: String) -> Method? { methods.first { $0.name == name } }
  package var isEmpty: Bool { methods.isEmpty }
}
