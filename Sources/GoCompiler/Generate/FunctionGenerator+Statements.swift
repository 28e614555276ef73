// Simple statements and declarations (spec, "Statements", "Assignment statements").

import GoSyntax
import GreyBytecode

extension FunctionGenerator {
  func statements(_ list: [Statement]) {
    for statement in list { self.statement(statement) }
  }

  func block(_ block: Block) { inScope { statements(block.statements) } }

  func statement(_ statement: Statement) {
    at(statement.position)
    let label = pendingLabel
    pendingLabel = nil
    switch statement.kind {
    case .empty: break
    case .expression(let x): withTemporaries { effect(x) }
    case .increment(let x, let op): withTemporaries { increment(x, op) }
    case .assign(let left, let right): withTemporaries { assign(left, right) }
    case .define(let left, let right): withTemporaries { define(left, right) }
    case .operatorAssign(let left, let op, let right):
      withTemporaries { operatorAssign(left, op, right) }
    case .declarations(let list): declarations(list)
    case .block(let one):
      if let label { labeledBlock(label) { block(one) } } else { block(one) }
    case .return(let values): withTemporaries { returned(values) }
    case .branch(let kind, let name): branch(kind, name)
    case .labeled(let name, let inner):
      builder.place(self.label(name.text))
      pendingLabel = name.text
      self.statement(inner)
      pendingLabel = nil
    case .if(let one): inScope { ifStatement(one, label) }
    case .switch(let one): inScope { switchStatement(one, label) }
    case .typeSwitch(let one): inScope { typeSwitch(one, label) }
    case .for(let one): inScope { forStatement(one, label) }
    case .range(let one): inScope { rangeStatement(one, label) }
    case .send(let channel, let x): withTemporaries { send(channel, x, at: statement.position) }
    case .go(let x): withTemporaries { goStatement(x) }
    case .defer(let x): withTemporaries { deferStatement(x) }
    case .select(let one): inScope { select(one, label) }
    }
  }

  func label(_ name: String) -> Label {
    if let known = labels[name] { return known }
    let made = Label()
    labels[name] = made
    return made
  }

  func labeledBlock(_ label: String, _ body: () -> Void) {
    let end = Label()
    targets.append(BranchTarget(label: label, breakTo: end, continueTo: nil))
    body()
    targets.removeLast()
    builder.place(end)
  }

  private func effect(_ x: Expression) {
    let bare = x.withoutParentheses
    guard case .call(let call) = bare.kind else {
      _ = value(x)
      return
    }
    switch fact(call.function).use {
    case .type: _ = value(x)
    case .builtin: _ = builtin(bare, call, nil)
    default: _ = self.call(bare, call)
    }
  }

  private func increment(_ x: Expression, _ op: Operator) {
    let type = type(x)
    let place = place(x)
    let step = op == .add ? 1 : -1
    let operand = loaded(place, type)
    let slot: Int
    if case .slot(let own) = place { slot = own } else { slot = temporary(type) }
    if type.isFloat {
      let one = data()
      builder.constant(Int(bitPattern: UInt(Double(step).bitPattern)), into: one)
      builder.emit(.addFloat, slot, operand, one)
    } else {
      builder.emit(.addImmediate, slot, operand, step)
    }
    narrow(slot, type)
    if case .slot = place { return }
    store(slot, to: place, type)
  }

  private func smallOperand(
    _ op: Operator, _ right: Expression, _ type: GoType
  ) -> (Opcode, Int)? {
    if op == .add || op == .subtract, type.isInteger, let number = fact(right).constant?.intValue,
      (-32767...32767).contains(number)
    {
      return (.addImmediate, op == .add ? number : -number)
    }
    return immediate(op, right, type)
  }

  private func operatorAssign(_ left: Expression, _ op: Operator, _ right: Expression) {
    let type = type(left)
    let place = place(left)
    let a = loaded(place, type)
    if let (opcode, number) = smallOperand(op, right, type) {
      let slot: Int
      if case .slot(let own) = place { slot = own } else { slot = temporary(type) }
      builder.emit(opcode, slot, a, number)
      if op != .and, op != .shiftRight { narrow(slot, type) }
      if case .slot = place { return }
      store(slot, to: place, type)
      return
    }
    let b = value(right)
    let isConstant = fact(right).constant != nil
    if case .slot(let slot) = place {
      _ = arithmetic(
        op, a, b, type, countType: self.type(right), isConstantCount: isConstant, slot)
    } else {
      let result = arithmetic(
        op, a, b, type, countType: self.type(right), isConstantCount: isConstant, nil)
      store(result, to: place, type)
    }
  }

  // MARK: assignment

  private func assign(_ left: [Expression], _ right: [Expression]) {
    if left.count == 1, right.count == 1 {
      let target = left[0]
      if target.isBlankName {
        let type = type(right[0])
        _ = type.isNil ? 1 : value(right[0])
        return
      }
      let type = type(target)
      if type.isTooLarge, isPlace(right[0]) {
        let place = place(target)
        copyLarge(right[0], to: place, type)
        return
      }
      let place = place(target)
      if case .slot(let slot) = place {
        _ = value(right[0], as: type, into: slot)
      } else {
        store(value(right[0], as: type), to: place, type)
      }
      return
    }
    // Operands on the left first, then the values, then the stores from left to right.
    let places = left.map { settled(place($0)) }
    let values = right.count == 1 && left.count > 1 ? results(right[0]) : nil
    if let values {
      for (index, value) in values.enumerated() where !left[index].isBlankName {
        let type = type(left[index])
        store(converted(value.slot, from: value.type, to: type), to: places[index], type)
      }
      return
    }
    var slots: [Int] = []
    for (target, x) in zip(left, right) {
      let type = target.isBlankName ? self.type(x) : self.type(target)
      // A copy: the variable itself may be assigned to before its turn.
      slots.append(value(x, as: type, into: temporary(type)))
    }
    for index in left.indices where !left[index].isBlankName {
      store(slots[index], to: places[index], type(left[index]))
    }
  }

  /// A place whose operands no assignment beside it can change.
  func settled(_ place: Place) -> Place {
    func copy(_ slot: Int, _ kinds: [Bool]) -> Int {
      let fresh = temporary(kinds)
      move(slot, to: fresh, kinds)
      return fresh
    }
    switch place {
    case .blank, .slot, .part: return place
    case .indexed(let base, let bytes, let offset):
      return .indexed(base: base, bytes: bytes, offset: copy(offset, [false]))
    case .memory(let reference, let offset):
      return .memory(reference: copy(reference, [true]), offset: offset)
    case .element(let slice, let index):
      return .element(slice: copy(slice, [true, false]), index: copy(index, [false]))
    case .mapElement(let map, let key, let type):
      return .mapElement(
        map: copy(map, [true]), key: copy(key, generator.program.maps[type].key), type: type)
    }
  }

  /// The values of a call with several results, or of one of the forms with a second, boolean one.
  func results(_ x: Expression) -> [(slot: Int, type: GoType)] {
    let bare = x.withoutParentheses
    switch bare.kind {
    case .call(let call):
      var (slot, types) = self.call(bare, call)
      return types.map { type in
        defer { slot += type.slotKinds.count }
        return (slot, type)
      }
    case .assertion(let inner, let typeExpression):
      let target = type(typeExpression)
      let subject = value(inner)
      if target.isInterface {
        let (slot, ok, end) = (temporary(target), data(), Label())
        clear(slot, target.slotKinds)
        builder.emit(.implements, ok, subject, generator.interfaceNumber(target))
        builder.jump(end, if: ok, is: false)
        move(subject, to: slot, target.slotKinds)
        builder.place(end)
        return [(slot, target), (ok, .basic(.bool))]
      }
      let number = generator.runtimeType(target)
      let (slot, ok, wanted, end) = (temporary(target), data(), data(), Label())
      clear(slot, target.slotKinds)
      builder.constant(number + 1, into: wanted)
      builder.emit(.equal, ok, subject, wanted)
      builder.jump(end, if: ok, is: false)
      builder.emit(.unbox, slot, subject, 0, then: number)
      builder.place(end)
      return [(slot, target), (ok, .basic(.bool))]
    case .index(let inner, let arguments):
      guard case .map(let key, let element) = type(inner).underlying else { return [] }
      let map = value(inner)
      let number = generator.mapType(type(inner))
      let block = temporary(element.slotKinds + [false])
      builder.emit(.mapGetOK, block, map, value(arguments[0], as: key), then: number)
      return [(block, element), (block + element.slotKinds.count, .basic(.bool))]
    case .unary(.receive, let channel):
      guard case .channel(_, let element) = type(channel).underlying else { return [] }
      let operand = value(channel)
      let block = temporary(element.slotKinds + [false])
      at(bare.position)
      builder.emit(.receiveOK, block, operand, then: generator.slotObject(of: element))
      return [(block, element), (block + element.slotKinds.count, .basic(.bool))]
    default:
      refuse(x.start, "this form with two values is")
      return []
    }
  }

  private func define(_ left: [Expression], _ right: [Expression]) {
    if left.count > 1, right.count == 1 {
      let values = results(right[0])
      for (x, value) in zip(left, values) { bind(x, value.slot, value.type) }
      return
    }
    if left.count == 1, right.count == 1, let object = checked.objects[left[0].id],
      object.type.isTooLarge
    {
      return initialize([object], right)
    }
    var slots: [(Int, GoType)] = []
    for (x, operand) in zip(left, right) {
      let object = checked.objects[x.id]
      let type = object?.type ?? type(operand)
      if left.count == 1, let object, x.nameText != "_", !isInHeap(object), !isFrameObject(object),
        storages[ObjectIdentifier(object)] == nil
      {
        // A new variable: its value goes straight to its slot.
        let slot = local(type.slotKinds)
        _ = value(operand, as: type, into: slot)
        storages[ObjectIdentifier(object)] = .frame(slot)
        return
      }
      slots.append((value(operand, as: type, into: temporary(type)), type))
    }
    for (x, (slot, type)) in zip(left, slots) { bind(x, slot, type) }
  }

  /// A name on the left of `:=`: new, or of this scope already.
  func bind(_ x: Expression, _ slot: Int, _ type: GoType) {
    guard !x.isBlankName, let object = checked.objects[x.id] else { return }
    let value = converted(slot, from: type, to: object.type)
    // The same statement again, in a loop, makes a new variable; another one assigns to it.
    if object.position == x.start {
      declare(object, value: value)
    } else if let storage = storage(object) {
      store(value, to: place(storage), object.type)
    }
  }

  /// Variables and their initial values.
  func initialize(_ objects: [Object], _ values: [Expression]) {
    func put(_ object: Object, _ slot: Int) {
      if object.name == "_" { return }
      if generator.globalOffset(object) != nil, let storage = storage(object) {
        store(slot, to: place(storage), object.type)
      } else {
        declare(object, value: slot)
      }
    }
    if objects.count > 1, values.count == 1 {
      for (object, value) in zip(objects, results(values[0])) {
        put(object, converted(value.slot, from: value.type, to: object.type))
      }
      return
    }
    if objects.count == 1, values.count == 1, objects[0].type.isTooLarge, objects[0].name != "_",
      isPlace(values[0]) || isLiteral(values[0])
    {
      if generator.globalOffset(objects[0]) == nil { declare(objects[0], value: nil) }
      guard let storage = storage(objects[0]) else { return }
      if !buildLarge(values[0], in: place(storage), objects[0].type) {
        copyLarge(values[0], to: place(storage), objects[0].type)
      }
      return
    }
    var slots: [Int] = []
    for (object, x) in zip(objects, values) {
      slots.append(value(x, as: object.type, into: temporary(object.type)))
    }
    for (object, slot) in zip(objects, slots) { put(object, slot) }
  }

  private func declarations(_ list: [Declaration]) {
    for declaration in list {
      guard case .variable(let one) = declaration else { continue }
      at(one.position)
      let objects = one.names.compactMap { checked.objects[$0.id] }
      if one.values.isEmpty {
        for object in objects { declare(object, value: nil) }
      } else {
        withTemporaries { initialize(objects, one.values) }
      }
    }
  }

  // MARK: return

  private func returned(_ values: [Expression]) {
    guard let info else { return }
    if values.isEmpty { return leave() }
    let types = info.signature.results.map(\.type)
    var slots: [Int] = []
    if values.count == 1, types.count > 1 {
      for (value, type) in zip(results(values[0]), types) {
        slots.append(converted(value.slot, from: value.type, to: type))
      }
    } else if types.count == 1 {
      if case .frame? = storages[ObjectIdentifier(info.results[0])] {
        if deferSlot == nil, types[0].slotKinds.count == 1 {
          return builder.emit(.returnWord, value(values[0], as: types[0]))
        }
        _ = value(values[0], as: types[0], into: resultSlots[0])
        return leave()
      }
      slots = [value(values[0], as: types[0])]
    } else {
      for (x, type) in zip(values, types) {
        slots.append(value(x, as: type, into: temporary(type)))
      }
    }
    for (object, slot) in zip(info.results, slots) {
      if let storage = storage(object) { store(slot, to: place(storage), object.type) }
    }
    leave()
  }
}
