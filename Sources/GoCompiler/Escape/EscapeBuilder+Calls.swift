// Calls: arguments to parameters, results to where the call's value goes.
//
// A callee in the component in hand is wired in: its parameters and results are locations of this
// graph. A finished one stands for its tags. Of an unknown one everything must be feared.

import GoSyntax

extension EscapeBuilder {
  enum Callee {
    case wired(EscapeFunction)
    /// One tag a parameter, the receiver first.
    case tagged([ParameterTag])
    case unknown
  }

  /// Puts an argument into the hole that its parameter gives.
  typealias Argument = (Hole) -> Void

  /// A value on its way to a parameter of that type.
  struct Passed {
    let type: GoType
    let put: Argument
  }

  func call(_ x: Expression, _ call: Call, _ holes: [Hole]) {
    if let builtin = program.builtin(call) { return builtinCall(x, call, builtin, holes) }
    let function = call.function.withoutParentheses
    var callee = callee(function)
    var receivers: [Passed] = []
    if case .selector(let inner, _) = function.kind,
      let selection = package.selections[function.id],
      selection.kind == .method
    {
      if let known = devirtualized(function, inner, selection, at: x) {
        callee = known.method.map { self.callee(declared: $0) } ?? .unknown
        receivers = [Passed(type: known.type) { self.receiver(inner, known, into: $0) }]
      } else {
        receivers = [Passed(type: selection.receiver) { self.receiver(inner, selection, into: $0) }]
      }
    } else {
      var hole = discard
      if case .unknown = callee, holes.contains(where: { $0.destination !== graph.blank }) {
        hole = toCallee
      }
      evaluate(function, into: hole)
    }
    guard let signature = type(function)?.signature else { return }
    pass(x, receivers, arguments(x, call, signature), signature, call.isSpread, callee, holes)
  }

  private func devirtualized(
    _ function: Expression, _ inner: Expression, _ selection: Selection, at x: Expression
  ) -> Devirtualization? {
    guard selection.method == nil, selection.path.isEmpty,
      case .selector(_, let name) = function.kind,
      let known = Devirtualization.of(inner, name.text, program)
    else { return nil }
    let partly = known.method == nil ? "partially " : ""
    let text = EscapeText.of(function, program)
    program.devirtualized.append(
      Diagnostic(
        x.position, "\(partly)devirtualizing \(text) to \(EscapeText.typeText(known.type))"))
    return known
  }

  /// The arguments as written: an expression each, or the results of one call.
  func arguments(_ x: Expression, _ call: Call, _ signature: Signature) -> [Passed] {
    if call.arguments.count == 1, case .call(let inner) = call.arguments[0].withoutParentheses.kind,
      case .tuple(let types)? = package[call.arguments[0]]?.type
    {
      let temporaries = types.map { _ in (location: temporary(), name: hiddenName()) }
      let holes = zip(types, temporaries).map { type, one in
        type.hasPointers ? Hole(one.location) : discard
      }
      let operand = call.arguments[0].withoutParentheses
      self.call(operand, inner, holes)
      return zip(types, temporaries).enumerated().map { index, pair in
        let (type, one) = pair
        let place = placeType(index, signature, isSpread: call.isSpread)
        return Passed(type: type) { [self] in
          let hole = boxed($0, type, as: place, operand, index, one.name, x.position)
          graph.flow(type.hasPointers ? hole : discard, from: one.location)
        }
      }
    }
    return call.arguments.enumerated().map { index, x in
      let place = placeType(index, signature, isSpread: call.isSpread)
      return Passed(type: type(x) ?? .invalid) { self.evaluate(x, into: $0, as: place) }
    }
  }

  private func placeType(_ index: Int, _ signature: Signature, isSpread: Bool) -> GoType? {
    let last = signature.parameters.count - 1
    guard last >= 0 else { return nil }
    let type = signature.parameters[min(index, last)].type
    if signature.isVariadic, !isSpread, index >= last, case .slice(let element) = type {
      return element
    }
    return type
  }

  func pass(
    _ x: Expression, _ receivers: [Passed], _ arguments: [Passed], _ signature: Signature,
    _ isSpread: Bool, _ callee: Callee, _ holes: [Hole]
  ) {
    if case .wired(let function) = callee, !holes.isEmpty {
      for (hole, result) in zip(holes, function.info?.results ?? []) {
        guard let location = location(result) else { continue }
        graph.flow(hole.derefs >= 0 && !result.type.hasPointers ? discard : hole, from: location)
      }
    }
    for (index, receiver) in receivers.enumerated() {
      receiver.put(parameter(index, of: callee, holes))
    }
    // A method expression's receiver is among the arguments.
    let fixed = signature.isVariadic && !isSpread ? signature.parameters.count - 1 : arguments.count
    for (index, argument) in arguments.prefix(fixed).enumerated() {
      argument.put(parameter(receivers.count + index, of: callee, holes))
    }
    guard signature.isVariadic, !isSpread else { return }
    let rest = arguments.dropFirst(fixed)
    guard !rest.isEmpty else { return }
    let hole = spill(parameter(receivers.count + fixed, of: callee, holes), x, .variadic)
    for argument in rest { argument.put(hole) }
  }

  // MARK: Callees

  func callee(_ function: Expression) -> Callee {
    if let selection = package.selections[function.id], selection.kind != .field,
      selection.kind != .qualified
    {
      return selection.method.map { callee(declared: $0) } ?? .unknown
    }
    switch program.staticFunction(function) {
    case .declared(let object): return callee(declared: object)
    case .library(let object, let package):
      return .tagged(program.tags(ofLibrary: object, package: package))
    case .literal(let info): return callee(info, tags: program.tags[ObjectIdentifier(info)])
    case nil: return .unknown
    }
  }

  func callee(declared object: Object) -> Callee {
    if let info = object.function {
      return callee(info, tags: program.decisions.parameterTags(of: object))
    }
    return .tagged(program.tags(ofLibrary: object, package: ""))
  }

  private func callee(_ info: FunctionInfo, tags: [ParameterTag]?) -> Callee {
    if let tags { return .tagged(tags) }
    guard let function = program.function(info), isMember(function)
    else { return .unknown }
    return .wired(function)
  }

  /// Where an argument goes.
  func parameter(_ index: Int, of callee: Callee, _ holes: [Hole]) -> Hole {
    switch callee {
    case .unknown: return toHeap
    case .wired(let function):
      guard let info = function.info else { return discard }
      let all = (info.receiver.map { [$0] } ?? []) + info.parameters
      guard index < all.count else { return discard }
      return location(all[index]).map { Hole($0) } ?? discard
    case .tagged(let tags):
      guard index < tags.count else { return discard }
      let tag = tags[index]
      var targets: [Hole] = []
      if let derefs = tag.heap { targets.append(toHeap.shifted(derefs)) }
      if let derefs = tag.mutator { targets.append(toMutator.shifted(derefs)) }
      if let derefs = tag.callee { targets.append(toCallee.shifted(derefs)) }
      for (result, hole) in holes.enumerated() {
        if let derefs = tag.result(result) { targets.append(hole.shifted(derefs)) }
      }
      return tee(targets)
    }
  }

  // MARK: Built-in functions

  private func builtinCall(
    _ x: Expression, _ call: Call, _ builtin: Builtin, _ holes: [Hole]
  ) {
    let list = call.arguments
    let hole = holes.first ?? discard
    if list.count == 1, case .tuple(let types)? = type(list[0]) {
      return builtinCall(x, on: list[0], types, builtin, hole)
    }
    switch builtin {
    case .append: append(x, call, hole)
    case .copy:
      evaluate(list[0], into: toMutator)
      evaluate(list[1], into: holdsPointers(list[1]) ? toHeap.dereferenced : discard)
    case .panic: evaluate(list[0], into: toHeap, as: Universe.any)
    case .new:
      if package[list[0]]?.use != .type {
        hidden[AllocationSite(x)] = (hiddenName(), x.position)
      }
      evaluate(list[0], into: spill(hole, x))
    case .make:
      if case .channel? = type(x)?.underlying {} else { _ = spill(hole, x) }
      for size in list.dropFirst() { evaluate(size, into: discard) }
    case .clear: evaluate(list[0], into: toMutator)
    case .min, .max: for one in list { evaluate(one, into: hole) }
    case .delete:
      evaluate(list[0], into: discard)
      if case .map(let key, _)? = type(list[0])?.underlying {
        evaluate(list[1], into: discard, as: key)
      }
    default: for one in list { evaluate(one, into: discard) }
    }
  }

  /// `append(f())`: the results of one call are the operands.
  private func builtinCall(
    _ x: Expression, on operands: Expression, _ types: [GoType], _ builtin: Builtin, _ hole: Hole
  ) {
    var element: GoType?
    if builtin == .append, case .slice(let one)? = type(x)?.underlying { element = one }
    let targets = types.indices.map { index -> Target in
      if index == 0 {
        return Target(hole: tee([hole, toMutator, toHeap.dereferenced]), type: nil)
      }
      return Target(hole: toHeap, type: element)
    }
    values([operands], into: targets, at: x.position)
    if builtin == .append { _ = spill(toHeap, x) }
  }

  private func holdsPointers(_ slice: Expression) -> Bool {
    if case .slice(let element)? = type(slice)?.underlying { element.hasPointers } else { false }
  }

  /// The old array may be the result's; where it is too small, a new one gets what the old held.
  private func append(_ x: Expression, _ call: Call, _ hole: Hole) {
    guard case .slice(let element)? = type(x)?.underlying else { return }
    var old = [hole, toMutator]
    if element.hasPointers { old.append(toHeap.dereferenced) }
    evaluate(call.arguments[0], into: tee(old))
    if call.isSpread {
      let more = call.arguments[1]
      evaluate(more, into: holdsPointers(more) ? toHeap.dereferenced : discard)
    } else {
      for one in call.arguments.dropFirst() { evaluate(one, into: toHeap, as: element) }
    }
    // One new array serves all rounds of a loop, because the old one is no longer used.
    let outer = loopDepth
    loopDepth = 0
    _ = spill(hole, x)
    loopDepth = outer
  }

  // MARK: go and defer

  /// The call's operands are evaluated now and held, as by a closure, until it is made.
  func later(_ x: Expression, isDefer: Bool) {
    guard case .call(let call) = x.withoutParentheses.kind else { return }
    if program.builtin(call) != nil || package[call.function]?.use == .type { return effect(x) }
    var keeper = toHeap
    if isDefer, loopDepth == 1 {
      // Until the function returns, and no longer.
      keeper = Hole(temporary(persists: true))
    }
    let written = call.function.withoutParentheses
    guard let signature = type(written)?.signature else { return }
    let isMethod = package.selections[written.id].map { $0.kind == .method } ?? false
    if !isMethod, signature.parameters.isEmpty, signature.results.isEmpty {
      return evaluate(written, into: keeper)
    }
    let callee = callee(written)
    let wrapper = EscapeFunction(nil, parent: function)
    let closure = temporary(persists: true)
    graph.flow(keeper.address, from: closure)
    func hold(_ passed: Passed) -> Passed {
      // It is a closure's copy: what it points to is held, and no more.
      let kept = temporary(persists: true)
      passed.put(Hole(kept))
      if passed.type.hasPointers { graph.flow(Hole(closure), from: kept) }
      return Passed(type: passed.type) { [graph] in graph.flow($0, from: kept) }
    }
    var receivers: [Passed] = []
    if isMethod, case .selector(let inner, _) = written.kind,
      let selection = package.selections[written.id]
    {
      receivers = [
        hold(Passed(type: .pointer(.invalid)) { self.receiver(inner, selection, into: $0) })
      ]
    } else {
      let kept = temporary(persists: true)
      evaluate(written, into: Hole(kept))
      graph.flow(Hole(closure), from: kept)
    }
    let held = arguments(x, call, signature).enumerated().map { index, passed in
      let place = placeType(index, signature, isSpread: call.isSpread)
      return hold(Passed(type: place ?? passed.type, put: passed.put))
    }
    let saved = (function, loopDepth)
    (function, loopDepth) = (wrapper, 1)
    pass(
      x.withoutParentheses, receivers, held, signature, call.isSpread, callee, [])
    (function, loopDepth) = saved
  }
}
