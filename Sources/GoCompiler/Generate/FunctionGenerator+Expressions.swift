// Expressions (spec, "Expressions").

import BigInt
import GoSyntax
import GreyBytecode

extension FunctionGenerator {
  /// The slot of the expression's value; `into` when that is given.
  func value(_ x: Expression, into: Int? = nil) -> Int {
    let fact = fact(x)
    if let constant = fact.constant { return self.constant(constant, fact.type, into) }
    let bare = x.withoutParentheses
    if let slot = evaluated[bare.id] {
      guard let into else { return slot }
      move(slot, to: into, fact.type.slotKinds)
      return into
    }
    if fact.use == .nilValue || bare.nameText == "nil" && fact.type.isNil {
      let slot = into ?? temporary(fact.type)
      clear(slot, fact.type.slotKinds)
      return slot
    }
    switch bare.kind {
    case .name:
      if let object = checked.objects[bare.id], object.kind == .function {
        return functionValue(object, into, x.start)
      }
      return loaded(place(bare), fact.type, into: into)
    case .index:
      return loaded(place(bare), fact.type, into: into)
    case .star: return loaded(place(bare), fact.type, into: into)
    case .selector(let inner, let name):
      guard let selection = checked.selections[bare.id] else { break }
      if selection.kind == .qualified, let object = checked.objects[bare.id],
        object.kind == .function
      {
        return functionValue(object, into, x.start)
      }
      if selection.kind == .field || selection.kind == .qualified {
        return loaded(place(bare), fact.type, into: into)
      }
      if selection.kind == .method { return methodValue(bare, inner, name, into) }
      if selection.kind == .methodExpression { return methodExpression(bare, inner, name, into) }
    case .unary(let op, let inner): return unary(bare, op, inner, into)
    case .binary(let op, let left, let right): return binary(bare, op, left, right, into)
    case .call(let call): return callValue(bare, call, into)
    case .composite(let literal): return composite(bare, literal, fact.type, into)
    case .function: return closure(bare, into)
    case .slice: return slice(bare, into)
    case .assertion(let inner, _): return assertion(bare, inner, into)
    default: break
    }
    refuse(x.start, "this expression is")
    return into ?? temporary(fact.type)
  }

  /// The value as one of another type: an interface is made where a value meets one.
  func value(_ x: Expression, as target: GoType, into: Int? = nil) -> Int {
    let source = type(x)
    if fact(x).use == .nilValue || source.isNil {
      let slot = into ?? temporary(target)
      clear(slot, target.slotKinds)
      return slot
    }
    guard target.isInterface, !source.isInterface else { return value(x, into: into) }
    var concrete = source
    if case .basic(let basic) = source, basic.isUntyped { concrete = .basic(basic.defaultType) }
    if concrete.isTooLarge, isPlace(x) { return boxedLarge(x, concrete, into: into) }
    let slot =
      fact(x).constant.map { constant($0, concrete, nil) } ?? value(x)
    return boxed(
      slot, concrete, isInFrame: storageRule.isInFrame(x, .box), into: into)
  }

  func converted(_ slot: Int, from source: GoType, to target: GoType, into: Int? = nil) -> Int {
    if target.isInterface, !source.isInterface { return boxed(slot, source, into: into) }
    guard let into else { return slot }
    move(slot, to: into, target.slotKinds)
    return into
  }

  func boxed(_ slot: Int, _ type: GoType, isInFrame: Bool = false, into: Int?) -> Int {
    let result = into ?? temporary([false, true])
    if isInFrame, boxInFrame(slot, type, result) { return result }
    builder.emit(.box, result, slot, 0, then: generator.runtimeType(type))
    return result
  }

  // MARK: constants

  func constant(_ value: Constant, _ type: GoType, _ into: Int?) -> Int {
    var type = type
    if type.isInterface {
      refuse(position, "a constant of type \(type) is")
      type = .basic(.int)
    }
    let slot = into ?? temporary(type)
    if let bytes = value.bytes {
      if bytes.isEmpty {
        clear(slot, type.slotKinds)
      } else {
        builder.emit(.stringConstant, slot, wide: generator.string(bytes))
      }
    } else {
      builder.constant(bits(value, type), into: slot)
    }
    return slot
  }

  private func bits(_ value: Constant, _ type: GoType) -> Int {
    if let truth = value.boolValue { return truth ? 1 : 0 }
    if type.isFloat {
      let rational = value.rational ?? Rational(0)
      let isNarrow = type.basic?.canonical == .float32
      let double = isNarrow ? Double(rational.float) : rational.double
      return Int(bitPattern: UInt(double.bitPattern))
    }
    let integer = value.integerValue ?? 0
    return Int(exactly: integer) ?? Int(bitPattern: UInt(exactly: integer) ?? 0)
  }

  // MARK: operators

  private func unary(_ x: Expression, _ op: Operator, _ inner: Expression, _ into: Int?) -> Int {
    let type = type(x)
    switch op {
    case .and: return addressOf(inner, x, into)
    case .receive: return received(x, inner, type, into)
    case .add: return value(inner, into: into)
    default: break
    }
    let operand = value(inner)
    let slot = into ?? temporary(type)
    switch op {
    case .not: builder.emit(.logicalNot, slot, operand)
    case .subtract: builder.emit(type.isFloat ? .negateFloat : .negate, slot, operand)
    default: builder.emit(.complement, slot, operand)
    }
    if op != .not, !type.isFloat { narrow(slot, type) }
    return slot
  }

  /// `&x`
  private func addressOf(_ inner: Expression, _ x: Expression, _ into: Int?) -> Int {
    let bare = inner.withoutParentheses
    if case .composite(let literal) = bare.kind {
      let type = type(bare)
      if type.isTooLarge {
        let made = reference()
        builder.emit(.new, made, wide: generator.object(of: type))
        _ = buildLarge(bare, in: .memory(reference: made, offset: 0), type)
        guard let into else { return made }
        move(made, to: into, [true])
        return into
      }
      let value = composite(bare, literal, type, nil)
      let slot = into ?? reference()
      let made = into == nil ? slot : reference()
      make(generator.objectType(of: type), for: x, isCleared: false, into: made)
      store(value, to: .memory(reference: made, offset: 0), type)
      move(made, to: slot, [true])
      return slot
    }
    let place = place(bare)
    switch place {
    case .memory(let reference, let offset):
      let slot = into ?? self.reference()
      builder.emit(.offset, slot, reference, then: offset)
      return slot
    case .element(let slice, let index):
      let slot = into ?? reference()
      builder.emit(.elementAddress, slot, slice, index, then: TypeLayout.of(type(bare)).size)
      return slot
    default:
      guard let address = frameAddress(place) else {
        refuse(inner.start, "the address of this is")
        return into ?? reference()
      }
      guard let into else { return address }
      move(address, to: into, [true])
      return into
    }
  }

  /// Back into the range of a type that is narrower than a slot.
  func narrow(_ slot: Int, _ type: GoType) {
    switch type.memoryKind {
    case .u8 where !type.isBoolean: builder.emit(.extendU8, slot, slot)
    case .s8: builder.emit(.extendS8, slot, slot)
    case .u16: builder.emit(.extendU16, slot, slot)
    case .s16: builder.emit(.extendS16, slot, slot)
    case .u32: builder.emit(.extendU32, slot, slot)
    case .s32: builder.emit(.extendS32, slot, slot)
    case .f32: builder.emit(.roundToFloat32, slot, slot)
    default: break
    }
  }

  private func binary(
    _ x: Expression, _ op: Operator, _ left: Expression, _ right: Expression, _ into: Int?
  ) -> Int {
    if op.isLogical || op.isComparison {
      if op.isComparison, let slot = comparison(op, left, right, into) { return slot }
      let (isFalse, end) = (Label(), Label())
      condition(x, isFalse, when: false)
      let slot = into ?? data()
      builder.constant(1, into: slot)
      builder.jump(end)
      builder.place(isFalse)
      builder.constant(0, into: slot)
      builder.place(end)
      return slot
    }
    let type = type(x)
    if (op == .add || op == .subtract), type.memoryKind == .word, type.isInteger,
      let small = fact(right).constant?.intValue,
      (-32768...32767).contains(op == .add ? small : -small)
    {
      let operand = value(left)
      let slot = into ?? data()
      builder.emit(.addImmediate, slot, operand, op == .add ? small : -small)
      return slot
    }
    if let opcode = immediate(op, right, type) {
      let operand = value(left)
      let slot = into ?? data()
      builder.emit(opcode.0, slot, operand, opcode.1)
      if op != .and, op != .shiftRight { narrow(slot, type) }
      return slot
    }
    let a = value(left)
    let b = value(right)
    return arithmetic(
      op, a, b, type, countType: self.type(right), isConstantCount: fact(right).constant != nil,
      into)
  }

  /// The instruction for an operator with this constant on the right, if there is one.
  func immediate(_ op: Operator, _ right: Expression, _ type: GoType) -> (Opcode, Int)? {
    guard type.isInteger, let number = fact(right).constant?.intValue else { return nil }
    switch op {
    case .multiply where (-32768...32767).contains(number): return (.mulImmediate, number)
    case .and where (0...32767).contains(number): return (.andImmediate, number)
    case .shiftLeft where (0...63).contains(number): return (.shiftLeftImmediate, number)
    case .shiftRight where (0...63).contains(number):
      return (type.isUnsigned ? .shiftRightUnsignedImmediate : .shiftRightSignedImmediate, number)
    default: return nil
    }
  }

  func arithmetic(
    _ op: Operator, _ a: Int, _ b: Int, _ type: GoType, countType: GoType, isConstantCount: Bool,
    _ into: Int?
  ) -> Int {
    let slot = into ?? temporary(type)
    if type.isString {
      builder.emit(.concatenate, slot, a, b)
      return slot
    }
    if op.isShift, !isConstantCount, !countType.isUnsigned { builder.emit(.checkShift, b) }
    let isUnsigned = type.isUnsigned
    let opcode: Opcode =
      switch op {
      case .add: type.isFloat ? .addFloat : .add
      case .subtract: type.isFloat ? .subFloat : .sub
      case .multiply: type.isFloat ? .mulFloat : .mul
      case .divide: type.isFloat ? .divideFloat : isUnsigned ? .divideUnsigned : .divideSigned
      case .remainder: isUnsigned ? .remainderUnsigned : .remainderSigned
      case .and: .and
      case .or: .or
      case .xor: .xor
      case .andNot: .andNot
      case .shiftLeft: .shiftLeft
      default: isUnsigned ? .shiftRightUnsigned : .shiftRightSigned
      }
    builder.emit(opcode, slot, a, b)
    switch op {
    case .and, .or, .xor, .andNot, .remainder, .shiftRight: break
    default: narrow(slot, type)
    }
    return slot
  }
}
