// Values that are too large to pass through a frame: they are copied from memory to memory, as a
// slice of one element.

import GoSyntax
import GreyBytecode

extension GoType {
  /// A frame has 65535 slots, and a value may be in it more than once.
  var isTooLarge: Bool { TypeLayout.of(self).size > 64 << 10 }
}

extension FunctionGenerator {
  func isPlace(_ x: Expression) -> Bool {
    fact(x).use == .variable && fact(x).constant == nil
  }

  func isLiteral(_ x: Expression) -> Bool {
    if case .composite = x.withoutParentheses.kind { true } else { false }
  }

  func copyLarge(_ x: Expression, to target: Place, _ type: GoType) {
    guard let to = address(target), let from = address(place(x)) else {
      return refuse(x.start, "a copy of so large a \(type) is")
    }
    builder.emit(.checkNil, from)
    builder.emit(.checkNil, to)
    let (one, copied) = (data(), data())
    builder.constant(1, into: one)
    let slices = [to, from].map { reference -> Int in
      let slice = temporary([true, false, false])
      builder.emit(.move, slice, reference)
      builder.emit(.move, slice + 1, one)
      builder.emit(.move, slice + 2, one)
      return slice
    }
    builder.emit(.copySlice, copied, slices[0], slices[1], then: generator.object(of: type))
  }

  /// A literal, part by part to where it belongs, which is zero.
  func buildLarge(_ x: Expression, in target: Place, _ type: GoType) -> Bool {
    guard type.isTooLarge, case .composite(let literal) = x.withoutParentheses.kind else {
      return false
    }
    switch type.underlying {
    case .array(_, let element):
      let size = TypeLayout.of(element).size
      elements(literal, element) { index, value in
        store(value, to: target.advanced(by: index * size, self), element)
      }
    case .structure(let structure): fields(literal, structure, target)
    default: return false
    }
    return true
  }

  func boxedLarge(_ x: Expression, _ type: GoType, into: Int?) -> Int {
    let result = into ?? temporary([false, true])
    let box = reference()
    builder.emit(.new, box, wide: generator.object(of: type))
    copyLarge(x, to: .memory(reference: box, offset: 0), type)
    builder.constant(generator.runtimeType(type) + 1, into: result)
    builder.emit(.move, result + 1, box)
    return result
  }
}
