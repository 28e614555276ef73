// `if`, `for`, `switch`, branches (spec, "If statements", "For statements", "Switch statements").
//
// A loop's condition stands at its end, so a turn takes one branch. Since Go 1.22 each turn has
// variables of its own: one in the heap gets a new box, with the old value, before the post
// statement; one in a frame cannot be told apart from that and needs nothing.

import GoSyntax
import GreyBytecode

extension FunctionGenerator {
  func ifStatement(_ one: IfStatement, _ label: String?) {
    if let label {
      labeledBlock(label) { ifStatement(one, nil) }
      return
    }
    if let initial = one.initial { statement(initial) }
    let otherwise = Label()
    withTemporaries { condition(one.condition, otherwise, when: false) }
    block(one.then)
    if let next = one.otherwise {
      let end = Label()
      if !builder.isTerminated { builder.jump(end) }
      builder.place(otherwise)
      statement(next)
      builder.place(end)
    } else {
      builder.place(otherwise)
    }
  }

  func forStatement(_ one: ForStatement, _ label: String?) {
    if let initial = one.initial { statement(initial) }
    let (body, next, test, end) = (Label(), Label(), Label(), Label())
    if one.condition != nil { builder.jump(test) }
    builder.place(body)
    targets.append(BranchTarget(label: label, breakTo: end, continueTo: next))
    block(one.body)
    targets.removeLast()
    builder.place(next)
    renewVariables(of: one.initial)
    if let post = one.post { statement(post) }
    builder.place(test)
    if let condition = one.condition {
      at(condition.start)
      withTemporaries { self.condition(condition, body, when: true) }
    } else {
      builder.jump(body)
    }
    builder.place(end)
  }

  private func renewVariables(of initial: Statement?) {
    guard case .define(let names, _)? = initial?.kind else { return }
    for x in names {
      guard let object = checked.objects[x.id], object.isPerIteration,
        case .boxed(let slot)? = storages[ObjectIdentifier(object)]
      else { continue }
      withTemporaries {
        let old = loaded(.memory(reference: slot, offset: 0), object.type)
        builder.emit(.new, slot, wide: generator.object(of: object.type))
        store(old, to: .memory(reference: slot, offset: 0), object.type)
      }
    }
  }

  func branch(_ kind: Statement.Branch, _ name: Name?) {
    switch kind {
    case .goto: if let name { builder.jump(label(name.text)) }
    case .fallthrough: if let target = fallthroughTarget { builder.jump(target) }
    case .break:
      let target = targets.last {
        name == nil ? $0.isLoopOrSwitch : $0.label == name?.text
      }
      if let target { builder.jump(target.breakTo) }
    case .continue:
      let target = targets.last {
        $0.continueTo != nil && (name == nil || $0.label == name?.text)
      }
      if let next = target?.continueTo { builder.jump(next) }
    }
  }

  // MARK: switches

  func switchStatement(_ one: SwitchStatement, _ label: String?) {
    if let initial = one.initial { statement(initial) }
    let end = Label()
    let bodies = one.clauses.map { _ in Label() }
    var tag: (slot: Int, type: GoType)?
    withTemporaries {
      if let x = one.tag {
        at(x.start)
        var type = type(x)
        if case .basic(let basic) = type, basic.isUntyped { type = .basic(basic.defaultType) }
        // The tag is evaluated once, and may be a variable that a case changes.
        let slot = temporary(type)
        _ = value(x, as: type, into: slot)
        tag = (slot, type)
      }
      for (clause, body) in zip(one.clauses, bodies) {
        for x in clause.values ?? [] {
          at(x.start)
          withTemporaries { caseTest(x, tag, body) }
        }
      }
    }
    let fallback = one.clauses.firstIndex { $0.values == nil }
    builder.jump(fallback.map { bodies[$0] } ?? end)
    targets.append(BranchTarget(label: label, breakTo: end, continueTo: nil, isLoopOrSwitch: true))
    for (index, clause) in one.clauses.enumerated() {
      builder.place(bodies[index])
      let outer = fallthroughTarget
      fallthroughTarget = index + 1 < bodies.count ? bodies[index + 1] : nil
      inScope { statements(clause.body) }
      fallthroughTarget = outer
      if !builder.isTerminated { builder.jump(end) }
    }
    targets.removeLast()
    builder.place(end)
  }

  private func caseTest(_ x: Expression, _ tag: (slot: Int, type: GoType)?, _ body: Label) {
    guard let tag else { return condition(x, body, when: true) }
    let isNil = fact(x).use == .nilValue || type(x).isNil
    var type = tag.type
    if !isNil, self.type(x).isInterface, !type.isInterface { type = self.type(x) }
    let a = converted(tag.slot, from: tag.type, to: type)
    let b = value(x, as: type)
    if type.isInteger || type.isBoolean {
      jump(body, when: .equal, a, b, isUnsigned: false)
    } else {
      builder.jump(body, if: compare(.equal, a, b, type, nil), is: true)
    }
  }

  func typeSwitch(_ one: TypeSwitchStatement, _ label: String?) {
    if let initial = one.initial { statement(initial) }
    let end = Label()
    let bodies = one.clauses.map { _ in Label() }
    let subject = local([false, true])
    let subjectType = type(one.subject)
    withTemporaries {
      _ = value(one.subject, into: subject)
      for (clause, body) in zip(one.clauses, bodies) {
        for x in clause.clause.values ?? [] {
          let wanted = data()
          if type(x).isInterface, !type(x).isNil, fact(x).use == .type {
            builder.emit(.implements, wanted, subject, generator.interfaceNumber(type(x)))
            builder.jump(body, if: wanted, is: true)
            continue
          }
          if fact(x).use == .nilValue || type(x).isNil {
            builder.constant(0, into: wanted)
          } else {
            builder.constant(generator.runtimeType(type(x)) + 1, into: wanted)
          }
          builder.jump(body, if: .jumpEqual, subject, wanted)
        }
      }
    }
    let fallback = one.clauses.firstIndex { $0.clause.values == nil }
    builder.jump(fallback.map { bodies[$0] } ?? end)
    targets.append(BranchTarget(label: label, breakTo: end, continueTo: nil, isLoopOrSwitch: true))
    for (clause, body) in zip(one.clauses, bodies) {
      builder.place(body)
      inScope {
        if let object = checked.objects[clause.id] {
          if object.type.isInterface {
            declare(object, value: converted(subject, from: subjectType, to: object.type))
          } else {
            withTemporaries {
              let slot = temporary(object.type)
              builder.emit(.unbox, slot, subject, 0, then: generator.runtimeType(object.type))
              declare(object, value: slot)
            }
          }
        }
        statements(clause.clause.body)
      }
      if !builder.isTerminated { builder.jump(end) }
    }
    targets.removeLast()
    builder.place(end)
  }
}
