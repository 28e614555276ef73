// Go's memory layout, and what a value is in a frame.
//
// Sizes and alignments are those of Go on 64-bit machines, so heap sizes agree with Go's. A scalar
// in a frame fills a slot in its extended form; everything else lies in a frame as it does in
// memory, rounded up to words. References are aligned to words in both, so a word is a reference or
// it is not.

import GoSyntax
import GreyBytecode

/// How a scalar lies in memory.
enum MemoryKind {
  case u8, s8, u16, s16, u32, s32, word, f32, reference
}

struct TypeLayout {
  var size = 0
  var alignment = 1
  /// Words of the memory layout that hold references.
  var references: [Int] = []

  var words: Int { (size + 7) / 8 }

  static func of(_ type: GoType) -> TypeLayout {
    switch type.underlying {
    case .basic(let basic):
      switch basic.canonical {
      case .string, .untypedString: return TypeLayout(size: 16, alignment: 8, references: [0])
      case .bool, .untypedBool: return TypeLayout(size: 1)
      case .untypedNil: return TypeLayout(size: 8, alignment: 8, references: [0])
      default:
        let bytes = (basic.bits ?? 64) / 8
        return TypeLayout(size: bytes, alignment: min(8, bytes))
      }
    case .pointer, .map, .channel, .function:
      return TypeLayout(size: 8, alignment: 8, references: [0])
    case .slice: return TypeLayout(size: 24, alignment: 8, references: [0])
    case .interface: return TypeLayout(size: 16, alignment: 8, references: [1])
    case .array(let count, let element):
      let one = of(element)
      var layout = TypeLayout(size: one.size &* count, alignment: one.alignment)
      if !one.references.isEmpty {
        for index in 0..<count {
          layout.references += one.references.map { $0 + index * one.words }
        }
      }
      return layout
    case .structure(let structure): return fields(structure).whole
    case .tuple, .named, .invalid: return TypeLayout()
    }
  }

  static func fields(_ structure: StructureType) -> (offsets: [Int], whole: TypeLayout) {
    var whole = TypeLayout()
    var offsets: [Int] = []
    for field in structure.fields {
      let one = of(field.type)
      let offset = (whole.size + one.alignment - 1) / one.alignment * one.alignment
      offsets.append(offset)
      whole.size = offset + one.size
      whole.alignment = max(whole.alignment, one.alignment)
      whole.references += one.references.map { $0 + offset / 8 }
    }
    // The address of a last field without size must not be the next object's.
    if let last = structure.fields.last, whole.size > 0, of(last.type).size == 0 { whole.size += 1 }
    whole.size = (whole.size + whole.alignment - 1) / whole.alignment * whole.alignment
    return (offsets, whole)
  }
}

extension GoType {
  /// Of what fills one slot in a form of its own; nil for strings, slices, interfaces, structs and
  /// arrays.
  var memoryKind: MemoryKind? {
    switch underlying {
    case .basic(let basic):
      switch basic.canonical {
      case .string, .untypedString: nil
      case .bool, .untypedBool, .uint8: .u8
      case .int8: .s8
      case .uint16: .u16
      case .int16: .s16
      case .uint32: .u32
      case .int32, .untypedRune: .s32
      case .float32: .f32
      case .untypedNil: .reference
      default: .word
      }
    case .pointer, .map, .channel, .function: .reference
    default: nil
    }
  }

  /// The slots of a value: true for references.
  var slotKinds: [Bool] {
    if let kind = memoryKind { return [kind == .reference] }
    let layout = TypeLayout.of(self)
    var kinds = [Bool](repeating: false, count: layout.words)
    for word in layout.references { kinds[word] = true }
    return kinds
  }

  /// Whether a value may lie in a frame: not too large, and an array only where all its words are
  /// of one kind, so that an index found at run time cannot mix them up.
  var fitsFrame: Bool {
    let layout = TypeLayout.of(self)
    return layout.size <= 8192 && hasPlainArrays
  }
  private var hasPlainArrays: Bool {
    switch underlying {
    case .array(let count, let element):
      let layout = TypeLayout.of(element)
      let isUniform =
        layout.references.isEmpty || layout.references.count == layout.words || count <= 1
      return isUniform && element.hasPlainArrays
    case .structure(let structure): return structure.fields.allSatisfy(\.type.hasPlainArrays)
    default: return true
    }
  }
}
