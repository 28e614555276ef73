// Calls, closures and conversions (spec, "Calls", "Function literals", "Conversions").
//
// Arguments are evaluated into the call's block. A closure is an object: the function's number,
// then what it captured, by value where the variable never changes, else the variable's box.

import GoSyntax
import GreyBytecode

extension FunctionGenerator {
  func callValue(_ x: Expression, _ call: Call, _ into: Int?) -> Int {
    let use = fact(call.function).use
    if use == .type { return conversion(call.arguments[0], type(x), into) }
    if use == .builtin { return builtin(x, call, into) }
    let (block, results) = self.call(x, call)
    guard let into else { return block }
    if results.count == 1 { move(block, to: into, results[0].slotKinds) }
    return into
  }

  /// Where the results lie, side by side, and their types.
  func call(_ x: Expression, _ call: Call) -> (block: Int, results: [GoType]) {
    let function = call.function.withoutParentheses
    guard let signature = type(function).signature else {
      refuse(x.start, "this call is")
      return (1, [])
    }
    let results = signature.results.map(\.type)
    let resultKinds = results.flatMap(\.slotKinds)
    if case .selector(let inner, let name) = function.kind,
      let selection = checked.selections[function.id], selection.kind == .method
    {
      let operand = type(inner)
      let start: Place = operand.pointee != nil ? .slot(value(inner)) : operandPlace(inner)
      let (place, type) = walked(start, operand, selection.path)
      let block = callMethod(
        place, type, selection.method, name.text, signature, at: x.position
      ) { arguments(call, signature, for: x, from: $0) }
      return (block, results)
    }
    var closure: Int?
    var number: Int?
    var native: Native?
    if let object = checked.objects[function.id], object.kind == .function {
      native = generator.native(object)
      if native == nil { number = generator.number(of: object) }
      if number == nil, native == nil { refuse(x.start, "a function without a body is") }
    } else {
      closure = value(function)
    }
    let block = temporary(resultKinds + signature.parameters.flatMap(\.type.slotKinds))
    arguments(call, signature, for: x, from: block + resultKinds.count)
    at(x.position)
    if let native {
      builder.emit(.native, block, then: native.rawValue)
    } else if let number {
      builder.emit(.call, block, then: number)
    } else if let closure {
      builder.emit(.callClosure, block, closure, 0, then: generator.signature(signature))
    }
    return (block, results)
  }

  func arguments(
    _ call: Call, _ signature: Signature, for site: Expression? = nil, from first: Int
  ) {
    let parameters = signature.parameters.map(\.type)
    var slot = first
    // `f(g())`
    if call.arguments.count == 1, case .tuple(let types) = type(call.arguments[0]), types.count > 1
    {
      guard case .call(let inner) = call.arguments[0].withoutParentheses.kind else { return }
      var source = self.call(call.arguments[0], inner).block
      var values: [(slot: Int, type: GoType)] = []
      for type in types {
        values.append((source, type))
        source += type.slotKinds.count
      }
      pass(values, parameters, signature.isVariadic, site, from: first)
      return
    }
    let fixed = signature.isVariadic && !call.isSpread ? parameters.count - 1 : parameters.count
    for (argument, parameter) in zip(call.arguments, parameters.prefix(fixed)) {
      _ = value(argument, as: parameter, into: slot)
      slot += parameter.slotKinds.count
    }
    if fixed < parameters.count, case .slice(let element) = parameters[fixed] {
      let rest = call.arguments.dropFirst(fixed)
      variadic(rest.map { x in { self.value(x, as: element) } }, element, site, into: slot)
    }
  }

  private func pass(
    _ values: [(slot: Int, type: GoType)], _ parameters: [GoType], _ isVariadic: Bool,
    _ site: Expression?, from first: Int
  ) {
    var slot = first
    let fixed = isVariadic ? parameters.count - 1 : parameters.count
    for (value, parameter) in zip(values, parameters.prefix(fixed)) {
      _ = converted(value.slot, from: value.type, to: parameter, into: slot)
      slot += parameter.slotKinds.count
    }
    if isVariadic, case .slice(let element) = parameters[fixed] {
      variadic(
        values.dropFirst(fixed).map { v in
          { self.converted(v.slot, from: v.type, to: element) }
        }, element, site, into: slot)
    }
  }

  /// A slice of the values, which are made one after the other.
  private func variadic(
    _ values: [() -> Int], _ element: GoType, _ site: Expression?, into slot: Int
  ) {
    if values.isEmpty { return clear(slot, [true, false, false]) }
    let slice = temporary([true, false, false])
    makeSlice(of: element, count: values.count, for: site, .variadic, into: slice)
    for (index, value) in values.enumerated() {
      withTemporaries { setElement(slice, index, value(), element) }
    }
    move(slice, to: slot, [true, false, false])
  }

  func setElement(_ slice: Int, _ index: Int, _ value: Int, _ element: GoType) {
    store(
      value, to: .memory(reference: slice, offset: index * TypeLayout.of(element).size), element)
  }

  // MARK: function values

  func functionValue(_ object: Object, _ into: Int?, _ position: Position) -> Int {
    let slot = into ?? reference()
    guard let number = generator.number(of: object) else {
      refuse(position, "a function without a body is")
      return slot
    }
    makeClosure(number, [], slot)
    return slot
  }

  func closure(_ x: Expression, _ into: Int?) -> Int {
    let slot = into ?? reference()
    guard let info = checked.literals[x.id] else { return slot }
    let prefix = checked.isLibrary ? checked.path : "main"
    let number = generator.number(of: info, in: checked, "\(prefix).\(name)")
    let made = reference()
    makeClosure(number, info.captures, made, for: x)
    move(made, to: slot, [true])
    return slot
  }

  func makeClosure(
    _ number: Int, _ captures: [Object], _ slot: Int, for site: Expression? = nil
  ) {
    let layout = Self.closureLayout(captures, isCapturedByReference)
    make(layout.object, for: site, into: slot)
    let function = data()
    builder.constant(number, into: function)
    builder.emit(.store64, slot, function, 0)
    for (object, offset) in zip(captures, layout.offsets) {
      let target = Place.memory(reference: slot, offset: offset)
      switch storage(object) {
      case .frame(let value): store(value, to: target, object.type)
      case .framed(let block, _):
        if let address = frameAddress(.slot(block)) {
          store(address, to: target, .pointer(object.type))
        }
      case .boxed(let box): store(box, to: target, .pointer(object.type))
      default: break
      }
    }
  }

  /// Closures hold its address, else a copy.
  func isCapturedByReference(_ object: Object) -> Bool {
    isInHeap(object) || storageRule.needsAddress(object)
  }

  static func closureLayout(
    _ captures: [Object], _ isByReference: (Object) -> Bool
  ) -> (offsets: [Int], object: ObjectType) {
    var layout = TypeLayout(size: 8, alignment: 8)
    var offsets: [Int] = []
    for object in captures {
      let one =
        isByReference(object)
        ? TypeLayout(size: 8, alignment: 8, references: [0]) : .of(object.type)
      let offset = (layout.size + one.alignment - 1) / one.alignment * one.alignment
      offsets.append(offset)
      layout.references += one.references.map { $0 + offset / 8 }
      layout.size = offset + one.size
    }
    return (
      offsets,
      ObjectType(
        name: "func", bytes: (layout.size + 7) / 8 * 8, references: layout.references)
    )
  }

  /// What the closure captured, from its object into this frame.
  func bindCaptures(_ info: FunctionInfo) {
    if info.captures.isEmpty { return }
    let context = local([true])
    contextSlot = context
    let layout = Self.closureLayout(info.captures, isCapturedByReference)
    for (object, offset) in zip(info.captures, layout.offsets) {
      let source = Place.memory(reference: context, offset: offset)
      if isCapturedByReference(object) {
        let slot = local([true])
        load(source, .pointer(object.type), into: slot)
        storages[ObjectIdentifier(object)] = .boxed(slot)
      } else {
        let slot = local(object.type.slotKinds)
        load(source, object.type, into: slot)
        storages[ObjectIdentifier(object)] = .frame(slot)
      }
    }
  }

  // MARK: conversions

  func conversion(_ x: Expression, _ target: GoType, _ into: Int?) -> Int {
    let source = type(x)
    if target.isInterface || fact(x).use == .nilValue { return value(x, as: target, into: into) }
    if target.isString, !source.isString {
      let operand = value(x)
      let slot = into ?? temporary(target)
      if source.isInteger {
        builder.emit(.stringFromRune, slot, operand)
      } else if case .slice(let element) = source.underlying {
        builder.emit(
          element.memoryKind == .u8 ? .stringFromBytes : .stringFromRunes, slot, operand)
      }
      return slot
    }
    if source.isString, case .slice(let element) = target.underlying {
      let operand = value(x)
      let slot = into ?? temporary(target)
      builder.emit(element.memoryKind == .u8 ? .bytesFromString : .runesFromString, slot, operand)
      return slot
    }
    if case .slice = source.underlying {
      if case .slice = target.underlying {
      } else {
        return sliceToArray(x, target, into)
      }
    }
    guard source.isNumeric, target.isNumeric else { return value(x, into: into) }
    let operand = value(x)
    if source.memoryKind == target.memoryKind, source.isFloat == target.isFloat {
      guard let into else { return operand }
      move(operand, to: into, [false])
      return into
    }
    let slot = into ?? data()
    switch (source.isFloat, target.isFloat) {
    case (false, false):
      builder.emit(.move, slot, operand)
      narrow(slot, target)
    case (true, true):
      builder.emit(.move, slot, operand)
      narrow(slot, target)
    case (true, false):
      builder.emit(
        target.isUnsigned && target.memoryKind == .word ? .unsignedFromFloat : .signedFromFloat,
        slot, operand)
      narrow(slot, target)
    case (false, true):
      let isUnsigned = source.isUnsigned
      builder.emit(
        target.memoryKind == .f32
          ? isUnsigned ? .float32FromUnsigned : .float32FromSigned
          : isUnsigned ? .floatFromUnsigned : .floatFromSigned, slot, operand)
    }
    return slot
  }

  /// Its elements where they are, or a copy of them.
  private func sliceToArray(_ x: Expression, _ target: GoType, _ into: Int?) -> Int {
    guard case .array(let count, _) = (target.pointee ?? target).underlying else {
      return into ?? 1
    }
    let operand = value(x)
    let isPointer = target.pointee != nil
    let array = isPointer ? into ?? reference() : reference()
    at(x.start)
    builder.emit(.sliceToArray, array, operand, 0, then: count)
    if isPointer { return array }
    let slot = into ?? temporary(target)
    if count > 0 { load(.memory(reference: array, offset: 0), target, into: slot) }
    return slot
  }

  /// What the machine says when the type is another one.
  func assertFailed(_ subject: Int, _ static: GoType, _ target: GoType) {
    let name = generator.string(Array(RuntimeTypeName.of(`static`).utf8))
    builder.emit(
      .assertFailed, subject, name & 0xFFFF, name >> 16, then: generator.runtimeType(target))
  }

  /// `x.(T)` with a concrete T.
  func assertion(_ x: Expression, _ inner: Expression, _ into: Int?) -> Int {
    var target = type(x)
    if case .tuple(let types) = target { target = types[0] }
    let slot = into ?? temporary(target)
    let subject = value(inner)
    if target.isInterface {
      let (fits, ok) = (Label(), data())
      builder.emit(.implements, ok, subject, generator.interfaceNumber(target))
      builder.jump(fits, if: ok, is: true)
      assertFailed(subject, type(inner), target)
      builder.place(fits)
      move(subject, to: slot, [false, true])
      return slot
    }
    let number = generator.runtimeType(target)
    let (wanted, fits) = (data(), Label())
    builder.constant(number + 1, into: wanted)
    builder.jump(fits, if: .jumpEqual, subject, wanted)
    assertFailed(subject, type(inner), target)
    builder.place(fits)
    builder.emit(.unbox, slot, subject, 0, then: number)
    return slot
  }
}
