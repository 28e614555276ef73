// Identity of types, and which can be compared (spec, "Type identity", "Comparison operators").
//
// Structural recursion ends at defined types, which are the same only if they are one object.
// But an interface literal that embeds a defined one can come back to itself by way of a method's
// result: comparing the same two again while they are being compared finds no difference.

extension GoType {
  package static func identical(_ a: GoType, _ b: GoType) -> Bool { same(a, b, tags: true) }

  static func identical(_ a: Signature, _ b: Signature) -> Bool { same(a, b, tags: true) }

  /// Conversions do not look at tags.
  static func identicalIgnoringTags(_ a: GoType, _ b: GoType) -> Bool { same(a, b, tags: false) }

  private static func same(_ a: GoType, _ b: GoType, tags: Bool) -> Bool {
    switch (a, b) {
    case (.invalid, .invalid): true
    case (.basic(let x), .basic(let y)): x.canonical == y.canonical
    case (.named(let x), .named(let y)): x === y
    case (.pointer(let x), .pointer(let y)), (.slice(let x), .slice(let y)):
      same(x, y, tags: tags)
    case (.array(let n, let x), .array(let m, let y)): n == m && same(x, y, tags: tags)
    case (.map(let k, let v), .map(let l, let w)):
      same(k, l, tags: tags) && same(v, w, tags: tags)
    case (.channel(let d, let x), .channel(let e, let y)): d == e && same(x, y, tags: tags)
    case (.structure(let x), .structure(let y)): same(x, y, tags: tags)
    case (.function(let x), .function(let y)): same(x, y, tags: tags)
    case (.interface(let x), .interface(let y)): same(x, y, tags: tags)
    case (.tuple(let x), .tuple(let y)):
      x.count == y.count && zip(x, y).allSatisfy { same($0, $1, tags: tags) }
    default: false
    }
  }

  private static func same(_ a: StructureType, _ b: StructureType, tags: Bool) -> Bool {
    a === b
      || a.fields.count == b.fields.count
        && zip(a.fields, b.fields).allSatisfy { x, y in
          x.name == y.name && x.isEmbedded == y.isEmbedded && (!tags || x.tag == y.tag)
            && (x.package == y.package || x.name.isExported) && same(x.type, y.type, tags: tags)
        }
  }

  private static func same(_ a: Signature, _ b: Signature, tags: Bool) -> Bool {
    func equal(_ x: [Signature.Parameter], _ y: [Signature.Parameter]) -> Bool {
      x.count == y.count && zip(x, y).allSatisfy { same($0.type, $1.type, tags: tags) }
    }
    return a === b
      || a.isVariadic == b.isVariadic && equal(a.parameters, b.parameters)
        && equal(a.results, b.results)
  }

  private static func same(_ a: InterfaceType, _ b: InterfaceType, tags: Bool) -> Bool {
    if a === b { return true }
    let (x, y) = (a.methods, b.methods)
    guard x.count == y.count, zip(x, y).allSatisfy({ $0.name == $1.name }) else { return false }
    // Whoever compares these two already will tell.
    guard a.comparing !== b else { return true }
    let outer = a.comparing
    a.comparing = b
    defer { a.comparing = outer }
    return zip(x, y).allSatisfy { same($0.signature, $1.signature, tags: tags) }
  }

  /// `==` is defined on its values; with interfaces it can still fail at run time.
  package var isComparable: Bool {
    switch underlying {
    case .basic(let type): type != .untypedNil
    case .pointer, .channel, .interface, .invalid: true
    case .array(_, let element): element.isComparable
    case .structure(let type): type.fields.allSatisfy { $0.type.isComparable }
    default: false
    }
  }

  /// Why `==` is not defined, as Go says it.
  var incomparableCause: String {
    switch underlying {
    case .slice, .function, .map: "\(compositeKind ?? "") can only be compared to nil"
    case .structure(let type):
      type.fields.first { !$0.type.isComparable }
        .map { "struct containing \($0.type) cannot be compared" } ?? ""
    case .array: "\(self) cannot be compared"
    default: ""
    }
  }
}

extension String {
  /// Begins with an upper-case letter (spec, "Exported identifiers").
  package var isExported: Bool {
    unicodeScalars.first.map { $0.properties.generalCategory == .uppercaseLetter } ?? false
  }
}
