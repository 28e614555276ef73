// What escape analysis asks of types: do they hold pointers, how large are they, does an interface
// hold them without a box. Sizes are those of a 64-bit machine.
//
// Only a structure asks about several types, so only there could the same one be asked about again
// and again (`type B struct{ a, b A }`, thirty times over); it keeps its answer, and all is linear
// in the text of the types. Sizes beyond what a machine has are one large number.

/// How values of a type lie in memory.
struct EscapeLayout {
  /// More than any object has, and far from overflowing in sums.
  static let largest = 1 << 48

  var size = 8
  var alignment = 8
  var hasPointers = false
  /// It is one pointer and nothing else.
  var isOnePointer = false

  static let pointer = EscapeLayout(hasPointers: true, isOnePointer: true)

  static func words(_ count: Int) -> EscapeLayout {
    EscapeLayout(size: count * 8, hasPointers: true)
  }

  static func array(_ count: Int, _ element: EscapeLayout) -> EscapeLayout {
    let (size, overflow) = element.size.multipliedReportingOverflow(by: count)
    return EscapeLayout(
      size: overflow ? largest : min(size, largest), alignment: element.alignment,
      hasPointers: count > 0 && element.hasPointers,
      isOnePointer: count == 1 && element.isOnePointer)
  }

  static func fields(_ fields: [EscapeLayout]) -> EscapeLayout {
    var whole = EscapeLayout(size: 0, alignment: 1)
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
  var escapeLayout: EscapeLayout {
    switch underlying {
    case .invalid: return EscapeLayout(size: 0, alignment: 1)
    case .basic(let basic): return Self.escapeLayout(basic)
    case .pointer, .map, .channel, .function: return .pointer
    case .slice: return .words(3)
    case .interface: return .words(2)
    case .array(let count, let element): return .array(count, element.escapeLayout)
    case .tuple(let types): return .fields(types.map(\.escapeLayout))
    case .structure(let type):
      if let known = type.escapeLayout { return known }
      let layout = EscapeLayout.fields(type.fields.map(\.type.escapeLayout))
      type.escapeLayout = layout
      return layout
    case .named: return .pointer
    }
  }

  private static func escapeLayout(_ basic: BasicType) -> EscapeLayout {
    switch basic.kind {
    case .string: return .words(2)
    case .boolean: return EscapeLayout(size: 1, alignment: 1)
    case .other: return .pointer
    case .complex:
      let size = (basic.bits ?? 128) / 8
      return EscapeLayout(size: size, alignment: size / 2)
    case .integer, .float:
      let size = (basic.bits ?? 64) / 8
      return EscapeLayout(size: size, alignment: size)
    }
  }

  /// A value without pointers keeps nothing alive.
  var hasPointers: Bool { escapeLayout.hasPointers }
  var isOnePointer: Bool { escapeLayout.isOnePointer }
  var byteSize: Int { escapeLayout.size }

  var isByteSlice: Bool {
    if case .slice(let element) = underlying { element.byteSize == 1 } else { false }
  }
}
