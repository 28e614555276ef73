// Maps (spec, "Map types", "Making slices, maps and channels", "Clear", "Deletion of map
// elements").

import GoSyntax
import GreyBytecode

extension FunctionGenerator {
  func makeMap(_ type: GoType, hint: Int?, into slot: Int) {
    var size = 0
    if let hint {
      size = hint
    } else {
      size = data()
      builder.constant(0, into: size)
    }
    builder.emit(.makeMap, slot, size, then: generator.mapType(type))
  }

  func mapLiteral(_ literal: CompositeLiteral, _ type: GoType, into made: Int) {
    guard case .map(let key, let element) = type.underlying else { return }
    let count = data()
    builder.constant(literal.elements.count, into: count)
    makeMap(type, hint: count, into: made)
    for x in literal.elements {
      guard case .keyValue(let left, let right) = x.kind else { continue }
      at(left.start)
      withTemporaries {
        let keySlot = value(left, as: key)
        builder.emit(
          .mapSet, value(right, as: element), made, keySlot, then: generator.mapType(type))
      }
    }
  }

  func delete(_ map: Expression, _ key: Expression) {
    guard case .map(let keyType, _) = type(map).underlying else { return }
    let operand = value(map)
    builder.emit(
      .mapDelete, 0, operand, value(key, as: keyType), then: generator.mapType(type(map)))
  }

  func clear(_ x: Expression) {
    switch type(x).underlying {
    case .slice(let element):
      builder.emit(.clearSlice, value(x), then: generator.object(of: element))
    default: builder.emit(.mapClear, value(x))
    }
  }

  func rangeMap(
    _ one: RangeStatement, _ key: Expression?, _ element: Expression?, _ types: (GoType, GoType),
    _ label: String?
  ) {
    let iterator = local(MapIterator.kinds)
    let keySlot = key == nil ? 0 : local(types.0.slotKinds)
    let valueSlot = element == nil ? 0 : local(types.1.slotKinds)
    withTemporaries { builder.emit(.mapBegin, iterator, value(one.subject)) }
    let (next, end) = (Label(), Label())
    builder.place(next)
    at(one.position)
    builder.emit(
      .mapNext, iterator, keySlot, valueSlot, then: generator.mapType(type(one.subject)))
    builder.jump(end, if: iterator + MapIterator.found, is: false)
    targets.append(BranchTarget(label: label, breakTo: end, continueTo: next))
    inScope {
      assignTurn(one, key, keySlot, types.0, element, valueSlot, types.1)
      block(one.body)
    }
    targets.removeLast()
    builder.jump(next)
    builder.place(end)
  }
}
