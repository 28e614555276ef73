// `for … range` (spec, "For statements with range clause"): arrays, strings, maps, channels,
// integers and iterator functions.

import GoSyntax

extension Checker {
  func range(_ one: RangeStatement) {
    var subject = expression(one.subject)

    var types: [GoType] = [.invalid, .invalid]
    var integer: GoType?
    if !subject.isInvalid {
      if let shape = iteration(subject) {
        types = shape.types
        if shape.count < 2, one.targets.count > shape.count {
          let place = one.targets[shape.count]
          report(
            place,
            shape.count == 0
              ? "range over \(subject) permits no iteration variables"
              : "range over \(subject) permits only one iteration variable")
        }
        if shape.count == 2, one.targets.count > 2 {
          report(one.targets[2], "range clause permits at most two iteration variables")
        }
        if shape.isInteger { integer = subject.type }
      } else {
        let cause = cannotRange(subject)
        report(subject, "cannot range over \(subject)" + (cause.isEmpty ? "" : ": " + cause))
      }
      if case .array = subject.type.underlying {
      } else if !subject.isInvalid, integer == nil {
        useDefault(&subject)
      }
    }
    if one.defines {
      declareTargets(one, types, &subject, integer)
    } else {
      assignTargets(one, types, &subject, integer)
    }
    if integer != nil { useDefault(&subject) }
    block(one.body)
  }

  private struct Shape {
    var types: [GoType]
    var count: Int
    var isInteger = false
  }

  private func iteration(_ x: Operand) -> Shape? {
    let int = GoType.basic(.int)
    switch x.type.underlying {
    case .basic(let basic) where basic.kind == .string:
      return Shape(types: [int, .basic(.rune)], count: 2)
    case .basic(let basic) where basic.kind == .integer:
      return Shape(types: [x.type, .invalid], count: 1, isInteger: true)
    case .basic(.untypedFloat) where x.constant?.integerValue != nil:
      return Shape(types: [x.type, .invalid], count: 1, isInteger: true)
    case .array(_, let element), .slice(let element):
      return Shape(types: [int, element], count: 2)
    case .pointer(let pointee):
      guard case .array(_, let element) = pointee.underlying else { return nil }
      return Shape(types: [int, element], count: 2)
    case .map(let key, let value): return Shape(types: [key, value], count: 2)
    case .channel(let direction, let element):
      return direction == .send ? nil : Shape(types: [element, .invalid], count: 1)
    case .function(let signature): return iterator(signature)
    default: return nil
    }
  }

  /// `func(yield func(K, V) bool)`
  private func iterator(_ signature: Signature) -> Shape? {
    guard signature.parameters.count == 1, signature.results.isEmpty,
      let yield = signature.parameters[0].type.signature, yield.results.count == 1,
      yield.results[0].type.isBoolean, yield.parameters.count <= 2, !yield.isVariadic
    else { return nil }
    let types = yield.parameters.map(\.type) + [.invalid, .invalid]
    return Shape(types: Array(types.prefix(2)), count: yield.parameters.count)
  }

  private func cannotRange(_ x: Operand) -> String {
    switch x.type.underlying {
    case .channel: return "receive from send-only channel \(x.type)"
    case .function(let signature):
      if signature.parameters.count != 1 || !signature.results.isEmpty {
        return "func must be func(yield func(...) bool): "
          + (signature.parameters.count != 1 ? "wrong argument count" : "unexpected results")
      }
      return "func must be func(yield func(...) bool): argument is not func"
    default: return ""
    }
  }

  private func declareTargets(
    _ one: RangeStatement, _ types: [GoType], _ subject: inout Operand, _ integer: GoType?
  ) {
    var objects: [(Object, Int)] = []
    for (index, x) in one.targets.prefix(2).enumerated() {
      guard case .name(let name) = x.kind else {
        report(x, "non-name \(ExpressionText.of(x)) on left side of :=")
        continue
      }
      var type = types[index]
      if index == 0, integer != nil {
        useDefault(&subject)
        type = subject.type
      }
      let object = newLocal(name, x.start, type)
      object.isPerIteration = true
      if type.isInvalid { object.isUsed = true }
      record(x.id, object)
      package.facts[x.id] = Fact(type: type, use: .variable, constant: nil)
      if name != "_", objects.contains(where: { $0.0.name == name }) {
        report(x, "\(name) repeated on left side of :=")
      }
      objects.append((object, x.id))
    }
    for (object, _) in objects { _ = scope.insert(object) }
    if !objects.isEmpty, !objects.contains(where: { $0.0.name != "_" }) {
      report(one.position, "no new variables on left side of :=")
    }
  }

  private func assignTargets(
    _ one: RangeStatement, _ types: [GoType], _ subject: inout Operand, _ integer: GoType?
  ) {
    for (index, x) in one.targets.prefix(2).enumerated() {
      if x.isBlankName {
        if index == 0, integer != nil { useDefault(&subject) }
        continue
      }
      let type = types[index]
      let target = rangeTarget(x)
      if target.isInvalid || type.isInvalid { continue }
      if index == 0, integer != nil {
        if subject.type.isUntyped {
          assignment(&subject, target.type, "range clause")
          continue
        }
      }
      // Assigned as a value of its type, from no expression of its own.
      var value = Operand(.value, type, x)
      value.expression = Expression(id: Int.max, start: x.start, .bad)
      value.label = ExpressionText.of(x)
      var cause = ""
      if !isAssignable(value, to: target.type, &cause) {
        report(
          x,
          "cannot use \(value) as \(target.type) value in assignment"
            + (cause.isEmpty ? "" : ": " + cause))
      }
    }
  }

  private func rangeTarget(_ x: Expression) -> Operand {
    let object = x.withoutParentheses.nameText.flatMap { scope.find($0) }
    let wasUsed = object?.isUsed ?? false
    let operand = expression(x)
    if object?.kind == .variable, object?.role == .local { object?.isUsed = wasUsed }
    if operand.isInvalid { return operand }
    guard operand.mode == .variable || operand.mode == .mapIndex else {
      report(
        x,
        "cannot assign to \(ExpressionText.of(x)) (neither addressable nor a map index "
          + "expression)")
      return operand.invalidated
    }
    root(x)?.isReassigned = true
    return operand
  }
}
