// Index and slice expressions (spec, "Index expressions", "Slice expressions").

import BigInt
import GoSyntax

extension Checker {
  func index(_ x: Expression, _ inner: Expression, _ arguments: [Expression]) -> Operand {
    let operand = expressionOrType(inner)
    switch operand.mode {
    case .invalid:
      use(arguments)
      return .invalid(x)
    case .type:
      let shown = ExpressionText.of(arguments)
      report(
        x,
        "invalid operation: \(ExpressionText.of(inner))[\(shown)] "
          + "(\(operand.type) is not a generic type)")
      return .invalid(x)
    default: break
    }
    if operand.type.signature != nil {
      report(x.position, "cannot index \(operand)")
      return .invalid(x)
    }
    var length: Int?
    var result = Operand(.variable, .invalid, x)
    switch operand.type.arrayBehindPointer ?? operand.type.underlying {
    case .basic(let basic) where basic.kind == .string:
      result = Operand(.value, .basic(.byte), x)
      if let bytes = operand.constant?.bytes {
        return constantString(x, operand, bytes, arguments)
      }
    case .array(let count, let element):
      length = count
      let isVariable = operand.isAddressable || operand.type.pointee != nil
      result = Operand(isVariable ? .variable : .value, element, x)
    case .slice(let element): result.type = element
    case .map(let key, let value):
      guard single(arguments) else { return .invalid(x) }
      var index = expression(arguments[0], hint: key)
      assignment(&index, key, "map index")
      return Operand(.mapIndex, value, x)
    default:
      report(x.position, "cannot index \(operand)")
      use(arguments)
      return .invalid(x)
    }
    guard single(arguments) else { return .invalid(x) }
    var index = expression(arguments[0])
    _ = checkedIndex(&index, "index", below: length)
    return result.type.isInvalid ? .invalid(x) : result
  }

  /// A constant string's byte is no constant, but its index is checked.
  private func constantString(
    _ x: Expression, _ operand: Operand, _ bytes: [UInt8], _ arguments: [Expression]
  ) -> Operand {
    var string = operand
    useDefault(&string)
    guard single(arguments) else { return .invalid(x) }
    var index = expression(arguments[0])
    _ = checkedIndex(&index, "index", below: bytes.count)
    return Operand(.value, .basic(.byte), x)
  }

  private func single(_ arguments: [Expression]) -> Bool {
    if arguments.count == 1 { return true }
    report(arguments[1], "invalid operation: more than one index")
    return false
  }

  /// Checks that `x` can index, and gives it a type; its value where it is constant.
  ///
  /// - Parameter below: the length, where it is known.
  func checkedIndex(
    _ x: inout Operand, _ what: String, below length: Int? = nil
  ) -> Int? {
    if x.isInvalid { return nil }
    if x.type.isUntyped { convertUntyped(&x, .basic(.int)) }
    if x.isInvalid { return nil }
    guard x.type.isInteger else {
      report(x, "invalid argument: \(what) \(x) must be integer")
      x = x.invalidated
      return nil
    }
    guard let value = x.constant?.integerValue else { return nil }
    if value.sign == .minus, value != 0 {
      report(x, "invalid argument: \(what) \(x) must not be negative")
      x = x.invalidated
      return nil
    }
    guard let small = Int(exactly: value) else {
      report(x, "invalid argument: \(what) \(x) overflows int")
      x = x.invalidated
      return nil
    }
    if let length, small >= length {
      report(x, "invalid argument: \(what) \(value) out of bounds [0:\(length)]")
      x = x.invalidated
      return nil
    }
    return small
  }

  func slice(_ x: Expression) -> Operand {
    guard case .slice(let inner, let low, let high, let max, let isFull) = x.kind else {
      return .invalid(x)
    }
    var operand = expression(inner)
    let indices = [low, high, max]
    if operand.isInvalid {
      use(indices.compactMap { $0 })
      return .invalid(x)
    }
    var capacity: Int?
    var type: GoType
    switch operand.type.arrayBehindPointer ?? operand.type.underlying {
    case .basic(let basic) where basic.kind == .string:
      if isFull {
        report(max ?? x, "invalid operation: 3-index slice of string")
        return .invalid(x)
      }
      if let bytes = operand.constant?.bytes { capacity = bytes.count }
      // A slice of an untyped string is a string; of a defined type, that type.
      type = operand.type.isUntyped ? .basic(.string) : operand.type
      useDefault(&operand)
    case .array(let count, let element):
      guard operand.isAddressable || operand.type.pointee != nil else {
        report(operand, "invalid operation: \(operand) (slice of unaddressable value)")
        return .invalid(x)
      }
      if operand.type.pointee == nil { takeAddress(inner) }
      capacity = count
      type = .slice(element)
    case .slice: type = operand.type
    default:
      report(operand, "cannot slice \(operand)")
      use(indices.compactMap { $0 })
      return .invalid(x)
    }
    sliceIndices(indices, capacity)
    return Operand(.value, type, x)
  }

  private func sliceIndices(_ indices: [Expression?], _ capacity: Int?) {
    var last: (value: Int, place: Expression)?
    for index in indices {
      guard let index else { continue }
      var operand = expression(index)
      let bound = capacity.map { $0 + 1 }
      guard let value = checkedIndex(&operand, "index", below: bound) else { continue }
      if let last, last.value > value {
        report(index, "invalid slice indices: \(value) < \(last.value)")
        return
      }
      last = (value, index)
    }
  }
}

extension GoType {
  /// The array that a pointer points to: indexing and slicing go through it.
  fileprivate var arrayBehindPointer: GoType? {
    guard let pointee, case .array = pointee.underlying else { return nil }
    return pointee.underlying
  }
}
