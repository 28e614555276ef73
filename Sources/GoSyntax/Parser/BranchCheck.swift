// Labels, `goto`, `break` and `continue` of one function (spec, "Labeled statements" to "Goto
// statements").
//
// Labels have the whole function for scope and are no part of other scopes. A `goto` must not jump
// into a block, nor over a variable's declaration in its label's block. Walked once: each open
// block keeps its labels and the forward jumps out of it that wait for a label; a jump that is
// still open where its block ends moves to the block around it, from where the label may still be
// seen. Function literals were checked when they were parsed.

struct BranchCheck {
  private struct Label {
    let name: Name
    var isUsed = false
    /// The index of its block, while that is open; then nil: no jump may enter it any more.
    var block: Int?
    /// Where the label's block begins.
    let blockStart: Position
  }
  private struct Jump {
    let label: Name
    let position: Position
    /// The variable declared after the jump in its block, if any.
    var over: (name: String, position: Position)?
  }
  /// What encloses a statement.
  private struct Context {
    /// Labels of the statements that enclose this one, and whether each is a loop.
    var enclosing: [(name: String, isLoop: Bool, isBreakable: Bool)] = []
    var canBreak = false
    var canContinue = false
    /// A `fallthrough` may stand here: the last statement of a clause that is not the last.
    var canFall = false
    var isLastClause = false
    var isTypeSwitch = false
  }

  private let source: SourceText
  private(set) var problems: [Diagnostic] = []
  private var labels: [String: Label] = [:]
  private var order: [String] = []
  private var blockCount = 0

  init(_ source: SourceText) { self.source = source }

  private mutating func report(_ position: Position, _ message: String) {
    problems.append(Diagnostic(position, message))
  }

  private func shown(_ position: Position) -> String {
    "\(source.name):\(source.place(of: position))"
  }

  mutating func function(_ body: Block) {
    let open = block(body.statements, body.leftBrace, Context())
    for jump in open {
      if let label = labels[jump.label.text] {
        labels[jump.label.text]?.isUsed = true
        report(
          jump.label.position,
          "goto \(jump.label.text) jumps into block starting at \(shown(label.blockStart))")
      } else {
        report(jump.label.position, "label \(jump.label.text) not defined")
      }
    }
    for name in order {
      if let label = labels[name], !label.isUsed {
        report(label.name.position, "label \(name) defined and not used")
      }
    }
  }

  /// The jumps that found no label in this block.
  private mutating func block(
    _ statements: [Statement], _ start: Position, _ context: Context
  ) -> [Jump] {
    let number = blockCount
    blockCount += 1
    var jumps: [Jump] = []
    var own: [String] = []
    /// The last variable declared in this block so far.
    func declared(_ name: String, _ position: Position) {
      for index in jumps.indices { jumps[index].over = (name, position) }
    }
    // Empty statements behind it do not count.
    let last = statements.lastIndex { if case .empty = $0.kind { false } else { true } }
    for (index, statement) in statements.enumerated() {
      var inner = statement
      var names: [Name] = []
      while case .labeled(let name, let next) = inner.kind {
        names.append(name)
        if declare(name, number, start) {
          own.append(name.text)
          resolve(name, &jumps)
        }
        inner = next
      }
      switch inner.kind {
      case .declarations(let group):
        for case .variable(let one) in group {
          declared(one.names[0].text, one.position)
        }
      case .define(let left, _): declared(left[0].nameText ?? "_", inner.position)
      default:
        var here = context
        here.canFall = context.canFall && index == last
        visit(inner, names, here, &jumps)
      }
    }
    for name in own { labels[name]?.block = nil }
    return jumps
  }

  private mutating func declare(_ name: Name, _ block: Int, _ start: Position) -> Bool {
    if name.isBlank { return false }
    if let other = labels[name.text] {
      report(
        name.position,
        "label \(name.text) already defined at \(shown(other.name.position))")
      return false
    }
    labels[name.text] = Label(name: name, block: block, blockStart: start)
    order.append(name.text)
    return true
  }

  /// Jumps to `name` that wait in its block or in blocks inside it.
  private mutating func resolve(_ name: Name, _ jumps: inout [Jump]) {
    jumps.removeAll { jump in
      guard jump.label.text == name.text else { return false }
      labels[name.text]?.isUsed = true
      if let over = jump.over {
        report(
          jump.label.position,
          "goto \(name.text) jumps over declaration of \(over.name) at \(shown(over.position))")
      }
      return true
    }
  }

  private mutating func visit(
    _ statement: Statement, _ names: [Name], _ context: Context, _ jumps: inout [Jump]
  ) {
    var inner = context
    inner.canFall = false
    func enclose(loop: Bool, breakable: Bool) {
      for name in names { inner.enclosing.append((name.text, loop, breakable)) }
    }
    switch statement.kind {
    case .branch(let kind, let label):
      branch(kind, label, statement.position, context, &jumps)
    case .block(let body):
      enclose(loop: false, breakable: false)
      jumps += block(body.statements, body.leftBrace, inner)
    case .if(let one):
      enclose(loop: false, breakable: false)
      jumps += block(one.then.statements, one.then.leftBrace, inner)
      if let otherwise = one.otherwise { visit(otherwise, [], inner, &jumps) }
    case .for(let one):
      enclose(loop: true, breakable: true)
      loop(one.body, inner, &jumps)
    case .range(let one):
      enclose(loop: true, breakable: true)
      loop(one.body, inner, &jumps)
    case .switch(let one):
      enclose(loop: false, breakable: true)
      clauses(one.clauses, isTypeSwitch: false, inner, &jumps)
    case .typeSwitch(let one):
      enclose(loop: false, breakable: true)
      clauses(one.clauses.map(\.clause), isTypeSwitch: true, inner, &jumps)
    case .select(let one):
      enclose(loop: false, breakable: true)
      inner.canBreak = true
      for clause in one.clauses { jumps += block(clause.body, clause.position, inner) }
    default: break
    }
  }

  private mutating func loop(_ body: Block, _ context: Context, _ jumps: inout [Jump]) {
    var inner = context
    inner.canBreak = true
    inner.canContinue = true
    inner.isTypeSwitch = false
    inner.isLastClause = false
    jumps += block(body.statements, body.leftBrace, inner)
  }

  private mutating func clauses(
    _ clauses: [SwitchStatement.Clause], isTypeSwitch: Bool, _ context: Context,
    _ jumps: inout [Jump]
  ) {
    for (index, clause) in clauses.enumerated() {
      var inner = context
      inner.canBreak = true
      inner.isTypeSwitch = isTypeSwitch
      inner.isLastClause = index == clauses.count - 1
      inner.canFall = true
      jumps += block(clause.body, clause.position, inner)
    }
  }

  private mutating func branch(
    _ kind: Statement.Branch, _ label: Name?, _ position: Position, _ context: Context,
    _ jumps: inout [Jump]
  ) {
    guard let label else {
      switch kind {
      case .break where !context.canBreak:
        report(position, "break is not in a loop, switch, or select")
      case .continue where !context.canContinue: report(position, "continue is not in a loop")
      case .fallthrough:
        if context.canFall, context.isTypeSwitch {
          report(position, "cannot fallthrough in type switch")
        } else if context.canFall, context.isLastClause {
          report(position, "cannot fallthrough final case in switch")
        } else if !context.canFall {
          report(position, "fallthrough statement out of place")
        }
      default: break
      }
      return
    }
    if kind == .goto {
      if labels[label.text]?.block != nil {
        labels[label.text]?.isUsed = true
      } else {
        jumps.append(Jump(label: label, position: position))
      }
      return
    }
    let word = kind == .break ? "break" : "continue"
    guard labels[label.text] != nil else {
      return report(label.position, "\(word) label not defined: \(label.text)")
    }
    labels[label.text]?.isUsed = true
    let target = context.enclosing.last { $0.name == label.text }
    guard let target, kind == .break ? target.isBreakable : target.isLoop else {
      return report(label.position, "invalid \(word) label \(label.text)")
    }
  }
}
