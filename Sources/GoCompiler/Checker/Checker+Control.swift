// `if`, `for`, `switch`, `select` (spec, "If statements", "Switch statements", "For statements",
// "Select statements").

import GoSyntax

extension Checker {
  func ifStatement(_ one: IfStatement) {
    inScope {
      if let initial = one.initial { statement(initial) }
      condition(one.condition, "if")
      block(one.then)
      if let otherwise = one.otherwise { statement(otherwise) }
    }
  }

  private func condition(_ x: Expression, _ keyword: String) {
    let operand = expression(x)
    if !operand.isInvalid, !operand.type.isBoolean {
      report(x, "non-boolean condition in \(keyword) statement")
    }
  }

  func forStatement(_ one: ForStatement) {
    if let initial = one.initial {
      statement(initial)
      // Since Go 1.22 each iteration has its own.
      for object in scope.objects { object.isPerIteration = true }
    }
    if let test = one.condition { condition(test, "for") }
    if let post = one.post { statement(post) }
    block(one.body)
  }

  // MARK: Expression switches

  func switchStatement(_ one: SwitchStatement) {
    if let initial = one.initial { statement(initial) }
    var tag: Operand?
    if let x = one.tag {
      var operand = expression(x)
      if !operand.isInvalid {
        assignment(&operand, nil, "switch expression")
        if !operand.isInvalid, !operand.type.isComparable, !operand.type.hasNil {
          report(operand, "cannot switch on \(operand) (\(operand.type) is not comparable)")
          operand = operand.invalidated
        }
      }
      tag = operand
    }
    checkDefaults(one.clauses.map { ($0.values == nil, $0.position) })
    var seen: [CaseKey: Position] = [:]
    for clause in one.clauses {
      for x in clause.values ?? [] { caseValue(x, tag, &seen) }
      inScope { statements(clause.body) }
    }
  }

  private struct CaseKey: Hashable {
    let value: Constant
    let type: String
  }

  private func caseValue(
    _ x: Expression, _ tag: Operand?, _ seen: inout [CaseKey: Position]
  ) {
    var value = expression(x)
    guard var tag else {
      // `switch { case x: }` is `switch true`.
      if value.isInvalid { return }
      convertUntyped(&value, .basic(.bool))
      if value.isInvalid { return }
      guard value.type.isBoolean else {
        report(
          x,
          "invalid case \(ExpressionText.of(x)) in switch (mismatched types \(value.type) "
            + "and bool)")
        return
      }
      noteCase(x, value, &seen)
      return
    }
    if value.isInvalid || tag.isInvalid { return }
    convertUntyped(&value, tag.type)
    if value.isInvalid { return }
    let matched = match(&value, &tag)
    if value.isInvalid || tag.isInvalid { return }
    let text = ExpressionText.of(x)
    let tagText = ExpressionText.of(tag.expression)
    let wrong =
      matched
      ? incomparable(.equal, value, tag)?.cause
      : "mismatched types \(value.type) and \(tag.type)"
    if let wrong {
      report(x, "invalid case \(text) in switch on \(tagText) (\(wrong))")
      return
    }
    noteCase(x, value, &seen)
  }

  private func noteCase(
    _ x: Expression, _ value: Operand, _ seen: inout [CaseKey: Position]
  ) {
    // Go lets booleans come twice.
    guard let constant = value.constant, constant.boolValue == nil else { return }
    let key = CaseKey(value: constant, type: "\(value.type)")
    if let other = seen[key] {
      report(
        x, "duplicate case \(value) in expression switch",
        details: ["\(shown(other)): previous case"])
    } else {
      seen[key] = x.start
    }
  }

  private func checkDefaults(_ clauses: [(isDefault: Bool, position: Position)]) {
    var first: Position?
    for clause in clauses where clause.isDefault {
      if let first {
        report(clause.position, "multiple defaults (first at \(shown(first)))")
      } else {
        first = clause.position
      }
    }
  }

  // MARK: Type switches

  func typeSwitch(_ one: TypeSwitchStatement) {
    if let initial = one.initial { statement(initial) }
    let operand = expression(one.subject)
    if let binding = one.binding, binding.isBlank {
      report(binding.position, "no new variable on left side of :=")
    }
    var subject: Operand? = operand.isInvalid ? nil : operand
    if let found = subject, !found.type.isInterface {
      report(found, "\(found) is not an interface")
      subject = nil
    }
    checkDefaults(one.clauses.map { ($0.clause.values == nil, $0.clause.position) })
    var seen: [(type: GoType?, position: Position)] = []
    var bound: [Object] = []
    for clause in one.clauses {
      let types = (clause.clause.values ?? []).map { caseType($0, subject, &seen) }
      inScope {
        if let binding = one.binding, !binding.isBlank {
          // One type in the list is the variable's; else it has the subject's.
          var type = subject?.type ?? .invalid
          if types.count == 1, let only = types[0] { type = only }
          let object = newLocal(binding.text, binding.position, type)
          // Told once for all clauses, below.
          locals.removeLast()
          record(clause.id, object)
          _ = scope.insert(object)
          bound.append(object)
        }
        statements(clause.clause.body)
      }
    }
    if let binding = one.binding, !binding.isBlank {
      record(binding.id, bound.first ?? newBlankBinding(binding))
      if !bound.contains(where: \.isUsed) {
        report(binding.position, "\(binding.text) declared and not used")
      }
    }
  }

  private func newBlankBinding(_ binding: Name) -> Object {
    Object(.variable, binding.text, binding.position)
  }

  /// The type of a case; nil for `nil`.
  private func caseType(
    _ x: Expression, _ subject: Operand?, _ seen: inout [(type: GoType?, position: Position)]
  ) -> GoType? {
    let operand = rawExpression(x)
    if operand.isNil {
      if let other = seen.first(where: { $0.type == nil }) {
        report(
          x, "duplicate case nil in type switch",
          details: ["\(shown(other.position)): previous case"])
      }
      seen.append((nil, x.start))
      return subject?.type
    }
    guard case .type = operand.mode else {
      if !operand.isInvalid { report(x, "\(ExpressionText.of(x)) is not a type") }
      return .invalid
    }
    let type = operand.type
    if let other = seen.first(where: { $0.type.map { GoType.identical($0, type) } ?? false }) {
      report(
        x, "duplicate case \(type) in type switch",
        details: ["\(shown(other.position)): previous case"])
    }
    seen.append((type, x.start))
    if let subject { checkAssertion(x, subject, type, isSwitch: true) }
    return type
  }

  // MARK: Select

  func select(_ one: SelectStatement) {
    checkDefaults(one.clauses.map { ($0.communication == nil, $0.position) })
    for clause in one.clauses {
      inScope {
        if let communication = clause.communication {
          if !Self.isCommunication(communication) {
            report(
              Self.start(communication),
              "select case must be send or receive (possibly with assignment)")
          } else {
            statement(communication)
          }
        }
        statements(clause.body)
      }
    }
  }

  private static func start(_ statement: Statement) -> Position {
    switch statement.kind {
    case .assign(let left, _), .define(let left, _): left[0].start
    case .expression(let x): x.position
    case .increment(let x, _), .operatorAssign(let x, _, _): x.start
    default: statement.position
    }
  }

  private static func isCommunication(_ statement: Statement) -> Bool {
    func isReceive(_ x: Expression) -> Bool {
      if case .unary(.receive, _) = x.withoutParentheses.kind { true } else { false }
    }
    switch statement.kind {
    case .send: return true
    case .expression(let x): return isReceive(x)
    case .assign(_, let right), .define(_, let right):
      return right.count == 1 && isReceive(right[0])
    default: return false
    }
  }
}
