// What a type is made of: what a program needs that looks at values of any type, as `fmt` does.
//
// Types are meant by their numbers among the program's run-time types. Only programs that look have
// these descriptions; in all others the composition of every type is `none`.

extension RuntimeType {
  /// With the numbers that `internal/machine` has for them.
  package enum Kind: UInt8, Sendable {
    case invalid, bool, int, int8, int16, int32, int64, uint, uint8, uint16, uint32, uint64
    case uintptr, float32, float64, complex64, complex128
    case array, channel, function, interface, map, pointer, slice, string, structure
  }

  package enum Composition: Hashable, Sendable {
    case none
    case pointer(Int)
    case slice(Int, stride: Int)
    case array(Int, count: Int, stride: Int)
    case structure([Field])
    /// The last is the number of the map type.
    case map(key: Int, value: Int, map: Int)

    package struct Field: Hashable, Sendable {
      package let name: String
      package let offset: Int
      package let type: Int
      package let isExported: Bool
      package let isEmbedded: Bool
      package init(name: String, offset: Int, type: Int, isExported: Bool, isEmbedded: Bool) {
        self.name = name
        self.offset = offset
        self.type = type
        self.isExported = isExported
        self.isEmbedded = isEmbedded
      }
    }

    package var types: [Int] {
      switch self {
      case .none: []
      case .pointer(let element), .slice(let element, _), .array(let element, _, _): [element]
      case .structure(let fields): fields.map(\.type)
      case .map(let key, let value, _): [key, value]
      }
    }
  }
}

extension ImageWriter {
  mutating func composition(_ one: RuntimeType.Composition) {
    switch one {
    case .none: number(0)
    case .pointer(let element):
      number(1)
      number(element)
    case .slice(let element, let stride):
      number(2)
      number(element)
      number(stride)
    case .array(let element, let count, let stride):
      number(3)
      number(element)
      number(count)
      number(stride)
    case .structure(let fields):
      number(4)
      list(fields) {
        $0.text($1.name)
        $0.number($1.offset)
        $0.number($1.type)
        $0.number($1.isExported ? 1 : 0)
        $0.number($1.isEmbedded ? 1 : 0)
      }
    case .map(let key, let value, let map):
      number(5)
      number(key)
      number(value)
      number(map)
    }
  }
}

extension ImageReader {
  mutating func composition() throws(VerifierError) -> RuntimeType.Composition {
    switch try number() {
    case 0: return .none
    case 1: return .pointer(try number())
    case 2: return .slice(try number(), stride: try number())
    case 3: return .array(try number(), count: try number(), stride: try number())
    case 4:
      return .structure(
        try list { r throws(VerifierError) in
          RuntimeType.Composition.Field(
            name: try r.text(), offset: try r.number(), type: try r.number(),
            isExported: try r.number() != 0, isEmbedded: try r.number() != 0)
        })
    case 5: return .map(key: try number(), value: try number(), map: try number())
    default: throw bad
    }
  }
}
