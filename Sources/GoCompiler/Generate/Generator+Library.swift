// The library's package variables, and descriptions of types.
//
// Both are made for what code reaches, no more. A variable of the library gets its initial value
// from a function of its own; the program's first function calls these before it starts the
// program, a package after those that it imports and its variables as they stand in its text, which
// the library is written to suit. Types are described once code looks at values of any type; a
// description names its parts' types, so what is in no interface becomes known as well.

import GoSyntax
import GreyBytecode

/// Variables of the library with one initial value.
struct LibraryVariable {
  let package: Int
  let position: Position
  let function: Int
}

extension Generator {
  /// In the order in which they are to be called.
  var libraryInitializers: [Int] {
    libraryVariables.sorted {
      ($0.package, $0.position) < ($1.package, $1.position)
    }.map(\.function)
  }

  func initializeLater(_ object: Object, in home: CheckedPackage) {
    guard case .variable(let one, let index, let group)? = object.source, !one.values.isEmpty,
      let package = package.packages.firstIndex(where: { $0 === home })
    else { return }
    let isSingle = one.values.count == one.names.count
    let objects = isSingle ? [object] : group.objects
    let value = isSingle ? one.values[index] : one.values[0]
    // Whoever of the group came first has seen to it.
    if libraryVariables.contains(where: { $0.package == package && $0.position == value.start }) {
      return
    }
    let function = thunk("init.\(object.name)", signature([], []), in: home) { function in
      function.withTemporaries { function.initialize(objects, [value]) }
      function.builder.emit(.return, 0, 0, 0)
    }
    libraryVariables.append(
      LibraryVariable(package: package, position: value.start, function: function))
  }

  // MARK: descriptions

  /// Of all types that are known and have none, and of those that this makes known.
  func describeTypes() {
    guard looksAtTypes else { return }
    while described < runtimeTypes.count {
      let number = described
      described += 1
      let type = runtimeTypes[number]
      program.runtimeTypes[number].kind = Self.kind(type)
      program.runtimeTypes[number].composition = composition(type)
    }
  }

  private func composition(_ type: GoType) -> RuntimeType.Composition {
    switch type.underlying {
    case .pointer(let element): return .pointer(runtimeType(element))
    case .slice(let element):
      return .slice(runtimeType(element), stride: TypeLayout.of(element).size)
    case .array(let count, let element):
      return .array(runtimeType(element), count: count, stride: TypeLayout.of(element).size)
    case .map(let key, let value):
      return .map(key: runtimeType(key), value: runtimeType(value), map: mapType(type))
    case .structure(let structure):
      let offsets = TypeLayout.fields(structure).offsets
      return .structure(
        zip(structure.fields, offsets).map { field, offset in
          .init(
            name: field.name, offset: offset, type: runtimeType(field.type),
            isExported: field.name.isExported, isEmbedded: field.isEmbedded)
        })
    default: return .none
    }
  }

  private static func kind(_ type: GoType) -> RuntimeType.Kind {
    switch type.underlying {
    case .basic(let basic):
      switch basic.canonical {
      case .bool, .untypedBool: .bool
      case .int8: .int8
      case .int16: .int16
      case .int32, .untypedRune: .int32
      case .int64: .int64
      case .uint: .uint
      case .uint8: .uint8
      case .uint16: .uint16
      case .uint32: .uint32
      case .uint64: .uint64
      case .uintptr: .uintptr
      case .float32: .float32
      case .float64, .untypedFloat: .float64
      case .string, .untypedString: .string
      default: .int
      }
    case .array: .array
    case .channel: .channel
    case .function: .function
    case .interface: .interface
    case .map: .map
    case .pointer: .pointer
    case .slice: .slice
    case .structure: .structure
    case .named, .tuple, .invalid: .invalid
    }
  }
}
