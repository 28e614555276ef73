// Statements: where values go, and how deep in loops.

import GoSyntax

extension EscapeBuilder {
  typealias Target = (hole: Hole, type: GoType?)

  /// A label raises the loop depth up to the end of its block.
  func block(_ list: [Statement]) {
    let outer = loopDepth
    for statement in list { self.statement(statement) }
    loopDepth = outer
  }

  func statement(_ statement: Statement) {
    switch statement.kind {
    case .empty, .branch: break
    case .expression(let x): effect(x)
    case .send(let channel, let value):
      evaluate(channel, into: discard)
      evaluate(value, into: toHeap, as: element(ofChannel: channel))
    case .increment(let x, _): reassigned([target(x).hole])
    case .assign(let left, let right): assign(left, right, statement)
    case .define(let left, let right): define(left, right, statement.position)
    case .operatorAssign(let left, _, let right):
      let target = target(left)
      evaluate(right, into: target.hole)
      reassigned([target.hole])
    case .declarations(let list):
      for case .variable(let one) in list { declare(one) }
    case .block(let inner): block(inner.statements)
    case .go(let x): later(x, isDefer: false)
    case .defer(let x): later(x, isDefer: true)
    case .return(let list): returns(list, statement.position)
    case .labeled(let label, let inner):
      if loopLabels.contains(label.text) { loopDepth += 1 }
      self.statement(inner)
    case .if(let one):
      if let initial = one.initial { self.statement(initial) }
      // What a constant condition excludes is not compiled.
      let known = package[one.condition]?.constant?.boolValue
      if known == nil { evaluate(one.condition, into: discard) }
      if known != false { block(one.then.statements) }
      if known != true, let otherwise = one.otherwise { block([otherwise]) }
    case .switch(let one): expressionSwitch(one)
    case .typeSwitch(let one): typeSwitch(one)
    case .select(let one):
      for clause in one.clauses {
        if let communication = clause.communication { self.statement(communication) }
        block(clause.body)
      }
    case .for(let one): loop(one)
    case .range(let one): range(one)
    }
  }

  private func element(ofChannel x: Expression) -> GoType? {
    if case .channel(_, let element)? = type(x)?.underlying { element } else { nil }
  }

  // MARK: Assignments

  private func assign(_ left: [Expression], _ right: [Expression], _ statement: Statement) {
    var targets = left.map { target($0) }
    let holes = targets.map(\.hole)
    if left.count == right.count {
      for index in left.indices where SelfAssignment.holds(left[index], right[index], package) {
        let text = "\(functionText) ignoring self-assignment in \(text(statement))"
        notes.append(Diagnostic(statement.position, text))
        targets[index].hole = discard
      }
    }
    values(right, into: targets, at: statement.position)
    reassigned(holes)
  }

  func reassigned(_ holes: [Hole]) {
    for hole in holes { hole.destination.isReassigned = true }
  }

  private func define(_ left: [Expression], _ right: [Expression], _ position: Position) {
    var old: [Hole] = []
    let targets: [Target] = left.map { x in
      guard let object = LocalVariables.declared(x, package) else {
        let target = target(x)
        old.append(target.hole)
        return target
      }
      declare(object)
      return variable(object)
    }
    values(right, into: targets, at: position)
    reassigned(old)
  }

  private func declare(_ one: VariableDeclaration) {
    let targets: [Target] = one.names.map { name in
      guard let object = package.objects[name.id] else { return (discard, nil) }
      declare(object)
      return variable(object)
    }
    if !one.values.isEmpty { values(one.values, into: targets, at: one.position) }
  }

  private func variable(_ object: Object) -> Target {
    if object.name == "_" { return (discard, object.type) }
    return (location(object).map { Hole($0) } ?? toHeap, object.type)
  }

  /// The place that `x` on the left of an assignment names.
  func target(_ x: Expression) -> Target {
    let bare = x.withoutParentheses
    if bare.isBlankName { return (discard, nil) }
    return (place(bare), type(bare))
  }

  private func place(_ x: Expression) -> Hole {
    switch x.kind {
    case .name:
      if let object = package.objects[x.id], let location = location(object) {
        return Hole(location)
      }
    case .parenthesized(let inner): return place(inner)
    case .selector(let inner, _):
      guard let selection = package.selections[x.id], selection.kind == .field else { break }
      let steps = fieldSteps(inner, selection.path)
      // The last pointer on the way is what the store goes through.
      if let last = steps.lastIndex(where: \.isThroughPointer) {
        evaluate(inner, into: toMutator, through: Array(steps[..<last]))
      } else {
        return place(inner.withoutParentheses)
      }
    case .index(let inner, let indices):
      let container = type(inner)?.underlying
      if case .map(let key, _)? = container {
        evaluate(inner, into: discard)
        evaluate(indices[0], into: toHeap, as: key)
        break
      }
      evaluate(indices[0], into: discard)
      if case .array? = container { return place(inner.withoutParentheses) }
      evaluate(inner, into: toMutator)
    case .star(let inner): evaluate(inner, into: toMutator)
    default: evaluate(x, into: discard)
    }
    return toHeap
  }

  private func returns(_ list: [Expression], _ position: Position) {
    guard let info = function.info, !list.isEmpty else { return }
    let targets: [Target] = info.results.map { variable($0, isResult: true) }
    values(list, into: targets, at: position)
    reassigned(targets.map(\.hole))
  }

  private func variable(_ object: Object, isResult: Bool) -> Target {
    (location(object).map { Hole($0) } ?? discard, object.type)
  }

  // MARK: Control

  private func loop(_ one: ForStatement) {
    if let initial = one.initial {
      statement(initial)
      if case .define(let left, _) = initial.kind { iterate(left) }
    }
    loopDepth += 1
    if let condition = one.condition { evaluate(condition, into: discard) }
    if let post = one.post { statement(post) }
    block(one.body.statements)
    loopDepth -= 1
  }

  /// A loop variable that someone may hold is a new one each time: it lies inside the loop.
  private func iterate(_ left: [Expression]) {
    for x in left {
      guard let object = LocalVariables.declared(x, package), object.isPerIteration,
        object.isCaptured || object.isAddressTaken
      else { continue }
      location(object)?.loopDepth += 1
    }
  }

  private func range(_ one: RangeStatement) {
    let subject = type(one.subject)
    let values = temporary()
    if one.defines {
      for x in one.targets {
        if let object = LocalVariables.declared(x, package) { declare(object) }
      }
      iterate(one.targets)
    }
    evaluate(one.subject, into: Hole(values))
    loopDepth += 1
    let targets = one.targets.map { target($0) }
    if targets.count > 1 {
      var hole = targets[1].hole
      let element = rangeElement(subject)
      if let element, let place = targets[1].type, place.isInterface, !element.isInterface,
        !element.isOnePointer
      {
        hole = spill(hole, one.targets[1], .box)
      }
      let isArray = if case .array? = subject?.underlying { true } else { false }
      // A copy of an array is walked; of all else what it points to.
      if element?.hasPointers ?? true {
        graph.flow(isArray ? hole : hole.dereferenced, from: values)
      }
    }
    for (x, target) in zip(one.targets, targets) {
      let object = one.defines ? LocalVariables.declared(x, package) : nil
      if let object, object.isCaptured || object.isAddressTaken { continue }
      reassigned([target.hole])
    }
    block(one.body.statements)
    loopDepth -= 1
  }

  private func rangeElement(_ type: GoType?) -> GoType? {
    switch type?.underlying {
    case .array(_, let element), .slice(let element): element
    case .map(_, let value): value
    case .pointer(let pointee):
      if case .array(_, let element) = pointee.underlying { element } else { nil }
    case .basic: .basic(.rune)
    default: nil
    }
  }

  private func expressionSwitch(_ one: SwitchStatement) {
    if let initial = one.initial { statement(initial) }
    if let tag = one.tag { evaluate(tag, into: discard) }
    let tagType = one.tag.flatMap { type($0) }
    for clause in one.clauses {
      for x in clause.values ?? [] { evaluate(x, into: discard, as: tagType) }
      block(clause.body)
    }
  }

  private func typeSwitch(_ one: TypeSwitchStatement) {
    if let initial = one.initial { statement(initial) }
    var holes: [Hole] = []
    if one.binding != nil {
      for clause in one.clauses {
        guard let object = package.objects[clause.id] else { continue }
        declare(object)
        places[ObjectIdentifier(object)] =
          clause.clause.values?.first?.position ?? clause.clause.position
        if let location = location(object), object.type.hasPointers {
          holes.append(asserted(Hole(location), object.type))
        }
      }
    }
    evaluate(one.subject, into: tee(holes))
    for clause in one.clauses { block(clause.clause.body) }
  }
}
