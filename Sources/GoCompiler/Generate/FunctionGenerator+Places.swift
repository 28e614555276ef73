// Places: what can be assigned to, has fields, can be indexed (spec, "Address operators", "Index
// expressions", "Selectors").

import GoSyntax
import GreyBytecode

extension FunctionGenerator {
  /// Where an addressable expression lies. Its operands are evaluated now.
  func place(_ x: Expression) -> Place {
    let bare = x.withoutParentheses
    switch bare.kind {
    case .name(let name):
      if name == "_" { return .blank }
      guard let object = checked.objects[bare.id], let storage = storage(object) else {
        refuse(x.start, "\(name) is")
        return .blank
      }
      return place(storage)
    case .selector(let inner, _):
      guard let selection = checked.selections[bare.id] else { break }
      if selection.kind == .qualified, let object = checked.objects[bare.id],
        let storage = storage(object)
      {
        return place(storage)
      }
      guard selection.kind == .field else { break }
      return field(of: inner, selection.path)
    case .index(let inner, let arguments): return element(of: inner, arguments[0], at: x.start)
    case .star(let inner):
      let pointer = value(inner)
      if TypeLayout.of(type(bare)).size == 0 { builder.emit(.checkNil, pointer) }
      return .memory(reference: pointer, offset: 0)
    default: break
    }
    return .slot(value(x))
  }

  func place(_ storage: Storage) -> Place {
    switch storage {
    case .frame(let slot): return .slot(slot)
    case .framed(let slot, let isNarrow):
      return isNarrow ? .part(base: slot, byte: 0) : .slot(slot)
    case .boxed(let slot): return .memory(reference: slot, offset: 0)
    case .global(let offset):
      let address = reference()
      builder.emit(.globalAddress, address, wide: offset)
      return .memory(reference: address, offset: 0)
    }
  }

  /// The operand of a selector or an index: its place if it has one, else its value.
  func operandPlace(_ x: Expression) -> Place {
    switch x.withoutParentheses.kind {
    case .name, .selector, .index, .star:
      let use = fact(x).use
      if use == .variable { return place(x) }
      if case .selector = x.withoutParentheses.kind, fact(x).constant == nil,
        checked.selections[x.withoutParentheses.id]?.kind == .field
      {
        return place(x)
      }
      return .slot(value(x))
    default: return .slot(value(x))
    }
  }

  // MARK: fields

  func field(of inner: Expression, _ path: [Int]) -> Place {
    var type = type(inner)
    var here: Place
    if type.pointee != nil { here = .slot(value(inner)) } else { here = operandPlace(inner) }
    for index in path {
      if let pointee = type.pointee {
        here = .memory(reference: loaded(here, type), offset: 0)
        type = pointee
      }
      guard let structure = type.structure else { return .blank }
      let offsets = TypeLayout.fields(structure).offsets
      here = here.advanced(by: offsets[index], self)
      type = structure.fields[index].type
    }
    return here
  }

  // MARK: elements

  private func element(of inner: Expression, _ index: Expression, at position: Position) -> Place {
    var type = type(inner)
    var here: Place
    if let pointee = type.pointee {
      here = .memory(reference: value(inner), offset: 0)
      type = pointee
    } else if case .array = type.underlying {
      here = operandPlace(inner)
    } else {
      here = .slot(value(inner))
    }
    switch type.underlying {
    case .array(let count, let element):
      return arrayElement(here, type, count, element, index)
    case .slice(let element):
      guard case .slot(let slice) = here else { return .blank }
      let at = value(index)
      if element.memoryKind != nil { return .element(slice: slice, index: at) }
      let address = reference()
      builder.emit(.elementAddress, address, slice, at, then: TypeLayout.of(element).size)
      return .memory(reference: address, offset: 0)
    case .basic:
      guard case .slot(let string) = here else { return .blank }
      return .element(slice: string, index: value(index))
    case .map(let key, _):
      guard case .slot(let map) = here else { return .blank }
      return .mapElement(map: map, key: value(index, as: key), type: generator.mapType(type))
    default:
      refuse(position, "an index of \(type) is")
      return .blank
    }
  }

  private func arrayElement(
    _ array: Place, _ type: GoType, _ count: Int, _ element: GoType, _ index: Expression
  ) -> Place {
    let size = TypeLayout.of(element).size
    if let constant = fact(index).constant?.intValue {
      return array.advanced(by: constant * size, self)
    }
    let at = value(index)
    switch array {
    case .memory(var reference, let offset):
      if offset != 0 { reference = advanced(reference, by: offset) }
      let address = self.reference()
      builder.emit(
        .arrayAddress, address, reference, at, then: size << 32 | count & 0xFFFF_FFFF)
      return .memory(reference: address, offset: 0)
    case .element, .mapElement, .blank: return .blank
    case .slot, .part, .indexed: break
    }
    guard type.fitsFrame else {
      // A value without a place, that cannot be indexed where it is: one in the heap.
      let made = reference()
      builder.emit(.new, made, wide: generator.object(of: type))
      store(loaded(array, type), to: .memory(reference: made, offset: 0), type)
      let address = reference()
      builder.emit(.arrayAddress, address, made, at, then: size << 32 | count & 0xFFFF_FFFF)
      return .memory(reference: address, offset: 0)
    }
    builder.emit(.checkBounds, at, then: count)
    let offset = data()
    let factor = data()
    builder.constant(size, into: factor)
    builder.emit(.mul, offset, at, factor)
    let bytes = TypeLayout.of(type).size
    switch array {
    case .slot(let slot): return .indexed(base: slot, bytes: bytes, offset: offset)
    case .part(let base, let byte):
      guard byte % 8 == 0 else {
        let copy = loaded(array, type)
        return .indexed(base: copy, bytes: bytes, offset: offset)
      }
      return .indexed(base: base + byte / 8, bytes: bytes, offset: offset)
    case .indexed(let base, let whole, let outer):
      builder.emit(.add, offset, offset, outer)
      return .indexed(base: base, bytes: whole, offset: offset)
    default: return .blank
    }
  }

  func advanced(_ reference: Int, by bytes: Int) -> Int {
    let result = self.reference()
    builder.emit(.offset, result, reference, then: bytes)
    return result
  }

  /// The address of a place in memory, as a reference.
  func address(_ place: Place) -> Int? {
    switch place {
    case .memory(let reference, let offset):
      return offset == 0 ? reference : advanced(reference, by: offset)
    default: return frameAddress(place)
    }
  }

  func addressOfElement(_ slice: Int, _ index: Int, _ element: GoType) -> Int {
    let address = reference()
    builder.emit(.elementAddress, address, slice, index, then: TypeLayout.of(element).size)
    return address
  }

  /// The value in a slot, which may be the place itself.
  func loaded(_ place: Place, _ type: GoType, into: Int? = nil) -> Int {
    if case .slot(let slot) = place {
      guard let into else { return slot }
      move(slot, to: into, type.slotKinds)
      return into
    }
    let slot = into ?? temporary(type)
    load(place, type, into: slot)
    return slot
  }
}

extension Place {
  func advanced(by bytes: Int, _ function: FunctionGenerator) -> Place {
    switch self {
    case .slot(let slot): .part(base: slot, byte: bytes)
    case .part(let base, let byte): .part(base: base, byte: byte + bytes)
    case .memory(let reference, let offset): .memory(reference: reference, offset: offset + bytes)
    case .indexed(let base, let whole, let offset):
      if bytes == 0 {
        self
      } else {
        .indexed(base: base, bytes: whole, offset: sum(offset, bytes, function))
      }
    case .blank, .element, .mapElement: self
    }
  }
  private func sum(_ offset: Int, _ bytes: Int, _ function: FunctionGenerator) -> Int {
    let constant = function.data()
    let result = function.data()
    function.builder.constant(bytes, into: constant)
    function.builder.emit(.add, result, offset, constant)
    return result
  }
}
