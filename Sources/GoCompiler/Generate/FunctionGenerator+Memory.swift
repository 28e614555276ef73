// Loads and stores: from places to slots and back, in the width of the type.

import GoSyntax
import GreyBytecode

extension MemoryKind {
  var load: Opcode {
    switch self {
    case .u8: .loadU8
    case .s8: .loadS8
    case .u16: .loadU16
    case .s16: .loadS16
    case .u32: .loadU32
    case .s32: .loadS32
    case .word: .load64
    case .f32: .loadF32
    case .reference: .loadReference
    }
  }
  var store: Opcode {
    switch self {
    case .u8, .s8: .store8
    case .u16, .s16: .store16
    case .u32, .s32: .store32
    case .word: .store64
    case .f32: .storeF32
    case .reference: .storeReference
    }
  }
  var element: Opcode {
    switch self {
    case .u8: .elementU8
    case .s8: .elementS8
    case .u16: .elementU16
    case .s16: .elementS16
    case .u32: .elementU32
    case .s32: .elementS32
    case .word: .element64
    case .f32: .elementF32
    case .reference: .elementReference
    }
  }
  var setElement: Opcode {
    switch self {
    case .u8, .s8: .setElement8
    case .u16, .s16: .setElement16
    case .u32, .s32: .setElement32
    case .word: .setElement64
    case .f32: .setElementF32
    case .reference: .setElementReference
    }
  }
  var frame: Opcode {
    switch self {
    case .u8: .frameU8
    case .s8: .frameS8
    case .u16: .frameU16
    case .s16: .frameS16
    case .u32: .frameU32
    case .s32: .frameS32
    case .word: .frame64
    case .f32: .frameF32
    case .reference: .frameReference
    }
  }
  var setFrame: Opcode {
    switch self {
    case .u8, .s8: .setFrame8
    case .u16, .s16: .setFrame16
    case .u32, .s32: .setFrame32
    case .word: .setFrame64
    case .f32: .setFrameF32
    case .reference: .setFrameReference
    }
  }
  /// A slot of a struct or array holds it as a variable's slot does.
  var isWholeWord: Bool { self == .word || self == .reference }
}

extension FunctionGenerator {
  func load(_ place: Place, _ type: GoType, into slot: Int) {
    let kinds = type.slotKinds
    if case .mapElement(let map, let key, let number) = place {
      builder.emit(.mapGet, slot, map, key, then: number)
      return
    }
    if kinds.isEmpty {
      if case .memory(let reference, _) = place { builder.emit(.checkNil, reference) }
      return
    }
    switch place {
    case .blank: break
    case .slot(let from): move(from, to: slot, kinds)
    case .part(let base, let byte): access(type, base, byte, slot, isStore: false)
    case .indexed(let base, let bytes, let offset):
      guard let kind = type.memoryKind else {
        eachWord(type) { word, kind in
          let part = place.advanced(by: word * 8, self)
          if case .indexed(_, _, let at) = part {
            builder.emit(kind.frame, slot + word, base, at, then: bytes)
          }
        }
        return
      }
      builder.emit(kind.frame, slot, base, offset, then: bytes)
    case .memory(let reference, let offset):
      let (reference, offset) = reachable(reference, offset)
      if let kind = type.memoryKind {
        builder.emit(kind.load, slot, reference, offset)
      } else {
        builder.emit(.loadWords, slot, reference, offset, then: generator.object(of: type))
      }
    case .element(let slice, let index):
      if let kind = type.memoryKind { builder.emit(kind.element, slot, slice, index) }
    case .mapElement: break
    }
  }

  func store(_ slot: Int, to place: Place, _ type: GoType) {
    let kinds = type.slotKinds
    if case .mapElement(let map, let key, let number) = place {
      builder.emit(.mapSet, slot, map, key, then: number)
      return
    }
    if kinds.isEmpty {
      if case .memory(let reference, _) = place { builder.emit(.checkNil, reference) }
      return
    }
    switch place {
    case .blank: break
    case .slot(let target): move(slot, to: target, kinds)
    case .part(let base, let byte): access(type, base, byte, slot, isStore: true)
    case .indexed(let base, let bytes, let offset):
      guard let kind = type.memoryKind else {
        eachWord(type) { word, kind in
          let part = place.advanced(by: word * 8, self)
          if case .indexed(_, _, let at) = part {
            builder.emit(kind.setFrame, slot + word, base, at, then: bytes)
          }
        }
        return
      }
      builder.emit(kind.setFrame, slot, base, offset, then: bytes)
    case .memory(let reference, let offset):
      let (reference, offset) = reachable(reference, offset)
      if let kind = type.memoryKind {
        builder.emit(kind.store, reference, slot, offset)
      } else {
        builder.emit(.storeWords, reference, slot, offset, then: generator.object(of: type))
      }
    case .element(let slice, let index):
      if let kind = type.memoryKind { builder.emit(kind.setElement, slice, slot, index) }
    case .mapElement: break
    }
  }

  /// An offset that the instruction has bits for.
  private func reachable(_ reference: Int, _ offset: Int) -> (Int, Int) {
    offset < 0x10000 ? (reference, offset) : (advanced(reference, by: offset), 0)
  }

  private func eachWord(_ type: GoType, _ body: (Int, MemoryKind) -> Void) {
    let size = TypeLayout.of(type).size
    if size % 8 != 0 {
      return refuse(position, "an array in a frame with elements of \(size) bytes is")
    }
    for (word, isReference) in type.slotKinds.enumerated() {
      body(word, isReference ? .reference : .word)
    }
  }

  /// Part of a struct or array in the frame, at an offset known now.
  private func access(_ type: GoType, _ base: Int, _ byte: Int, _ slot: Int, isStore: Bool) {
    let kinds = type.slotKinds
    let inside = base + byte / 8
    if let kind = type.memoryKind {
      if kind.isWholeWord {
        move(isStore ? slot : inside, to: isStore ? inside : slot, kinds)
        return
      }
      let offset = data()
      builder.constant(byte % 8, into: offset)
      builder.emit(isStore ? kind.setFrame : kind.frame, slot, inside, offset, then: 8)
      return
    }
    let size = TypeLayout.of(type).size
    if byte % 8 == 0, size % 8 == 0 {
      move(isStore ? slot : inside, to: isStore ? inside : slot, kinds)
      return
    }
    // Narrow parts side by side: piece by piece, none across a word.
    var done = 0
    let (offset, piece) = (data(), data())
    while done < size {
      let from = byte + done
      var width = 4
      while width > size - done || from % width != 0 || done % width != 0 { width /= 2 }
      let kind: MemoryKind = width == 4 ? .u32 : width == 2 ? .u16 : .u8
      let outer = base * 8 + from
      let own = slot * 8 + done
      let source = isStore ? own : outer
      let target = isStore ? outer : own
      builder.constant(source % 8, into: offset)
      builder.emit(kind.frame, piece, source / 8, offset, then: 8)
      builder.constant(target % 8, into: offset)
      builder.emit(kind.setFrame, piece, target / 8, offset, then: 8)
      done += width
    }
  }
}
