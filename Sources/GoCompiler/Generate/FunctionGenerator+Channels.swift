// Channels, `select` and `go` (spec, "Send statements", "Receive operator", "Select statements",
// "Go statements").

import GoSyntax
import GreyBytecode

extension FunctionGenerator {
  func received(_ x: Expression, _ channel: Expression, _ type: GoType, _ into: Int?) -> Int {
    var element = type
    if case .tuple(let types) = type { element = types[0] }
    let operand = value(channel)
    let slot = into ?? temporary(element)
    at(x.position)
    builder.emit(.receive, slot, operand, then: generator.slotObject(of: element))
    return slot
  }

  func send(_ channel: Expression, _ x: Expression, at position: Position) {
    guard case .channel(_, let element) = type(channel).underlying else { return }
    let operand = value(channel)
    let sent = value(x, as: element)
    at(position)
    builder.emit(.send, sent, operand, then: generator.slotObject(of: element))
  }

  func goStatement(_ x: Expression) {
    let closure = laterCall(x)
    at(x.start)
    builder.emit(.go, closure)
  }

  func rangeChannel(
    _ one: RangeStatement, _ key: Expression?, _ element: GoType, _ label: String?
  ) {
    let channel = local([true])
    let block = local(element.slotKinds + [false])
    withTemporaries { _ = value(one.subject, into: channel) }
    let (next, end) = (Label(), Label())
    builder.place(next)
    at(one.position)
    builder.emit(.receiveOK, block, channel, then: generator.slotObject(of: element))
    builder.jump(end, if: block + element.slotKinds.count, is: false)
    targets.append(BranchTarget(label: label, breakTo: end, continueTo: next))
    inScope {
      assign(key, block, element, defines: one.defines)
      self.block(one.body)
    }
    targets.removeLast()
    builder.jump(next)
    builder.place(end)
  }

  // MARK: select

  private struct Communication {
    var one: Select.Case
    var element: GoType
    /// What is received goes there.
    var targets: [Expression] = []
    var defines = false
  }

  /// Channels and values of all cases are evaluated first, in order; the machine chooses; the
  /// assignment of what was received belongs to the chosen case.
  func select(_ one: SelectStatement, _ label: String?) {
    let end = Label()
    var communications: [Communication?] = []
    let chosen = local([false])
    withTemporaries {
      for clause in one.clauses {
        if let statement = clause.communication {
          at(statement.position)
          communications.append(communication(statement))
        } else {
          communications.append(nil)
        }
      }
      let cases = communications.compactMap { $0?.one }
      at(one.clauses.first?.position ?? position)
      generator.program.selects.append(
        Select(cases: cases, hasDefault: cases.count < communications.count))
      builder.emit(.select, chosen, then: generator.program.selects.count - 1)
    }
    if one.clauses.isEmpty { return }
    let bodies = one.clauses.map { _ in Label() }
    let wanted = local([false])
    var number = 0
    for (communication, body) in zip(communications, bodies) where communication != nil {
      builder.constant(number, into: wanted)
      builder.jump(body, if: .jumpEqual, chosen, wanted)
      number += 1
    }
    if let fallback = communications.firstIndex(where: { $0 == nil }) {
      builder.jump(bodies[fallback])
    } else {
      builder.jump(end)
    }
    targets.append(BranchTarget(label: label, breakTo: end, continueTo: nil, isLoopOrSwitch: true))
    for (index, clause) in one.clauses.enumerated() {
      builder.place(bodies[index])
      inScope {
        if let communication = communications[index] { take(communication) }
        statements(clause.body)
      }
      if !builder.isTerminated { builder.jump(end) }
    }
    targets.removeLast()
    builder.place(end)
  }

  /// Slots of a case live as long as the whole statement: the chosen one reads them.
  private func communication(_ statement: Statement) -> Communication? {
    func kept(_ x: Expression, as type: GoType) -> Int {
      let slot = local(type.slotKinds)
      _ = value(x, as: type, into: slot)
      return slot
    }
    if case .send(let channel, let x) = statement.kind,
      case .channel(_, let element) = type(channel).underlying
    {
      let operand = kept(channel, as: type(channel))
      return Communication(
        one: Select.Case(
          isSend: true, channel: operand, value: kept(x, as: element), ok: 0,
          object: generator.slotObject(of: element)), element: element)
    }
    var (left, x, defines): ([Expression], Expression?, Bool) = ([], nil, false)
    switch statement.kind {
    case .expression(let operand): x = operand
    case .assign(let targets, let values): (left, x) = (targets, values.first)
    case .define(let targets, let values): (left, x, defines) = (targets, values.first, true)
    default: break
    }
    guard case .unary(.receive, let channel)? = x?.withoutParentheses.kind,
      case .channel(_, let element) = type(channel).underlying
    else { return nil }
    let operand = kept(channel, as: type(channel))
    let wantsValue = left.first.map { !$0.isBlankName } ?? false
    let wantsOK = left.count > 1 && !left[1].isBlankName
    return Communication(
      one: Select.Case(
        isSend: false, channel: operand, value: wantsValue ? local(element.slotKinds) : 0,
        ok: wantsOK ? local([false]) : 0, object: generator.slotObject(of: element)),
      element: element, targets: left, defines: defines)
  }

  private func take(_ communication: Communication) {
    let values = [
      (communication.one.value, communication.element),
      (communication.one.ok, GoType.basic(.bool)),
    ]
    for (x, (slot, type)) in zip(communication.targets, values) where !x.isBlankName {
      if communication.defines {
        bind(x, slot, type)
      } else {
        assign(x, slot, type, defines: false)
      }
    }
  }
}
