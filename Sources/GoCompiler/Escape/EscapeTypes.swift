// What escape analysis asks of types: do they hold pointers, how large are they, does an interface
// hold them without a box. Sizes are those of a 64-bit machine.

extension GoType {
  /// A value without pointers keeps nothing alive.
  var hasPointers: Bool {
    switch underlying {
    case .basic(let basic): basic.kind == .string || basic == .untypedNil
    case .array(let count, let element): count > 0 && element.hasPointers
    case .structure(let type): type.fields.contains { $0.type.hasPointers }
    case .tuple(let types): types.contains(where: \.hasPointers)
    case .invalid: false
    default: true
    }
  }

  /// An interface holds it in its own word: one pointer and nothing else.
  var isOnePointer: Bool {
    switch underlying {
    case .pointer, .channel, .map, .function: true
    case .array(let count, let element): count == 1 && element.isOnePointer
    case .structure(let type): type.fields.count == 1 && type.fields[0].type.isOnePointer
    default: false
    }
  }

  var byteAlignment: Int {
    switch underlying {
    case .basic(let basic):
      basic.kind == .complex
        ? (basic == .complex64 ? 4 : 8) : basic.bits.map { $0 / 8 } ?? (isBoolean ? 1 : 8)
    case .array(_, let element): element.byteAlignment
    case .structure(let type): type.fields.map(\.type.byteAlignment).max() ?? 1
    default: 8
    }
  }

  var byteSize: Int {
    switch underlying {
    case .basic(let basic): basic.bits.map { $0 / 8 } ?? (basic.kind == .string ? 16 : 1)
    case .array(let count, let element):
      element.byteSize.multipliedReportingOverflow(by: count).overflow
        ? .max >> 8 : min(element.byteSize * count, .max >> 8)
    case .structure(let type): Self.size(of: type)
    case .slice: 24
    case .interface: 16
    case .tuple(let types): types.reduce(0) { $0 + $1.byteSize }
    default: 8
    }
  }

  private static func size(of type: StructureType) -> Int {
    var size = 0
    for field in type.fields {
      let alignment = field.type.byteAlignment
      size = (size + alignment - 1) / alignment * alignment + field.type.byteSize
    }
    // The address behind an empty last field must not be that of the next object.
    if size > 0, let last = type.fields.last, last.type.byteSize == 0 { size += 1 }
    let alignment = type.fields.map(\.type.byteAlignment).max() ?? 1
    return (size + alignment - 1) / alignment * alignment
  }

  var isByteSlice: Bool {
    if case .slice(let element) = underlying { element.byteSize == 1 } else { false }
  }
}
