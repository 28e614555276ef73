// `for … range` over integers, arrays, slices and strings (spec, "For statements with range
// clause").
//
// The subject is evaluated once; an array is copied when its elements are asked for, because the
// loop sees it as it was. Variables of the clause are new each turn.

import GoSyntax
import GreyBytecode

extension FunctionGenerator {
  func rangeStatement(_ one: RangeStatement, _ label: String?) {
    let subject = type(one.subject)
    let key = one.targets.first.flatMap { $0.isBlankName ? nil : $0 }
    let element = one.targets.count > 1 && !one.targets[1].isBlankName ? one.targets[1] : nil
    at(one.subject.start)
    switch (subject.pointee ?? subject).underlying {
    case .basic(let basic) where basic.kind == .string:
      rangeString(one, key, element, label)
    case .basic: rangeInteger(one, key, label)
    case .slice(let type): rangeSlice(one, key, element, type, label)
    case .array(let count, let type): rangeArray(one, key, element, count, type, label)
    case .map(let k, let v): rangeMap(one, key, element, (k, v), label)
    case .channel(_, let type): rangeChannel(one, key, type, label)
    default: refuse(one.subject.start, "ranging over \(subject) is")
    }
  }

  /// Counts `index` from zero while it is below `length`.
  private func count(
    _ index: Int, below length: Int, _ label: String?, step: () -> Void, body: () -> Void
  ) {
    let (top, next, test, end) = (Label(), Label(), Label(), Label())
    builder.constant(0, into: index)
    builder.jump(test)
    builder.place(top)
    targets.append(BranchTarget(label: label, breakTo: end, continueTo: next))
    inScope(body)
    targets.removeLast()
    builder.place(next)
    step()
    builder.place(test)
    builder.jump(top, if: .jumpLessSigned, index, length)
    builder.place(end)
  }

  func assign(_ x: Expression?, _ slot: Int, _ type: GoType, defines: Bool) {
    guard let x else { return }
    if defines, let object = checked.objects[x.id] {
      declare(object, value: converted(slot, from: type, to: object.type))
    } else {
      let target = self.type(x)
      withTemporaries {
        let place = place(x)
        store(converted(slot, from: type, to: target), to: place, target)
      }
    }
  }

  /// What a turn yields. Outside a definition it is a parallel assignment: the operands of both
  /// targets come first.
  func assignTurn(
    _ one: RangeStatement, _ key: Expression?, _ keySlot: Int, _ keyType: GoType,
    _ element: Expression?, _ slot: Int, _ type: GoType
  ) {
    guard !one.defines, let key, let element else {
      assign(key, keySlot, keyType, defines: one.defines)
      assign(element, slot, type, defines: one.defines)
      return
    }
    withTemporaries {
      let places = [settled(place(key)), settled(place(element))]
      let targets = [self.type(key), self.type(element)]
      store(converted(keySlot, from: keyType, to: targets[0]), to: places[0], targets[0])
      store(converted(slot, from: type, to: targets[1]), to: places[1], targets[1])
    }
  }

  private func rangeInteger(_ one: RangeStatement, _ key: Expression?, _ label: String?) {
    let (index, limit) = (local([false]), local([false]))
    var type = type(one.subject)
    if type.isUntyped { type = key.map { self.type($0) } ?? .basic(.int) }
    withTemporaries {
      if let constant = fact(one.subject).constant {
        _ = self.constant(constant, type, limit)
      } else {
        _ = value(one.subject, into: limit)
      }
    }
    if type.isUnsigned, type.memoryKind == .word {
      refuse(one.subject.start, "ranging over a \(type) is")
    }
    count(index, below: limit, label) {
      builder.emit(.addImmediate, index, index, 1)
    } body: {
      assign(key, index, type, defines: one.defines)
      block(one.body)
    }
  }

  private func rangeSlice(
    _ one: RangeStatement, _ key: Expression?, _ element: Expression?, _ type: GoType,
    _ label: String?
  ) {
    let slice = local([true, false, false])
    let index = local([false])
    withTemporaries { _ = value(one.subject, into: slice) }
    count(index, below: slice + 1, label) {
      builder.emit(.addImmediate, index, index, 1)
    } body: {
      if element == nil { assign(key, index, .basic(.int), defines: one.defines) }
      if let element {
        withTemporaries {
          let slot = temporary(type)
          if type.memoryKind != nil {
            load(.element(slice: slice, index: index), type, into: slot)
          } else {
            load(
              .memory(reference: addressOfElement(slice, index, type), offset: 0), type, into: slot)
          }
          assignTurn(one, key, index, .basic(.int), element, slot, type)
        }
      }
      block(one.body)
    }
  }

  /// Over a slice of the array: of its copy in the heap when the elements are read from a value.
  private func rangeArray(
    _ one: RangeStatement, _ key: Expression?, _ element: Expression?, _ length: Int,
    _ type: GoType, _ label: String?
  ) {
    let (index, limit) = (local([false]), local([false]))
    let array = local([true])
    withTemporaries {
      let subject = self.type(one.subject)
      if subject.pointee != nil {
        _ = value(one.subject, into: array)
      } else if element != nil {
        let whole = value(one.subject)
        builder.emit(.new, array, wide: generator.object(of: subject))
        store(whole, to: .memory(reference: array, offset: 0), subject)
      } else if case .call = one.subject.withoutParentheses.kind {
        _ = value(one.subject)
      }
    }
    builder.constant(length, into: limit)
    count(index, below: limit, label) {
      builder.emit(.addImmediate, index, index, 1)
    } body: {
      if element == nil { assign(key, index, .basic(.int), defines: one.defines) }
      if let element {
        withTemporaries {
          let slot = temporary(type)
          let address = reference()
          let size = TypeLayout.of(type).size
          builder.emit(
            .arrayAddress, address, array, index, then: size << 32 | length & 0xFFFF_FFFF)
          load(.memory(reference: address, offset: 0), type, into: slot)
          assignTurn(one, key, index, .basic(.int), element, slot, type)
        }
      }
      block(one.body)
    }
  }

  private func rangeString(
    _ one: RangeStatement, _ key: Expression?, _ element: Expression?, _ label: String?
  ) {
    let string = local([true, false])
    let index = local([false])
    let rune = local([false, false])
    withTemporaries { _ = value(one.subject, into: string) }
    count(index, below: string + 1, label) {
      builder.emit(.add, index, index, rune + 1)
    } body: {
      builder.emit(.decodeRune, rune, string, index)
      assignTurn(one, key, index, .basic(.int), element, rune, .basic(.rune))
      block(one.body)
    }
  }
}
