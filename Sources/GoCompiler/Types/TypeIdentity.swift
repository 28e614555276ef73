// Identity of types, and which can be compared (spec, "Type identity", "Comparison operators").
//
// Structural recursion ends at defined types, which are the same only if they are one object.
// Interfaces can refer to themselves through their methods without a name in between
// only by way of a defined type, so that recursion ends there too.

extension GoType {
  package static func identical(_ a: GoType, _ b: GoType) -> Bool {
    switch (a, b) {
    case (.invalid, .invalid): true
    case (.basic(let x), .basic(let y)): x.canonical == y.canonical
    case (.named(let x), .named(let y)): x === y
    case (.pointer(let x), .pointer(let y)), (.slice(let x), .slice(let y)): identical(x, y)
    case (.array(let n, let x), .array(let m, let y)): n == m && identical(x, y)
    case (.map(let k, let v), .map(let l, let w)): identical(k, l) && identical(v, w)
    case (.channel(let d, let x), .channel(let e, let y)): d == e && identical(x, y)
    case (.structure(let x), .structure(let y)): identical(x, y, tags: true)
    case (.function(let x), .function(let y)): identical(x, y)
    case (.interface(let x), .interface(let y)): identical(x, y)
    case (.tuple(let x), .tuple(let y)):
      x.count == y.count && zip(x, y).allSatisfy { identical($0, $1) }
    default: false
    }
  }

  private static func identical(_ a: StructureType, _ b: StructureType, tags: Bool) -> Bool {
    if a === b { return true }
    return a.fields.count == b.fields.count
      && zip(a.fields, b.fields).allSatisfy { x, y in
        x.name == y.name && x.isEmbedded == y.isEmbedded && (!tags || x.tag == y.tag)
          && (x.package == y.package || x.name.isExported)
          && (tags ? identical(x.type, y.type) : identicalIgnoringTags(x.type, y.type))
      }
  }

  static func identical(_ a: Signature, _ b: Signature) -> Bool {
    func same(_ x: [Signature.Parameter], _ y: [Signature.Parameter]) -> Bool {
      x.count == y.count && zip(x, y).allSatisfy { identical($0.type, $1.type) }
    }
    return a === b
      || a.isVariadic == b.isVariadic && same(a.parameters, b.parameters)
        && same(a.results, b.results)
  }

  private static func identical(_ a: InterfaceType, _ b: InterfaceType) -> Bool {
    if a === b { return true }
    let (x, y) = (a.methods, b.methods)
    return x.count == y.count
      && zip(x, y).allSatisfy { $0.name == $1.name && identical($0.signature, $1.signature) }
  }

  /// Conversions do not look at tags.
  static func identicalIgnoringTags(_ a: GoType, _ b: GoType) -> Bool {
    switch (a, b) {
    case (.structure(let x), .structure(let y)): identical(x, y, tags: false)
    case (.pointer(let x), .pointer(let y)), (.slice(let x), .slice(let y)):
      identicalIgnoringTags(x, y)
    case (.array(let n, let x), .array(let m, let y)): n == m && identicalIgnoringTags(x, y)
    default: identical(a, b)
    }
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
