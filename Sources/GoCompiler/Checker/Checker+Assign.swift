// Assignments and initial values (spec, "Assignment statements", "Short variable declarations",
// "Variable declarations").

import GoSyntax

extension Checker {
  /// Gives a variable its initial value, and its type where none was declared.
  func initialize(_ object: Object, _ x: inout Operand, _ context: String) {
    let isDeclared = object.hasDeclaredType
    if x.isInvalid || isDeclared && object.type.isInvalid {
      if !isDeclared { object.type = .invalid }
      x = x.invalidated
      return
    }
    assignment(&x, isDeclared ? object.type : nil, context)
    if !isDeclared, !x.isInvalid { object.type = x.type }
  }

  /// `var a, b = …`, and the results of a `return`.
  func initializeVariables(
    _ objects: [Object], _ values: [Expression], returning statement: Statement?,
    at position: Position, hasType: Bool = true
  ) {
    for object in objects { object.hasDeclaredType = hasType && !isUndeclared(object) }
    let context = statement == nil ? "assignment" : "return statement"
    if objects.count == values.count {
      for (object, value) in zip(objects, values) {
        var x = expression(value, hint: object.hasDeclaredType ? object.type : nil)
        initialize(object, &x, statement == nil ? "variable declaration" : context)
      }
      return
    }
    guard values.count == 1 else {
      return wrongCount(objects, values, values.map { package[$0]?.type ?? .invalid }, statement)
    }
    let x = multiExpression(values[0])
    if x.isInvalid {
      for object in objects {
        if !object.hasDeclaredType { object.type = .invalid }
      }
      return
    }
    var operands = unpacked(x, wanted: objects.count)
    guard operands.count == objects.count else {
      return wrongCount(objects, values, operands.map(\.type), statement)
    }
    for index in objects.indices {
      initialize(objects[index], &operands[index], context)
    }
  }

  private func isUndeclared(_ object: Object) -> Bool {
    guard case .variable(let one, _, _)? = object.source else { return false }
    return one.type == nil
  }

  /// The values of one expression: of a call several, of `v, ok` two.
  private func unpacked(_ x: Operand, wanted: Int) -> [Operand] {
    if case .tuple(let types) = x.type {
      return types.enumerated().map { index, type in
        var one = Operand(.value, type, x.expression)
        one.label = "\(Self.ordinal(index + 1)) function result"
        return one
      }
    }
    guard wanted == 2, x.mode == .commaOK || x.mode == .mapIndex else { return [x] }
    package.facts[x.expression.id]?.type = .tuple([x.type, .basic(.bool)])
    return [
      Operand(.value, x.type, x.expression),
      Operand(.value, .basic(.untypedBool), Self.okay(x.expression)),
    ]
  }

  private static func ordinal(_ number: Int) -> String {
    let isTeen = (11...13).contains(number % 100)
    switch number % 10 {
    case 1 where !isTeen: return "\(number)st"
    case 2 where !isTeen: return "\(number)nd"
    case 3 where !isTeen: return "\(number)rd"
    default: return "\(number)th"
    }
  }

  /// A node for the second value, so that giving it a type does not touch the first one's.
  private static func okay(_ x: Expression) -> Expression {
    Expression(id: Int.max, start: x.start, .bad)
  }

  private func wrongCount(
    _ objects: [Object], _ values: [Expression], _ types: [GoType], _ statement: Statement?
  ) {
    for object in objects {
      if !object.hasDeclaredType { object.type = .invalid }
    }
    var types = types
    if values.count > 1 {
      let operands = values.map { expression($0) }
      if operands.contains(where: \.isInvalid) { return }
      types = operands.map(\.type)
    }
    if statement != nil {
      let isFew = types.count < objects.count
      let place = isFew ? values[values.count - 1] : values[min(objects.count, values.count - 1)]
      report(
        place, isFew ? "not enough return values" : "too many return values",
        details: [
          "have \(typesSummary(types))", "want \(typesSummary(objects.map(\.type)))",
        ])
      return
    }
    mismatch(objects.count, values, types.count)
  }

  private func mismatch(_ variables: Int, _ values: [Expression], _ found: Int) {
    let place = values[0].start
    func counted(_ count: Int, _ unit: String) -> String {
      "\(count) \(unit)\(count == 1 ? "" : "s")"
    }
    let left = counted(variables, "variable")
    let right = counted(found, "value")
    if values.count == 1, case .call(let call) = values[0].withoutParentheses.kind {
      report(
        place,
        "assignment mismatch: \(left) but \(ExpressionText.of(call.function)) returns "
          + right)
    } else {
      report(place, "assignment mismatch: \(left) but \(right)")
    }
  }

  // MARK: Assignment statements

  func assign(_ left: [Expression], _ right: [Expression]) {
    if left.count == right.count {
      for (target, value) in zip(left, right) {
        let (type, operand) = self.target(target)
        var x = expression(value, hint: type)
        assign(target, type, operand, &x)
      }
      return
    }
    guard right.count == 1 else {
      useTargets(left)
      let operands = right.map { expression($0) }
      if operands.contains(where: \.isInvalid) { return }
      return mismatch(left.count, right, right.count)
    }
    let x = multiExpression(right[0])
    if x.isInvalid { return useTargets(left) }
    var operands = unpacked(x, wanted: left.count)
    guard operands.count == left.count else {
      useTargets(left)
      return mismatch(left.count, right, operands.count)
    }
    for index in left.indices {
      let (type, operand) = target(left[index])
      assign(left[index], type, operand, &operands[index])
    }
  }

  private func useTargets(_ left: [Expression]) {
    for x in left where !x.withoutParentheses.isBlankName { _ = rawExpression(x) }
  }

  /// `x` as the left side of `x op= y` or `x++`, evaluated already.
  func assignVariable(_ x: Expression, _ value: Operand, evaluated: Operand) {
    var value = value
    assign(x, checkTarget(x, evaluated), evaluated, &value)
  }

  private func assign(
    _ left: Expression, _ type: GoType?, _ operand: Operand?, _ x: inout Operand
  ) {
    if left.withoutParentheses.isBlankName {
      assignment(&x, nil, "assignment to _ identifier")
      if !x.isInvalid {
        package.facts[left.id] = Fact(type: x.type, use: .variable, constant: nil)
      }
      return
    }
    if x.isInvalid || type == nil { return }
    assignment(&x, type, "assignment")
  }

  /// The type that a value for `x` must have; nil for `_` and after an error.
  private func target(_ x: Expression) -> (GoType?, Operand?) {
    if x.withoutParentheses.isBlankName { return (nil, nil) }
    // To be assigned to is not to be used.
    if case .name(let name) = x.withoutParentheses.kind, let object = scope.find(name),
      object.kind == .variable, object.role == .local
    {
      let wasUsed = object.isUsed
      let operand = expression(x)
      object.isUsed = wasUsed
      return (checkTarget(x, operand), operand)
    }
    let operand = expression(x)
    return (checkTarget(x, operand), operand)
  }

  private func checkTarget(_ x: Expression, _ operand: Operand) -> GoType? {
    switch operand.mode {
    case .invalid: return nil
    case .variable, .mapIndex:
      root(x)?.isReassigned = true
      return operand.type
    default: break
    }
    if case .selector(let inner, _) = x.withoutParentheses.kind,
      package[inner]?.use == .mapIndex
    {
      report(x, "cannot assign to struct field \(ExpressionText.of(x)) in map")
    } else {
      report(
        x,
        "cannot assign to \(ExpressionText.of(x)) "
          + "(neither addressable nor a map index expression)")
    }
    return nil
  }

  // MARK: Short declarations

  func define(_ position: Position, _ left: [Expression], _ right: [Expression]) {
    var targets: [Object] = []
    var fresh: [(Object, Int)] = []
    var seen: Set<String> = []
    var isWrong = false
    for x in left {
      guard case .name(let name) = x.kind else {
        report(x, "non-name \(ExpressionText.of(x)) on left side of :=")
        use([x])
        isWrong = true
        targets.append(newBlank(x.start))
        continue
      }
      if name != "_", !seen.insert(name).inserted {
        report(x, "\(name) repeated on left side of :=")
        isWrong = true
        targets.append(newBlank(x.start))
        continue
      }
      if name != "_", let object = scope.here(name) {
        record(x.id, object)
        if object.kind == .variable {
          object.isReassigned = true
          package.facts[x.id] = Fact(type: object.type, use: .variable, constant: nil)
          targets.append(object)
        } else {
          report(x, "cannot assign to \(name)")
          isWrong = true
          targets.append(newBlank(x.start))
        }
        continue
      }
      let object = newLocal(name, x.start, .invalid)
      record(x.id, object)
      targets.append(object)
      fresh.append((object, x.id))
    }
    defineValues(targets, right, fresh: fresh.map(\.0), at: position)
    for (object, id) in fresh {
      package.facts[id] = Fact(type: object.type, use: .variable, constant: nil)
      _ = scope.insert(object)
    }
    if !isWrong, !fresh.contains(where: { $0.0.name != "_" }) {
      report(position, "no new variables on left side of :=")
    }
  }

  private func newBlank(_ position: Position) -> Object {
    let object = newLocal("_", position, .invalid)
    object.isUsed = true
    return object
  }

  private func defineValues(
    _ targets: [Object], _ right: [Expression], fresh: [Object], at position: Position
  ) {
    for target in targets {
      target.hasDeclaredType =
        !fresh.contains { $0 === target } && !(target.name == "_" && target.type.isInvalid)
    }
    if targets.count == right.count {
      var operands = right.map { expression($0) }
      for index in targets.indices { initialize(targets[index], &operands[index], "assignment") }
      return
    }
    guard right.count == 1 else {
      return wrongCount(targets, right, right.map { _ in GoType.invalid }, nil)
    }
    let x = multiExpression(right[0])
    if x.isInvalid { return }
    var operands = unpacked(x, wanted: targets.count)
    guard operands.count == targets.count else {
      return wrongCount(targets, right, operands.map(\.type), nil)
    }
    for index in targets.indices { initialize(targets[index], &operands[index], "assignment") }
  }
}
