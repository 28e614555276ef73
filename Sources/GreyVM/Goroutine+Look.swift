// Looking at values of any type: what `fmt`, `sort` and `errors` need instead of reflection.
//
// A value comes in an interface. What is asked for comes out as a value in an interface too: a part
// of it, what it points to, its entries. Types are named by one more than their numbers, as in
// interfaces, so that zero is none. In a box a scalar fills a word, in an array, a struct or behind
// a pointer it has its own width: `interface` turns the one into the other.

import GreyBasics
import GreyBytecode
import GreyCollector
import GreyMutator

extension Goroutine {
  private func described(_ type: Int) -> RuntimeType? {
    loaded.program.runtimeTypes.indices.contains(type - 1)
      ? loaded.program.runtimeTypes[type - 1] : nil
  }

  func look(
    _ native: Native, _ block: Int, _ first: Int, _ task: TaskContext, _ r: Registers
  ) -> Int {
    switch native {
    case .typeOf: r[block] = r[first]
    case .typeName:
      return put(task, (described(r[first])?.name ?? "").utf8, r, block) ? 2 : 0
    case .typeKind: r[block] = Int(described(r[first])?.kind.rawValue ?? 0)
    case .typeElement, .typeKey, .typeCount:
      r[block] = part(native, described(r[first])?.composition ?? .none)
    case .fieldName:
      return put(task, (field(r[first], r[first + 1])?.name ?? "").utf8, r, block) ? 2 : 0
    case .fieldFlags:
      let field = field(r[first], r[first + 1])
      r[block] = (field?.isExported == true ? 1 : 0) + (field?.isEmbedded == true ? 2 : 0)
    case .fieldType: r[block] = field(r[first], r[first + 1]).map { $0.type + 1 } ?? 0
    case .isComparable:
      if case .none? = described(r[first])?.equality {
        r[block] = 0
      } else {
        r[block] = 1
      }
    case .word, .pointer: word(r, block, first)
    case .text: copy(2, r, block, first)
    case .bytes: bytes(r, block, first)
    case .length: r[block] = length(task, r, first)
    case .element: return element(task, r, block, first) ? 2 : 0
    case .pointee:
      guard case .pointer(let type)? = described(r[first])?.composition, r[first + 1] != 0 else {
        r[block] = 0
        r[block + 1] = 0
        return 2
      }
      guard let place = object(task, r[bits: first + 1]) else { return 0 }
      return interface(task, type, at: place, r, block) ? 2 : 0
    case .entries: return entries(task, r, first) ? 2 : 0
    case .swap: swap(task, r, first)
    case .assign: return assign(task, r, block, first) ? 2 : 0
    default: preconditionFailure("\(native) is none of these")
    }
    return 2
  }

  private func part(_ native: Native, _ composition: RuntimeType.Composition) -> Int {
    switch (native, composition) {
    case (.typeElement, .pointer(let type)), (.typeElement, .slice(let type, _)),
      (.typeElement, .array(let type, _, _)):
      type + 1
    case (.typeElement, .map(_, let type, _)): type + 1
    case (.typeKey, .map(let type, _, _)): type + 1
    case (.typeCount, .array(_, let count, _)): count
    case (.typeCount, .structure(let fields)): fields.count
    default: 0
    }
  }

  private func field(_ type: Int, _ index: Int) -> RuntimeType.Composition.Field? {
    guard case .structure(let fields)? = described(type)?.composition,
      fields.indices.contains(index)
    else { return nil }
    return fields[index]
  }

  /// What an interface leads to: the value of a pointer's is in the interface itself.
  private func value(_ r: Registers, _ slot: Int) -> UnsafeMutableRawPointer {
    described(r[slot])?.form == .pointer || r[slot + 1] == 0
      ? r.address(slot + 1) : address(r[bits: slot + 1])
  }

  private func word(_ r: Registers, _ block: Int, _ first: Int) {
    r[block] = value(r, first).load(as: Int.self)
  }

  private func copy(_ words: Int, _ r: Registers, _ block: Int, _ first: Int) {
    r.address(block).copyMemory(from: value(r, first), byteCount: words * 8)
  }

  /// Of a slice or an array of bytes.
  private func bytes(_ r: Registers, _ block: Int, _ first: Int) {
    if case .array(_, let count, _)? = described(r[first])?.composition {
      r[block] = r[first + 1]
      r[block + 1] = count
      r[block + 2] = count
    } else {
      copy(3, r, block, first)
    }
  }

  private func length(_ task: TaskContext, _ r: Registers, _ first: Int) -> Int {
    guard let type = described(r[first]) else { return 0 }
    switch type.composition {
    case .array(_, let count, _): return count
    case .structure(let fields): return fields.count
    default: break
    }
    switch type.kind {
    case .string, .slice: return value(r, first).load(fromByteOffset: 8, as: Int.self)
    case .map, .channel:
      if r[first + 1] == 0 { return 0 }
      return object(task, r[bits: first + 1])?.load(as: Int.self) ?? 0
    default: return 0
    }
  }

  private func element(_ task: TaskContext, _ r: Registers, _ block: Int, _ first: Int) -> Bool {
    let index = r[first + 2]
    switch described(r[first])?.composition {
    case .slice(let type, let stride):
      let slice = value(r, first)
      let count = slice.load(fromByteOffset: 8, as: Int.self)
      guard index >= 0, index < count else { return trapped(.index(index, length: count)) }
      return interface(
        task, type, at: address(slice.load(as: UInt64.self)) + index * stride, r, block)
    case .array(let type, let count, let stride):
      guard index >= 0, index < count else { return trapped(.index(index, length: count)) }
      return interface(task, type, at: value(r, first) + index * stride, r, block)
    case .structure(let fields):
      guard fields.indices.contains(index) else {
        return trapped(.index(index, length: fields.count))
      }
      return interface(
        task, fields[index].type, at: value(r, first) + fields[index].offset, r, block)
    default: return trapped(.error("a value without elements was asked for one"))
    }
  }

  /// The value in memory, of that type, as an interface.
  private func interface(
    _ task: TaskContext, _ type: Int, at place: UnsafeMutableRawPointer, _ r: Registers,
    _ block: Int
  ) -> Bool {
    let described = loaded.program.runtimeTypes[type]
    if described.isInterface {
      r.address(block).copyMemory(from: place, byteCount: 16)
      return true
    }
    if described.form == .pointer {
      r[bits: block + 1] = place.relaxedWord
      r[block] = type + 1
      return true
    }
    guard let made = allocate(task, described.object, count: 1) else { return false }
    let box = address(made)
    switch described.kind {
    case .bool, .uint8: box.relaxedWord = UInt64(place.u8)
    case .int8: box.relaxedWord = UInt64(bitPattern: Int64(place.s8))
    case .uint16: box.relaxedWord = UInt64(place.u16)
    case .int16: box.relaxedWord = UInt64(bitPattern: Int64(place.s16))
    case .uint32: box.relaxedWord = UInt64(place.u32)
    case .int32: box.relaxedWord = UInt64(bitPattern: Int64(place.s32))
    case .float32: box.relaxedWord = place.f32.bitPattern
    default:
      if loaded.objects[described.object].bytes > 0 {
        copyIn(task, to: box, from: place, object: described.object, count: 1)
      }
    }
    r[bits: block + 1] = made
    r[block] = type + 1
    return true
  }

  /// Keys and values of a map, alternately, into a slice of interfaces with room for them.
  private func entries(_ task: TaskContext, _ r: Registers, _ first: Int) -> Bool {
    guard case .map(let key, let value, let number)? = described(r[first])?.composition,
      r[first + 1] != 0
    else { return true }
    guard let object = object(task, r[bits: first + 1]) else { return false }
    let map = MapHeader(words: object)
    let record = loaded.maps[number]
    let target = address(r[bits: first + 2])
    let room = r[first + 3]
    var next = 0
    for position in 0..<map.used {
      let entry = address(map.entries) + position * record.entryBytes
      if entry.load(as: UInt64.self) == 0 { continue }
      for (type, offset) in [(key, 8), (value, record.valueOffset)] where next < room {
        guard boxed(task, type, words: entry + offset, to: target + next * 16) else {
          return false
        }
        next += 1
      }
    }
    return true
  }

  /// A value that lies as slots do, as an interface in memory.
  private func boxed(
    _ task: TaskContext, _ type: Int, words: UnsafeMutableRawPointer,
    to target: UnsafeMutableRawPointer
  ) -> Bool {
    let described = loaded.program.runtimeTypes[type]
    var (tag, reference) = (UInt64(type + 1), UInt64(0))
    if described.isInterface {
      tag = words.relaxedWord
      reference = (words + 8).relaxedWord
    } else if described.form == .pointer {
      reference = words.relaxedWord
    } else {
      guard let made = allocate(task, described.object, count: 1) else { return false }
      if loaded.objects[described.object].bytes > 0 {
        copyIn(task, to: address(made), from: words, object: described.object, count: 1)
      }
      reference = made
    }
    target.relaxedWord = tag
    task.core.pointee.worker.pointee.barrier.store(reference, to: target + 8)
    return true
  }

  /// Two elements of a slice.
  private func swap(_ task: TaskContext, _ r: Registers, _ first: Int) {
    guard case .slice(let type, let stride)? = described(r[first])?.composition, stride > 0 else {
      return
    }
    let slice = value(r, first)
    let base = address(slice.load(as: UInt64.self))
    let (a, b) = (base + r[first + 2] * stride, base + r[first + 3] * stride)
    let held = UnsafeMutableRawPointer.allocate(byteCount: stride, alignment: 8)
    defer { held.deallocate() }
    held.copyMemory(from: a, byteCount: stride)
    let element = loaded.program.runtimeTypes[type]
    if loaded.objects[element.object].references.isEmpty {
      a.copyMemory(from: b, byteCount: stride)
      b.copyMemory(from: held, byteCount: stride)
    } else {
      copyIn(task, to: a, from: b, object: element.object, count: 1)
      copyIn(task, to: b, from: held, object: element.object, count: 1)
    }
  }

  /// Through a pointer, if the value has the type that it leads to.
  private func assign(_ task: TaskContext, _ r: Registers, _ block: Int, _ first: Int) -> Bool {
    r[block] = 0
    guard case .pointer(let number)? = described(r[first])?.composition, r[first + 2] != 0,
      let place = object(task, r[bits: first + 1])
    else { return true }
    let wanted = loaded.program.runtimeTypes[number]
    let barrier = task.core.pointee.worker.pointee.barrier
    if wanted.isInterface {
      let fits = wanted.demands.allSatisfy {
        loaded.program.methods[$0.number][r[first + 2] - 1] >= 0
      }
      if !fits { return true }
      place.relaxedWord = r[bits: first + 2]
      barrier.store(r[bits: first + 3], to: place + 8)
    } else {
      if r[first + 2] != number + 1 { return true }
      if wanted.form == .pointer {
        barrier.store(r[bits: first + 3], to: place)
      } else {
        store(task, wanted, from: address(r[bits: first + 3]), to: place)
      }
    }
    r[block] = 1
    return true
  }

  private func store(
    _ task: TaskContext, _ type: RuntimeType, from box: UnsafeMutableRawPointer,
    to place: UnsafeMutableRawPointer
  ) {
    switch type.kind {
    case .bool, .uint8, .int8: place.put8(box.load(as: Int.self))
    case .uint16, .int16: place.put16(box.load(as: Int.self))
    case .uint32, .int32: place.put32(box.load(as: Int.self))
    case .float32: place.putF32(box.load(as: Double.self))
    default: copyIn(task, to: place, from: box, object: type.object, count: 1)
    }
  }
}
