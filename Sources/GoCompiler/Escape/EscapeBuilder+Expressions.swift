// Expressions: what of them goes where.

import GoSyntax

extension EscapeBuilder {
  /// One step of a selector's path, through a pointer or not, and the type that it ends at.
  struct Step {
    let isThroughPointer: Bool
    let type: GoType
  }

  /// The type of one value: of `v, ok` forms that of `v`.
  func type(_ x: Expression) -> GoType? {
    guard let type = package[x]?.type else { return nil }
    if case .tuple(let types) = type, let first = types.first {
      if case .call = x.withoutParentheses.kind { return type }
      return first
    }
    return type
  }

  /// Evaluates for effects only, results and all.
  func effect(_ x: Expression) {
    if case .call(let call) = x.withoutParentheses.kind, package[call.function]?.use != .type {
      self.call(x.withoutParentheses, call, [])
    } else {
      evaluate(x, into: discard)
    }
  }

  /// Several values into as many places; or one call, or a `v, ok` form, into all.
  func values(_ list: [Expression], into targets: [Target], at position: Position) {
    if list.count == targets.count {
      for (x, target) in zip(list, targets) { evaluate(x, into: target.hole, as: target.type) }
      return
    }
    guard let x = list.first?.withoutParentheses else { return }
    guard case .call(let call) = x.kind, case .tuple(let types)? = package[x]?.type else {
      if let first = targets.first { evaluate(x, into: first.hole, as: first.type) }
      return
    }
    // Where a value must be converted, all go through hidden variables.
    let isConverted = zip(targets, types).contains { target, type in
      (target.type?.isInterface ?? false) && !type.isInterface
    }
    var holes: [Hole] = []
    for (index, (target, type)) in zip(targets, types).enumerated() {
      var hole = target.hole
      if isConverted {
        hole = boxed(hole, type, as: target.type, x, index, hiddenName(), position)
      }
      holes.append(type.hasPointers ? hole : discard)
    }
    self.call(x, call, holes)
  }

  /// Where one of the values of `x` goes that becomes a `place`.
  func boxed(
    _ hole: Hole, _ type: GoType, as place: GoType?, _ x: Expression, _ index: Int, _ name: String,
    _ position: Position
  ) -> Hole {
    guard let place, place.isInterface, !type.isInterface, !type.isOnePointer else { return hole }
    hidden[AllocationSite(x, .box, index: index)] = (name, position)
    return spill(hole, x, .box, index: index)
  }

  /// `x` as a value of type `place`, and from it along `steps`, into `hole`.
  func evaluate(
    _ x: Expression, into hole: Hole, as place: GoType? = nil, through steps: [Step] = []
  ) {
    var hole = hole
    for step in steps.reversed() {
      if hole.derefs >= 0, !step.type.hasPointers { hole = discard }
      if step.isThroughPointer { hole = hole.dereferenced }
    }
    if let place, place.isInterface, let type = type(x), !type.isInterface, !type.isNil {
      if !type.isOnePointer { hole = spill(hole, x, .box) }
    }
    value(x, hole)
  }

  private func value(_ x: Expression, _ wanted: Hole) {
    guard let fact = package[x], fact.use != .type, fact.constant == nil else { return }
    var hole = wanted
    if hole.derefs >= 0, let type = type(x), !type.hasPointers { hole = discard }
    switch x.kind {
    case .parenthesized(let inner): value(inner, hole)
    case .name:
      if let object = package.objects[x.id], object.kind == .variable,
        let location = location(object)
      {
        graph.flow(hole, from: location)
      }
    case .composite(let literal): composite(x, literal, hole)
    case .function: functionLiteral(x, hole)
    case .selector(let inner, _): selector(x, inner, hole)
    case .index(let inner, let indices): index(inner, indices, hole)
    case .slice(let inner, let low, let high, let max, _):
      let isArray = if case .array? = type(inner)?.underlying { true } else { false }
      evaluate(inner, into: isArray ? hole.address : hole)
      for bound in [low, high, max] {
        if let bound { evaluate(bound, into: discard) }
      }
    case .assertion(let inner, _):
      evaluate(inner, into: asserted(hole, type(x) ?? fact.type))
    case .call(let call):
      if package[call.function]?.use == .type {
        conversion(x, call, hole)
      } else {
        self.call(x, call, [hole])
      }
    case .star(let inner): evaluate(inner, into: hole.dereferenced)
    case .unary(.and, let inner):
      if case .composite = inner.withoutParentheses.kind {
        value(inner, spill(hole, x))
      } else {
        evaluate(inner, into: hole.address)
      }
    case .unary(_, let inner): evaluate(inner, into: discard)
    case .binary(let op, let left, let right): binary(x, op, left, right, hole)
    default: break
    }
  }

  /// The value inside an interface is behind a pointer, unless it is one.
  func asserted(_ hole: Hole, _ type: GoType) -> Hole {
    type.isInterface || type.isOnePointer ? hole : hole.dereferenced
  }

  // MARK: Operators

  private func binary(
    _ x: Expression, _ op: Operator, _ left: Expression, _ right: Expression, _ hole: Hole
  ) {
    if op == .add, type(x)?.isString ?? false {
      _ = spill(hole, x)
      operands(left)
      operands(right)
    } else if op.isComparison {
      // A value compared with an interface becomes one.
      evaluate(left, into: discard, as: type(right))
      evaluate(right, into: discard, as: type(left))
    } else {
      evaluate(left, into: discard)
      evaluate(right, into: discard)
    }
  }

  /// `a + b + c` makes one string.
  private func operands(_ x: Expression) {
    let bare = x.withoutParentheses
    if case .binary(.add, let left, let right) = bare.kind, package[bare]?.constant == nil {
      operands(left)
      operands(right)
    } else {
      evaluate(x, into: discard)
    }
  }

  private func index(_ inner: Expression, _ indices: [Expression], _ hole: Hole) {
    switch type(inner)?.underlying {
    case .array: evaluate(inner, into: hole)
    case .map(let key, _):
      evaluate(inner, into: discard)
      evaluate(indices[0], into: discard, as: key)
      return
    default: evaluate(inner, into: hole.dereferenced)
    }
    evaluate(indices[0], into: discard)
  }

  // MARK: Selectors

  func fieldSteps(_ inner: Expression, _ path: [Int]) -> [Step] {
    type(inner).map { fieldSteps($0, path) } ?? []
  }

  private func fieldSteps(_ start: GoType, _ path: [Int]) -> [Step] {
    var type = start
    return path.map { index in
      let pointee = type.pointee
      if let field = (pointee ?? type).structure?.fields[index] { type = field.type }
      return Step(isThroughPointer: pointee != nil, type: type)
    }
  }

  private func selector(_ x: Expression, _ inner: Expression, _ hole: Hole) {
    guard let selection = package.selections[x.id] else { return }
    switch selection.kind {
    case .field: evaluate(inner, into: hole, through: fieldSteps(inner, selection.path))
    case .method: methodValue(x, inner, selection, hole)
    case .methodExpression, .qualified: break
    }
  }

  /// `x.m` holds its receiver, and whoever calls it later gives the receiver to the method.
  private func methodValue(
    _ x: Expression, _ inner: Expression, _ selection: Selection, _ hole: Hole
  ) {
    let closure = spill(hole, x)
    let count = type(x)?.signature?.results.count ?? 0
    let results = Array(repeating: toHeap, count: count)
    let callee = selection.method.map { self.callee(declared: $0) } ?? Callee.unknown
    let parameter = self.parameter(0, of: callee, results)
    receiver(inner, selection, into: tee([parameter, closure]))
  }

  /// The receiver of a method, as the method wants it.
  func receiver(_ inner: Expression, _ selection: Selection, into wanted: Hole) {
    let steps = fieldSteps(inner, selection.path)
    let isPointer = (steps.last?.type ?? type(inner))?.pointee != nil
    var hole = wanted
    if let method = selection.method, isPointer != method.hasPointerReceiver {
      hole = isPointer ? hole.dereferenced : hole.address
      if let base = method.receiver, hole.derefs >= 0, !base.hasPointers { hole = discard }
    }
    evaluate(inner, into: hole, through: steps)
  }

  /// The receiver of a known method of the value in an interface.
  func receiver(_ inner: Expression, _ known: Devirtualization, into wanted: Hole) {
    let steps = fieldSteps(known.type, known.path)
    let isPointer = (steps.last?.type ?? known.type).pointee != nil
    var hole = wanted
    if let method = known.method, isPointer != method.hasPointerReceiver {
      hole = isPointer ? hole.dereferenced : hole.address
    }
    for step in steps.reversed() {
      if hole.derefs >= 0, !step.type.hasPointers { hole = discard }
      if step.isThroughPointer { hole = hole.dereferenced }
    }
    if hole.derefs >= 0, !known.type.hasPointers { hole = discard }
    evaluate(inner, into: asserted(hole, known.type))
  }

  // MARK: Literals

  private func composite(_ x: Expression, _ literal: CompositeLiteral, _ wanted: Hole) {
    guard var type = type(x) else { return }
    var hole = wanted
    if let pointee = type.pointee {
      // `&T` left out inside a literal of `*T`.
      hole = spill(hole, x)
      type = pointee
    }
    switch type.underlying {
    case .structure(let structure):
      for (index, element) in literal.elements.enumerated() {
        if case .keyValue(let key, let inner) = element.kind {
          let field = structure.fields.first { $0.name == key.nameText }
          evaluate(inner, into: hole, as: field?.type)
        } else {
          evaluate(element, into: hole, as: structure.fields[index].type)
        }
      }
    case .array(_, let element): elements(literal, element, hole)
    case .slice(let element): elements(literal, element, spill(hole, x))
    case .map(let key, let value):
      _ = spill(hole, x)
      for element in literal.elements {
        guard case .keyValue(let left, let right) = element.kind else { continue }
        evaluate(left, into: toHeap, as: key)
        evaluate(right, into: toHeap, as: value)
      }
    default: break
    }
  }

  private func elements(_ literal: CompositeLiteral, _ type: GoType, _ hole: Hole) {
    for element in literal.elements {
      if case .keyValue(_, let inner) = element.kind {
        evaluate(inner, into: hole, as: type)
      } else {
        evaluate(element, into: hole, as: type)
      }
    }
  }

  private func functionLiteral(_ x: Expression, _ hole: Hole) {
    guard let info = package.literals[x.id] else { return }
    let literal = program.function(info)
    let inside = spill(hole, x, literal: literal)
    if !info.captures.isEmpty, let literal {
      close(inside, over: info.captures)
      walk(literal)
    }
  }

  // MARK: Conversions

  private func conversion(_ x: Expression, _ call: Call, _ hole: Hole) {
    guard let operand = call.arguments.first, let to = type(x), let from = type(operand) else {
      return
    }
    if to.isInterface {
      explicitTypes[operand.withoutParentheses.id] = to
      return evaluate(operand, into: hole, as: to)
    }
    if from.isString || to.isString, !(from.isString && to.isString) {
      _ = spill(hole, x)
      return evaluate(operand, into: discard)
    }
    if case .slice = from.underlying, case .array = to.underlying {
      return evaluate(operand, into: hole.dereferenced)
    }
    evaluate(operand, into: hole)
  }
}
