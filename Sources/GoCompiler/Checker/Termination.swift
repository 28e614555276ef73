// Whether a list of statements ends without falling out at its end (spec, "Terminating
// statements").

import GoSyntax

enum Termination {
  static func ends(_ list: [Statement], _ checker: Checker) -> Bool {
    // Trailing empty statements do not count.
    guard let last = list.last(where: { if case .empty = $0.kind { false } else { true } }) else {
      return false
    }
    return ends(last, nil, checker)
  }

  private static func ends(_ statement: Statement, _ label: String?, _ checker: Checker) -> Bool {
    switch statement.kind {
    case .return: return true
    case .branch(let kind, _): return kind == .goto || kind == .fallthrough
    case .expression(let x):
      guard case .call(let call) = x.withoutParentheses.kind,
        let object = checker.package.objects[call.function.withoutParentheses.id]
      else { return false }
      return object.builtin == .panic
    case .block(let block): return ends(block.statements, checker)
    case .labeled(let name, let inner): return ends(inner, name.text, checker)
    case .if(let one):
      guard let otherwise = one.otherwise else { return false }
      return ends(one.then.statements, checker) && ends(otherwise, nil, checker)
    case .for(let one):
      return one.condition == nil && !Breaks.leave(one.body.statements, label)
    case .switch(let one): return clauses(one.clauses, label, checker)
    case .typeSwitch(let one): return clauses(one.clauses.map(\.clause), label, checker)
    case .select(let one):
      return one.clauses.allSatisfy {
        ends($0.body, checker) && !Breaks.leave($0.body, label)
      }
    default: return false
    }
  }

  private static func clauses(
    _ clauses: [SwitchStatement.Clause], _ label: String?, _ checker: Checker
  ) -> Bool {
    clauses.contains { $0.values == nil }
      && clauses.allSatisfy { ends($0.body, checker) && !Breaks.leave($0.body, label) }
  }
}

/// Whether a `break` in a list leaves the statement around it.
private enum Breaks {
  /// - Parameter label: that statement's label.
  static func leave(_ list: [Statement], _ label: String?, isInner: Bool = false) -> Bool {
    list.contains { leave($0, label, isInner: isInner) }
  }

  /// - Parameter isInner: a plain `break` means a statement inside.
  private static func leave(_ statement: Statement, _ label: String?, isInner: Bool) -> Bool {
    switch statement.kind {
    case .branch(.break, let target):
      return target.map { $0.text == label } ?? !isInner
    case .block(let block): return leave(block.statements, label, isInner: isInner)
    case .labeled(_, let inner): return leave(inner, label, isInner: isInner)
    case .if(let one):
      return leave(one.then.statements, label, isInner: isInner)
        || one.otherwise.map { leave($0, label, isInner: isInner) } ?? false
    case .for(let one): return leave(one.body.statements, label, isInner: true)
    case .range(let one): return leave(one.body.statements, label, isInner: true)
    case .switch(let one):
      return one.clauses.contains { leave($0.body, label, isInner: true) }
    case .typeSwitch(let one):
      return one.clauses.contains { leave($0.clause.body, label, isInner: true) }
    case .select(let one):
      return one.clauses.contains { leave($0.body, label, isInner: true) }
    default: return false
    }
  }
}
