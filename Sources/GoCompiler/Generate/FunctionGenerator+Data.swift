// Built-in functions, slices and composite literals (spec, "Built-in functions", "Slice
// expressions", "Composite literals").

import GoSyntax
import GreyBytecode

extension FunctionGenerator {
  func builtin(_ x: Expression, _ call: Call, _ into: Int?) -> Int {
    guard let name = call.function.withoutParentheses.nameText,
      let builtin = Builtin(rawValue: name)
    else { return into ?? 1 }
    let arguments = call.arguments
    let result = type(x)
    if arguments.count == 1, case .tuple = type(arguments[0]) {
      refuse(x.start, "\(name) of the results of one call is")
      return into ?? (result.slotKinds.isEmpty ? 1 : temporary(result))
    }
    switch builtin {
    case .len, .cap: return length(builtin, arguments[0], into)
    case .print, .println: printed(arguments, isLine: builtin == .println)
    case .panic:
      let operand = value(arguments[0], as: Universe.any)
      at(x.position)
      builder.emit(.panic, operand)
    case .new:
      let slot = into ?? reference()
      let pointee = result.pointee ?? .invalid
      if fact(arguments[0]).use == .type {
        make(generator.objectType(of: pointee), for: x, into: slot)
      } else {
        let operand = value(arguments[0], as: pointee)
        let made = reference()
        make(generator.objectType(of: pointee), for: x, isCleared: false, into: made)
        store(operand, to: .memory(reference: made, offset: 0), pointee)
        move(made, to: slot, [true])
      }
      return slot
    case .make: return make(x, arguments, result, into)
    case .append: return append(x, call, result, into)
    case .copy:
      let target = value(arguments[0])
      let source = value(arguments[1])
      let slot = into ?? data()
      guard case .slice(let element) = type(arguments[0]).underlying else { return slot }
      builder.emit(.copySlice, slot, target, source, then: generator.object(of: element))
      return slot
    case .min, .max: return extreme(builtin, arguments, result, into)
    case .delete: delete(arguments[0], arguments[1])
    case .clear: clear(arguments[0])
    case .close:
      let channel = value(arguments[0])
      at(x.position)
      builder.emit(.closeChannel, channel)
    case .recover:
      let slot = into ?? temporary(Universe.any)
      builder.emit(.recover, slot)
      return slot
    case .complex, .real, .imag, .sizeof, .alignof, .offsetof: refuse(x.start, "\(name) is")
    }
    return into ?? (result.slotKinds.isEmpty ? 1 : temporary(result))
  }

  private func length(_ builtin: Builtin, _ x: Expression, _ into: Int?) -> Int {
    let type = type(x)
    switch (type.pointee ?? type).underlying {
    case .array(let count, _):
      _ = value(x)
      let slot = into ?? data()
      builder.constant(count, into: slot)
      return slot
    case .basic, .slice:
      let slot = value(x) + (builtin == .len ? 1 : 2)
      guard let into else { return slot }
      move(slot, to: into, [false])
      return into
    default:
      let operand = value(x)
      let slot = into ?? data()
      builder.emit(.lengthOf, slot, operand, builtin == .len ? 0 : 8)
      return slot
    }
  }

  private func printed(_ arguments: [Expression], isLine: Bool) {
    if arguments.count == 1, case .tuple = type(arguments[0]) {
      // `print(f())`
      for (index, value) in results(arguments[0]).enumerated() {
        if isLine, index > 0 { builder.emit(.print, 0, PrintKind.space.rawValue) }
        builder.emit(.print, value.slot, PrintKind.of(value.type).rawValue)
      }
    } else {
      for (index, x) in arguments.enumerated() {
        if isLine, index > 0 { builder.emit(.print, 0, PrintKind.space.rawValue) }
        builder.emit(.print, value(x), PrintKind.of(type(x)).rawValue)
      }
    }
    if isLine { builder.emit(.print, 0, PrintKind.newline.rawValue) }
    builder.emit(.printEnd)
  }

  private func make(_ x: Expression, _ arguments: [Expression], _ type: GoType, _ into: Int?) -> Int
  {
    let slot = into ?? temporary(type)
    if case .map = type.underlying {
      let hint = arguments.count > 1 ? value(arguments[1]) : nil
      at(x.position)
      makeMap(type, hint: hint, into: slot)
      return slot
    }
    if case .channel(_, let element) = type.underlying {
      let size = arguments.count > 1 ? value(arguments[1]) : data()
      if arguments.count < 2 { builder.constant(0, into: size) }
      at(x.position)
      builder.emit(.makeChannel, slot, size, then: generator.slotObject(of: element))
      return slot
    }
    guard case .slice(let element) = type.underlying else { return slot }
    if let length = fact(arguments[1]).constant?.intValue, length > 0,
      arguments.count == 2 || fact(arguments[2]).constant?.intValue == length
    {
      at(x.position)
      makeSlice(of: element, count: length, for: x, .value, into: slot)
      return slot
    }
    let length = value(arguments[1])
    let capacity = arguments.count > 2 ? value(arguments[2]) : length
    at(x.position)
    builder.emit(.makeSlice, slot, length, capacity, then: generator.object(of: element))
    return slot
  }

  private func append(_ x: Expression, _ call: Call, _ type: GoType, _ into: Int?) -> Int {
    guard case .slice(let element) = type.underlying else { return into ?? 1 }
    let slice = value(call.arguments[0], as: type)
    let rest = call.arguments.dropFirst()
    let object = generator.object(of: element)
    if call.isSpread, let last = rest.first {
      let slot = into ?? temporary(type)
      if fact(last).use == .nilValue {
        move(slice, to: slot, type.slotKinds)
        return slot
      }
      let source = value(last)
      builder.emit(.appendSlice, slot, slice, source, then: object)
      return slot
    }
    if rest.isEmpty {
      guard let into else { return slice }
      move(slice, to: into, type.slotKinds)
      return into
    }
    // A value that is the slice itself must be as it was before.
    let values = rest.map { x -> Int in
      let slot = value(x, as: element)
      guard slot == into else { return slot }
      let copy = temporary(element)
      move(slot, to: copy, element.slotKinds)
      return copy
    }
    let (count, length) = (data(), data())
    builder.constant(rest.count, into: count)
    builder.emit(.move, length, slice + 1)
    let slot = into ?? temporary(type)
    builder.emit(.grow, slot, slice, count, then: object)
    for (index, value) in values.enumerated() {
      if index > 0 { builder.emit(.addImmediate, length, length, 1) }
      if element.memoryKind != nil {
        store(value, to: .element(slice: slot, index: length), element)
      } else {
        store(
          value, to: .memory(reference: addressOfElement(slot, length, element), offset: 0),
          element)
      }
    }
    return slot
  }

  private func extreme(
    _ builtin: Builtin, _ arguments: [Expression], _ type: GoType, _ into: Int?
  ) -> Int {
    let best = temporary(type)
    _ = value(arguments[0], into: best)
    for x in arguments.dropFirst() {
      let next = value(x)
      if type.isFloat {
        builder.emit(builtin == .min ? .minFloat : .maxFloat, best, best, next)
        continue
      }
      let keep = Label()
      let isBetter = compare(builtin == .min ? .less : .greater, next, best, type, nil)
      builder.jump(keep, if: isBetter, is: false)
      move(next, to: best, type.slotKinds)
      builder.place(keep)
    }
    guard let into else { return best }
    move(best, to: into, type.slotKinds)
    return into
  }

  // MARK: slices

  func slice(_ x: Expression, _ into: Int?) -> Int {
    guard case .slice(let inner, let low, let high, let max, _) = x.kind else { return 1 }
    let type = type(inner)
    var operand: Int
    var opcode = Opcode.sliceSlice
    var (size, count) = (1, 0)
    var array = type
    switch type.underlying {
    case .basic:
      opcode = .sliceString
      operand = value(inner)
    case .slice(let element):
      size = TypeLayout.of(element).size
      operand = value(inner)
    default:
      opcode = .sliceArray
      if let pointee = type.pointee {
        array = pointee
        operand = value(inner)
      } else {
        operand = address(place(inner)) ?? 1
      }
      if case .array(let length, let element) = array.underlying {
        size = TypeLayout.of(element).size
        count = length
      }
    }
    let block = temporary([false, false, false])
    for (offset, bound) in [low, high, max].enumerated() {
      if let bound { _ = value(bound, into: block + offset) }
    }
    let slot = into ?? temporary(self.type(x))
    let slicing = Slicing(
      low: low != nil, high: high != nil, max: max != nil, elementBytes: size, count: count)
    at(x.position)
    builder.emit(opcode, slot, operand, block, then: Int(bitPattern: UInt(slicing.rawValue)))
    return slot
  }

  // MARK: literals

  /// Built in a temporary: its elements may read the variable that it is assigned to.
  func composite(_ x: Expression, _ literal: CompositeLiteral, _ type: GoType, _ into: Int?) -> Int
  {
    if let pointee = type.pointee {
      // `&T` left out inside a literal of pointers.
      let value = composite(x, literal, pointee, nil)
      let slot = into ?? reference()
      make(generator.objectType(of: pointee), for: x, isCleared: false, into: slot)
      store(value, to: .memory(reference: slot, offset: 0), pointee)
      return slot
    }
    if type.isTooLarge {
      refuse(x.start, "a literal of so large a \(type) is")
      return into ?? 1
    }
    let made = temporary(type)
    switch type.underlying {
    case .structure(let structure):
      clear(made, type.slotKinds)
      fields(literal, structure, .slot(made))
    case .array(_, let element):
      clear(made, type.slotKinds)
      elements(literal, element) { index, value in
        store(value, to: .part(base: made, byte: index * TypeLayout.of(element).size), element)
      }
    case .slice(let element):
      var length = 0
      elementIndices(literal) { index, _ in length = Swift.max(length, index + 1) }
      makeSlice(of: element, count: length, for: x, .value, into: made)
      elements(literal, element) { index, value in setElement(made, index, value, element) }
    case .map: mapLiteral(literal, type, into: made)
    default: break
    }
    guard let into else { return made }
    move(made, to: into, type.slotKinds)
    return into
  }

  func fields(_ literal: CompositeLiteral, _ structure: StructureType, _ made: Place) {
    for (index, x) in literal.elements.enumerated() {
      var path = [index]
      var operand = x
      if case .keyValue(let key, let inner) = x.kind {
        operand = inner
        path = checked.selections[key.id]?.path ?? []
      }
      var byte = 0
      var current = structure
      var type = GoType.invalid
      for step in path {
        byte += TypeLayout.fields(current).offsets[step]
        type = current.fields[step].type
        if let next = type.structure { current = next }
      }
      withTemporaries {
        store(value(operand, as: type), to: made.advanced(by: byte, self), type)
      }
    }
  }

  private func elementIndices(_ literal: CompositeLiteral, _ body: (Int, Expression) -> Void) {
    var next = 0
    for x in literal.elements {
      var operand = x
      if case .keyValue(let key, let inner) = x.kind {
        next = fact(key).constant?.intValue ?? next
        operand = inner
      }
      body(next, operand)
      next += 1
    }
  }

  func elements(
    _ literal: CompositeLiteral, _ element: GoType, _ set: (Int, Int) -> Void
  ) {
    elementIndices(literal) { index, x in
      withTemporaries { set(index, value(x, as: element)) }
    }
  }
}

extension PrintKind {
  static func of(_ type: GoType) -> PrintKind {
    if type.isString { return .string }
    if type.isBoolean { return .boolean }
    if type.isFloat { return type.memoryKind == .f32 ? .float32 : .float }
    if type.isInteger { return type.isUnsigned ? .unsigned : .signed }
    if type.isInterface { return .interface }
    if case .slice = type.underlying { return .slice }
    return .pointer
  }
}
