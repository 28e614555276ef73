// Callees before callers: the strongly connected components of the graph of mentions, in the order
// in which a depth-first search completes them (Tarjan).
//
// A mention counts as a call, since whoever holds a function may call it. A literal that captures
// variables belongs to the function around it; one that captures nothing is a function of its own.

import GoSyntax

final class EscapeOrder {
  /// A function whose mentions are being visited. Frames are a list, because a chain of calls may
  /// be longer than a thread's stack is deep.
  private struct Frame {
    let function: EscapeFunction
    let id: Int
    /// The earliest function on the stack that it leads back to.
    var least: Int
    let mentions: [EscapeFunction]
    var next = 0
  }

  private let program: EscapeProgram
  private var package: CheckedPackage { program.package }
  private var numbers: [ObjectIdentifier: Int] = [:]
  private var frames: [Frame] = []
  /// Visited and in no component yet.
  private var stack: [EscapeFunction] = []

  init(_ program: EscapeProgram) { self.program = program }

  func visitAll(_ analyze: ([EscapeFunction]) -> Void) {
    let initial = EscapeFunction(nil)
    var declared: [EscapeFunction] = []
    for object in package.functions.sorted(by: Self.isBefore) {
      guard let info = object.function else { continue }
      declared.append(program.add(info, object: object, parent: nil))
    }
    for function in [initial] + declared where numbers[ObjectIdentifier(function)] == nil {
      enter(function)
      while !frames.isEmpty { step(analyze) }
    }
  }

  private static func isBefore(_ a: Object, _ b: Object) -> Bool {
    (a.position ?? Position(0)) < (b.position ?? Position(0))
  }

  private static let done = Int.max

  private func enter(_ function: EscapeFunction) {
    let id = numbers.count + 1
    numbers[ObjectIdentifier(function)] = id
    stack.append(function)
    frames.append(Frame(function: function, id: id, least: id, mentions: mentions(function)))
  }

  /// Goes on to the next mention of the function in hand, or completes it.
  private func step(_ analyze: ([EscapeFunction]) -> Void) {
    let top = frames.count - 1
    let frame = frames[top]
    if frame.next < frame.mentions.count {
      frames[top].next += 1
      let mentioned = frame.mentions[frame.next]
      if let known = numbers[ObjectIdentifier(mentioned)] {
        frames[top].least = min(frame.least, known)
      } else {
        enter(mentioned)
      }
      return
    }
    frames.removeLast()
    if !frames.isEmpty { frames[top - 1].least = min(frames[top - 1].least, frame.least) }
    // A literal that captures stays on the stack until the function around it is complete.
    let captures = frame.function.info.map { $0.parent != nil && !$0.captures.isEmpty } ?? false
    guard frame.least == frame.id, !captures else { return }
    let start = stack.lastIndex { $0 === frame.function } ?? 0
    let component = Array(stack[start...])
    stack.removeSubrange(start...)
    for member in component { numbers[ObjectIdentifier(member)] = Self.done }
    analyze(component)
  }

  /// The functions that a body names, in source order.
  private func mentions(_ function: EscapeFunction) -> [EscapeFunction] {
    var finder = MentionFinder(program: program, owner: function)
    if let info = function.info {
      finder.visit(info.body.statements)
    } else {
      for step in package.initialization { finder.visit(step.value) }
    }
    return finder.found
  }
}

/// A walk over all expressions of a body but those of literals inside it.
struct MentionFinder {
  let program: EscapeProgram
  let owner: EscapeFunction
  private(set) var found: [EscapeFunction] = []
  private var package: CheckedPackage { program.package }

  init(program: EscapeProgram, owner: EscapeFunction) {
    self.program = program
    self.owner = owner
  }

  private mutating func mention(_ object: Object?) {
    if let info = object?.function, let function = program.function(info) {
      found.append(function)
    }
  }

  /// Remembers what interface variables are set to.
  private func note(_ left: [Expression], _ right: [Expression]) {
    for (index, x) in left.enumerated() where LocalVariables.declared(x, package) == nil {
      let bare = x.withoutParentheses
      guard case .name = bare.kind, let object = package.objects[bare.id], object.type.isInterface
      else { continue }
      program.addAssignment(left.count == right.count ? right[index] : nil, to: object)
    }
  }

  mutating func visit(_ list: [Statement]) {
    for statement in list { visit(statement) }
  }

  mutating func visit(_ list: [Expression]) {
    for x in list { visit(x) }
  }

  mutating func visit(_ statement: Statement?) {
    guard let statement else { return }
    switch statement.kind {
    case .empty, .branch: break
    case .expression(let x), .increment(let x, _), .go(let x), .defer(let x): visit(x)
    case .send(let a, let b), .operatorAssign(let a, _, let b): visit([a, b])
    case .assign(let left, let right):
      visit(left + right)
      note(left, right)
    case .define(let left, let right):
      visit(right)
      if left.count == right.count {
        for (x, value) in zip(left, right) {
          if let object = LocalVariables.declared(x, package) {
            program.setInitialValue(value, of: object)
          }
        }
      }
      note(left, right)
    case .declarations(let list):
      for case .variable(let one) in list {
        visit(one.values)
        if one.values.isEmpty {
          for name in one.names {
            if let object = package.objects[name.id] { program.noteZero(object) }
          }
        }
        if one.names.count == one.values.count {
          for (name, value) in zip(one.names, one.values) {
            if let object = package.objects[name.id] { program.setInitialValue(value, of: object) }
          }
        }
      }
    case .block(let block): visit(block.statements)
    case .return(let list): visit(list)
    case .labeled(_, let inner): visit(inner)
    case .if(let one):
      visit(one.initial)
      visit(one.condition)
      let known = package[one.condition]?.constant?.boolValue
      if known != false { visit(one.then.statements) }
      if known != true { visit(one.otherwise) }
    case .switch(let one):
      visit(one.initial)
      if let tag = one.tag { visit(tag) }
      for clause in one.clauses {
        visit(clause.values ?? [])
        visit(clause.body)
      }
    case .typeSwitch(let one):
      visit(one.initial)
      visit(one.subject)
      for clause in one.clauses { visit(clause.clause.body) }
    case .select(let one):
      for clause in one.clauses {
        visit(clause.communication)
        visit(clause.body)
      }
    case .for(let one):
      visit(one.initial)
      if let condition = one.condition { visit(condition) }
      visit(one.post)
      visit(one.body.statements)
    case .range(let one):
      if !one.defines {
        visit(one.targets)
        note(one.targets, [])
      }
      visit(one.subject)
      visit(one.body.statements)
    }
  }

  mutating func visit(_ x: Expression) {
    switch x.kind {
    case .name: mention(package.objects[x.id])
    case .function:
      guard let info = package.literals[x.id] else { return }
      found.append(
        program.function(info) ?? program.add(info, object: nil, parent: owner))
    case .composite(let literal): visit(literal.elements)
    case .keyValue(let key, let value):
      visit(key)
      visit(value)
    case .parenthesized(let inner), .star(let inner), .unary(_, let inner),
      .assertion(let inner, _), .typeSwitchGuard(let inner):
      visit(inner)
    case .selector(let inner, let name):
      visit(inner)
      guard let selection = package.selections[x.id], selection.kind == .method else {
        mention(package.selections[x.id]?.method ?? package.objects[name.id])
        return
      }
      // An interface's method whose dynamic type is known counts as that type's.
      mention(selection.method ?? Devirtualization.of(inner, name.text, program)?.method)
    case .index(let inner, let indices): visit([inner] + indices)
    case .slice(let inner, let low, let high, let max, _):
      visit([inner, low, high, max].compactMap { $0 })
    case .call(let call): visit([call.function] + call.arguments)
    case .binary(_, let left, let right): visit([left, right])
    default: break
    }
  }
}
