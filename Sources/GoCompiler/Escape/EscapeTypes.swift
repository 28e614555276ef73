// What escape analysis asks of types: do they hold pointers, how large are they, does an interface
// hold them without a box. Sizes are those of a 64-bit machine.
//
// Only a structure asks about several types, so only there could the same one be asked about again
// and again (`type B struct{ a, b A }`, thirty times over); it keeps its answer, and all is linear
// in the text of the types. Sizes beyond what a machine has are one large number.

/// How values of a type lie in memory.
struct TypeLayout {
  /// More than any object has, and far from overflowing in sums.
  static let largest = 1 << 48

  var size = 8
  var alignment = 8
  var hasPointers = false
  /// It is one pointer and nothing else.
  var isOnePointer = false

  static let pointer = TypeLayout(hasPointers: true, isOnePointer: true)

  static func words(_ count: Int) -> TypeLayout {
    TypeLayout(size: count * 8, hasPointers: true)
  }

  static func array(_ count: Int, _ element: TypeLayout) -> TypeLayout {
    let (size, overflow) = element.size.multipliedReportingOverflow(by: count)
    return TypeLayout(
      size: overflow ? largest : min(size, largest), alignment: element.alignment,
      hasPointers: count > 0 && element.hasPointers,
      isOnePointer: count == 1 && element.isOnePointer)
  }

  static func fields(_ fields: [TypeLayout]) -> TypeLayout {
    var whole = TypeLayout(size: 0, alignment: 1)
    for field in fields {
      whole.size = min(rounded(whole.size, field.alignment) + field.size, largest)
      whole.alignment = max(whole.alignment, field.alignment)
      whole.hasPointers = whole.hasPointers || field.hasPointers
    }
    // The address behind an empty last field must not be that of the next object.
    if whole.size > 0, fields.last?.size == 0 { whole.size += 1 }
    whole.size = rounded(whole.size, whole.alignment)
    whole.isOnePointer = fields.count == 1 && fields[0].isOnePointer
    return whole
  }

  private static func rounded(_ size: Int, _ alignment: Int) -> Int {
    (size + alignment - 1) / alignment * alignment
  }
}

extension GoType {
  var layout: TypeLayout {
    switch underlying {
    case .invalid: return TypeLayout(size: 0, alignment: 1)
    case .basic(let basic): return Self.layout(basic)
    case .pointer, .map, .channel, .function: return .pointer
    case .slice: return .words(3)
    case .interface: return .words(2)
    case .array(let count, let element): return .array(count, element.layout)
    case .tuple(let types): return .fields(types.map(\.layout))
    case .structure(let type):
      if let known = type.layout { return known }
      let layout = TypeLayout.fields(type.fields.map(\.type.layout))
      type.layout = layout
      return layout
    case .named: return .pointer
    }
  }

  private static func layout(_ basic: BasicType) -> TypeLayout {
    switch basic.kind {
    case .string: return .words(2)
    case .boolean: return TypeLayout(size: 1, alignment: 1)
    case .other: return .pointer
    case .complex:
      let size = (basic.bits ?? 128) / 8
      return TypeLayout(size: size, alignment: size / 2)
    case .integer, .float:
      let size = (basic.bits ?? 64) / 8
      return TypeLayout(size: size, alignment: size)
    }
  }

  /// A value without pointers keeps nothing alive.
  var hasPointers: Bool { layout.hasPointers }
  var isOnePointer: Bool { layout.isOnePointer }
  var byteSize: Int { layout.size }

  var isByteSlice: Bool {
    if case .slice(let element) = underlying { element.byteSize == 1 } else { false }
  }
}
