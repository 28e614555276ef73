// Objects in the frame: what has an address and does not outlive its function.
//
// Such an object is a block of slots that belongs to it for the whole function: a scope may end
// while a pointer to its variable lives on, so the block is never used for anything else. It has
// the layout of an object in the heap, and the frame's map says which of its words are references;
// what leads to it is a *frame reference* (`Reference`). A statement that runs again uses the same
// block again: whatever would keep the object beyond its turn of a loop has made it escape.
//
// The frame is cleared at every call, so blocks are kept small; what is larger goes to the heap.

import GoSyntax
import GreyBytecode

/// A block of slots that references lead to.
struct FrameObject {
  let slot: Int
  /// The type of its elements, and how many there are.
  let object: ObjectType
  let count: Int

  var kinds: [Bool] {
    if object.references.isEmpty {
      return Array(repeating: false, count: max(1, (object.bytes * count + 7) / 8))
    }
    var one = [Bool](repeating: false, count: object.words)
    for word in object.references { one[word] = true }
    return Array((0..<count).map { _ in one }.joined())
  }

  func contains(_ other: Int) -> Bool { (slot..<slot + kinds.count).contains(other) }
}

extension FunctionGenerator {
  /// Words of all frame objects of a function. (Go puts up to 64 KiB a value into a frame, which it
  /// need not clear.)
  private static let mostWords = 2048

  /// The variable is in the frame and something holds its address.
  func isFrameObject(_ object: Object) -> Bool {
    !isInHeap(object) && storageRule.needsAddress(object)
  }

  /// A block for `count` elements, not cleared. Nil: there are too many already.
  func frameObject(_ type: ObjectType, count: Int = 1) -> FrameObject? {
    let (bytes, overflow) = max(8, type.bytes).multipliedReportingOverflow(by: count)
    guard !overflow, bytes <= Self.mostWords * 8 else { return nil }
    let shape = FrameObject(slot: 0, object: type, count: count)
    let kinds = shape.kinds
    guard frameObjectWords + kinds.count <= Self.mostWords else { return nil }
    frameObjectWords += kinds.count
    let made = FrameObject(slot: builder.take(kinds), object: type, count: count)
    frameObjects.append(made)
    return made
  }

  /// Slots that are there already, and stay.
  func frameObject(at slot: Int, _ type: GoType) {
    frameObjects.append(FrameObject(slot: slot, object: generator.objectType(of: type), count: 1))
  }

  func address(of one: FrameObject, into slot: Int) {
    builder.emit(
      .frameAddress, slot, one.slot, one.count, then: generator.object(one.object))
  }

  // MARK: variables

  /// A new variable whose address is taken. Narrow scalars differ between a slot and memory.
  func framed(_ type: GoType) -> Storage? {
    guard let one = frameObject(generator.objectType(of: type)) else { return nil }
    return .framed(one.slot, isNarrow: type.isNarrowScalar)
  }

  /// The address of a place in a frame object.
  func frameAddress(_ place: Place) -> Int? {
    let (base, byte): (Int, Int)
    switch place {
    case .slot(let slot): (base, byte) = (slot, 0)
    case .part(let slot, let offset): (base, byte) = (slot, offset)
    case .indexed(let slot, _, _): (base, byte) = (slot, 0)
    default: return nil
    }
    guard let one = frameObjects.last(where: { $0.contains(base) }) else { return nil }
    let bytes = (base - one.slot) * 8 + byte
    guard case .indexed(_, _, let offset) = place else {
      let start = reference()
      address(of: one, into: start)
      return bytes == 0 ? start : advanced(start, by: bytes)
    }
    let whole = temporary([true, false])
    address(of: one, into: whole)
    if bytes != 0 { builder.emit(.offset, whole, whole, then: bytes) }
    builder.constant(Int(Int32.max), into: whole + 1)
    let result = reference()
    builder.emit(.elementAddress, result, whole, offset, then: 1)
    return result
  }

  // MARK: allocations

  /// A new object, zero where `isCleared`: in the frame where that was proved to be enough.
  func make(
    _ type: ObjectType, for site: Expression?, _ kind: AllocationSite.Kind = .value,
    isCleared: Bool = true, into slot: Int
  ) {
    guard let site, storageRule.isInFrame(site, kind), let one = frameObject(type) else {
      builder.emit(.new, slot, wide: generator.object(type))
      return
    }
    if isCleared { clear(one.slot, one.kinds) }
    address(of: one, into: slot)
  }

  /// A slice of that many zero elements.
  func makeSlice(
    of element: GoType, count: Int, for site: Expression?, _ kind: AllocationSite.Kind,
    into slot: Int
  ) {
    let type = generator.objectType(of: element)
    if count > 0, type.bytes > 0, let site, storageRule.isInFrame(site, kind),
      let one = frameObject(type, count: count)
    {
      clear(one.slot, one.kinds)
      address(of: one, into: slot)
      builder.constant(count, into: slot + 1)
      builder.constant(count, into: slot + 2)
      return
    }
    let length = data()
    builder.constant(count, into: length)
    builder.emit(.makeSlice, slot, length, length, then: generator.object(type))
  }

  /// An interface's value in a box that lies in the frame. False: it goes to the heap.
  func boxInFrame(_ slot: Int, _ type: GoType, _ result: Int) -> Bool {
    let number = generator.runtimeType(type)
    let described = generator.program.runtimeTypes[number]
    let object = generator.program.objects[described.object]
    guard described.form == .boxed, object.bytes > 0, let one = frameObject(object) else {
      return false
    }
    move(slot, to: one.slot, one.kinds)
    builder.constant(number + 1, into: result)
    address(of: one, into: result + 1)
    return true
  }
}

extension GoType {
  /// A scalar whose form in a slot is not that in memory.
  var isNarrowScalar: Bool { memoryKind.map { !$0.isWholeWord } ?? false }
}
