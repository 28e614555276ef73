// `defer`, and calls that are made later (spec, "Defer statements", "Handling panics").
//
// A call that comes later is a closure of no parameters: what it calls and its arguments are
// evaluated now and kept in the closure's object; its function, which is in no source, takes them
// out and calls. `go` and `defer` take the same closure. Where there is nothing to keep, it is the
// called function itself.
//
// A function that defers has a list of records in the heap, its head in a slot of the frame, and
// runs it before it returns.

import GoSyntax
import GreyBytecode

extension FunctionGenerator {
  func deferStatement(_ x: Expression) {
    guard let list = deferSlot else { return }
    let closure = laterCall(x)
    let record = reference()
    builder.emit(.new, record, wide: WellKnown.deferred)
    builder.emit(.storeReference, record, list, 0)
    builder.emit(.storeReference, record, closure, 8)
    builder.emit(.move, list, record)
  }

  /// The closure that makes the call.
  func laterCall(_ x: Expression) -> Int {
    let bare = x.withoutParentheses
    guard case .call(let call) = bare.kind else { return reference() }
    let function = call.function.withoutParentheses
    switch fact(call.function).use {
    case .builtin: return laterBuiltin(bare, call)
    case .type:
      _ = value(bare)
      return closureOfNothing()
    default: break
    }
    guard let signature = type(function).signature else { return reference() }
    let parameters = signature.parameters.flatMap(\.type.slotKinds)
    let results = signature.results.flatMap(\.type.slotKinds)
    var known: Int?
    var kept: [(slot: Int, kinds: [Bool])] = []
    if let object = checked.objects[function.id], object.kind == .function {
      known = generator.number(of: object)
      if known == nil { refuse(x.start, "a function without a body is") }
    } else {
      // Its own: what the variable holds now is called.
      let closure = reference()
      _ = value(function, into: closure)
      kept.append((closure, [true]))
    }
    if parameters.isEmpty, results.isEmpty {
      if let closure = kept.first { return closure.slot }
      if let known {
        let slot = reference()
        makeClosure(known, [], slot)
        return slot
      }
    }
    let first = temporary(parameters)
    arguments(call, signature, from: first)
    kept.append((first, parameters))
    let number = generator.signature(signature)
    let line = builder.line
    return keptClosure(kept) { later, slots in
      later.builder.line = line
      let block = later.temporary(results + parameters)
      later.move(slots[slots.count - 1], to: block + results.count, parameters)
      if let known {
        later.builder.emit(.call, block, then: known)
      } else {
        later.builder.emit(.callClosure, block, slots[0], 0, then: number)
      }
    }
  }

  private func laterBuiltin(_ x: Expression, _ call: Call) -> Int {
    // A deferred `recover` is called by no deferred function, so it hears nothing.
    if call.function.withoutParentheses.nameText == "recover" { return closureOfNothing() }
    var kept: [(slot: Int, kinds: [Bool])] = []
    var ids: [Int] = []
    for argument in call.arguments {
      let fact = fact(argument)
      if fact.constant != nil || fact.use == .nilValue || fact.use == .type { continue }
      let kinds = fact.type.slotKinds
      let slot = temporary(kinds)
      _ = value(argument, into: slot)
      kept.append((slot, kinds))
      ids.append(argument.withoutParentheses.id)
    }
    let line = builder.line
    return keptClosure(kept) { later, slots in
      later.builder.line = line
      for (id, slot) in zip(ids, slots) { later.evaluated[id] = slot }
      later.withTemporaries { _ = later.builtin(x, call, nil) }
    }
  }

  private func closureOfNothing() -> Int { keptClosure([]) { _, _ in } }

  /// A closure whose function finds these words in slots of its own.
  private func keptClosure(
    _ kept: [(slot: Int, kinds: [Bool])],
    _ body: @escaping (FunctionGenerator, _ slots: [Int]) -> Void
  ) -> Int {
    let kinds = kept.map(\.kinds)
    let number = generator.thunk("later", generator.signature([], [])) { later in
      let context = later.builder.take([true])
      later.contextSlot = context
      var offset = 8
      var slots: [Int] = []
      for one in kinds {
        let slot = later.builder.take(one)
        for (word, isReference) in one.enumerated() {
          later.builder.emit(
            isReference ? .loadReference : .load64, slot + word, context, offset)
          offset += 8
        }
        slots.append(slot)
      }
      body(later, slots)
      if !later.builder.isTerminated { later.builder.emit(.return, 0, 0, 0) }
    }
    let all = kinds.flatMap { $0 }
    if all.count > 8000 { refuse(position, "a deferred call with so many words of arguments is") }
    let made = reference()
    builder.emit(
      .new, made,
      wide: generator.object(
        ObjectType(
          name: "func", bytes: 8 + all.count * 8,
          references: all.indices.filter { all[$0] }.map { $0 + 1 })))
    let function = data()
    builder.constant(number, into: function)
    builder.emit(.store64, made, function, 0)
    var offset = 8
    for (slot, kinds) in kept {
      for (word, isReference) in kinds.enumerated() {
        builder.emit(isReference ? .storeReference : .store64, made, slot + word, offset)
        offset += 8
      }
    }
    return made
  }
}
