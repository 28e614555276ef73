// The predeclared types (spec, "Boolean types", "Numeric types", "String types"), and those of
// untyped constants.
//
// `byte` and `rune` are kept apart from `uint8` and `int32` so that messages say what was written;
// `canonical` makes them one. Sizes are those of a 64-bit machine.

package enum BasicType: UInt8, Sendable, CaseIterable {
  case bool, string
  case int, int8, int16, int32, int64
  case uint, uint8, uint16, uint32, uint64, uintptr
  case float32, float64
  case complex64, complex128
  case byte, rune
  case untypedBool, untypedInt, untypedRune, untypedFloat, untypedString, untypedNil

  package enum Kind: Sendable { case boolean, integer, float, complex, string, other }

  package var kind: Kind {
    switch self {
    case .bool, .untypedBool: .boolean
    case .string, .untypedString: .string
    case .float32, .float64, .untypedFloat: .float
    case .complex64, .complex128: .complex
    case .untypedNil: .other
    default: .integer
    }
  }

  package var isUntyped: Bool { rawValue >= BasicType.untypedBool.rawValue }

  package var canonical: BasicType {
    switch self {
    case .byte: .uint8
    case .rune: .int32
    default: self
    }
  }

  package var isSigned: Bool {
    switch self {
    case .uint, .uint8, .uint16, .uint32, .uint64, .uintptr, .byte: false
    default: true
    }
  }

  /// Of numbers; untyped ones have none.
  package var bits: Int? {
    switch self {
    case .int8, .uint8, .byte: 8
    case .int16, .uint16: 16
    case .int32, .uint32, .rune, .float32: 32
    case .int, .int64, .uint, .uint64, .uintptr, .float64, .complex64: 64
    case .complex128: 128
    default: nil
    }
  }

  package var name: String {
    switch self {
    case .untypedBool: "untyped bool"
    case .untypedInt: "untyped int"
    case .untypedRune: "untyped rune"
    case .untypedFloat: "untyped float"
    case .untypedString: "untyped string"
    case .untypedNil: "untyped nil"
    default: "\(self)"
    }
  }

  /// What an untyped value becomes where nothing else is asked for.
  package var defaultType: BasicType {
    switch self {
    case .untypedBool: .bool
    case .untypedInt: .int
    case .untypedRune: .rune
    case .untypedFloat: .float64
    case .untypedString: .string
    default: self
    }
  }

  /// Among untyped numbers the kind of a mixed operation is the later one.
  var untypedRank: Int { Int(rawValue) }
}
