// A story: the steps from the first state to the one that was looked for, in words.
//
// The path is a list of ordinals. Walking it once more gives each step with the states around it,
// so a line can say what it brought about: which epoch was armed, what was swept.

import GreyBasics
import GreyProtocol
import GreyWire

extension World {
  func tell(
    _ path: [Int], verdict: Finding.Verdict
  ) -> (lines: [String], outcome: String) {
    var lines: [String] = []
    var outcome = ""
    let row = makeFirst()
    let target = Self.allocate(layout.size)
    defer {
      row.deallocate()
      target.deallocate()
    }
    for ordinal in path {
      let (step, loss) = take(ordinal, from: row, target)
      var line = words(step)
      let consequences = changes(from: row, to: target)
      if !consequences.isEmpty { line += " → " + consequences.joined(separator: "; ") }
      row.update(from: target, count: layout.size)
      lines.append(line)
      if loss != 0 { outcome = "o\(loss) was swept; \(holders(of: loss, row))" }
    }
    if verdict == .stuck {
      outcome = "a cycle is open, and nothing but tasks could go on; " + situation(row)
    }
    return (lines, outcome)
  }

  /// The step that the walk took, from a row whose nodes and objects have the story's names: of the
  /// successors of `row` one whose least image is the walk's, which goes to `target`.
  private func take(_ ordinal: Int, from row: Row, _ target: Row) -> (Step, loss: UInt8) {
    next.update(from: row, count: layout.size)
    takeLeast()
    target.update(from: next, count: layout.size)
    expand(target)
    let (walked, isLoss) = (steps[ordinal], losses[ordinal] != 0)
    target.update(from: successor(ordinal), count: layout.size)
    takesLeast = false
    expand(row)
    takesLeast = true
    let found = steps.indices.first { index in
      guard steps[index].kind == walked.kind, (losses[index] != 0) == isLoss else { return false }
      next.update(from: successor(index), count: layout.size)
      takeLeast()
      return (0..<layout.size).allSatisfy { next[$0] == target[$0] }
    }
    guard let found else { preconditionFailure("a step of the walk has no image in its story") }
    target.update(from: successor(found), count: layout.size)
    return (steps[found], losses[found])
  }

  private func name(_ node: Int) -> String { "node \(node + 1)" }

  private func words(_ step: Step) -> String {
    let node = Int(step.node)
    let who = name(node)
    let (a, b, c) = (step.a, step.b, step.c)
    return switch step.kind {
    case .allocate: "\(who) allocates o\(a)"
    case .drop: "\(who) drops o\(a)"
    case .load: "\(who) loads o\(a).f, which is o\(b)" + (c == 1 ? ", in place of o\(a)" : "")
    case .store: "\(who) stores o\(b) to o\(a).f"
    case .storeNil: "\(who) stores nil to o\(a).f"
    case .loadGlobal: "\(who) loads its global, which is o\(a)"
    case .storeGlobal: "\(who) stores o\(a) to its global"
    case .clearGlobal: "\(who) stores nil to its global"
    case .give: "\(who) sends o\(a) to \(name(Int(b)))"
    case .read: "\(who) asks to read o\(a).f"
    case .write: "\(who) asks to write o\(b) to o\(a).f"
    case .writeNil: "\(who) asks to write nil to o\(a).f"
    case .handOver: "\(who): one task hands o\(a) to the other"
    case .place, .acknowledgeEarly, .placeDuplicate, .acknowledge, .restamp: message(step)
    case .scanTransit: "\(who) scans its transit table"
    case .scanGlobal: "\(who) scans its global"
    case .scanTask: "\(who) scans a stack" + (layout.tasks > 1 ? " (task \(a + 1))" : "")
    case .mark: "\(who) marks o\(a) and scans it"
    case .lookAtEdge: "\(who)'s marker takes up its edge to o\(a)"
    case .sendBatch: "\(who) sends a grey batch: o\(a), epoch \(b)"
    case .takeBatch: "\(who) receives the grey batch of \(name(Int(b))): o\(a), epoch \(c)"
    case .takeBatchTwice:
      "\(who) receives the grey batch of \(name(Int(b))), and will once more: o\(a)"
    case .hear: "\(who) hears \(item(step))"
    case .tell: "the coordinator hears \(item(step)) from \(who)"
    case .park: "\(who)'s workers are parked"
    case .propose: "the coordinator takes marking for complete"
    case .endConfirming: "the time for equal counts is over"
    case .giveUpStop: "the coordinator gives the stop up"
    case .endLease: "the lease of \(who)'s stop ends"
    case .crash: "\(who) dies"
    case .notice: "the coordinator notices that \(who) is dead"
    case .restart: "the coordinator dies; another one follows"
    case .fallSilent: "the coordinator dies, and nobody follows"
    case .join: "\(who) asks to join"
    }
  }

  private func message(_ step: Step) -> String {
    let who = name(Int(step.node))
    let (object, value) = (step.b, step.c == 0 ? "nil" : "o\(step.c)")
    switch step.kind {
    case .acknowledge:
      return step.a == Kind.write
        ? "\(who) hears that the write to o\(object).f is done"
        : "\(who) hears that \(value) is placed, and forgets it"
    case .acknowledgeEarly: return "\(who) acknowledges \(value), which lies in its inbox"
    case .restamp: return "\(who) sends \(value) again, with the stamp of the epoch that it marks"
    case .placeDuplicate: return "\(who) places \(value); a copy of the message is under way"
    default: break
    }
    return switch step.a {
    case Kind.read: "\(who) reads o\(object).f for the other and answers"
    case Kind.write: "\(who) stores \(value) to o\(object).f for the other"
    case Kind.answer: "\(who) receives the answer \(value)"
    default: "\(who) receives \(value) and places it"
    }
  }

  private func item(_ step: Step) -> String {
    let number = UInt32(step.a) | UInt32(step.b) << 8 | UInt32(step.c) << 16
    switch plane.items[number].message {
    case .down(let message): return Self.words(message)
    case .up(let message): return Self.words(message)
    }
  }

  private static func words(_ message: CoordinatorMessage) -> String {
    switch message {
    case .prepare(let epoch): "PREPARE(\(epoch))"
    case .stopAndArm(let epoch, _, _, _): "STOP+ARM(\(epoch))"
    case .stopAndConfirm(let epoch, _, _): "STOP+CONFIRM(\(epoch))"
    case .resume: "RESUME"
    case .sweep(let epoch): "SWEEP(\(epoch))"
    case .abort(let epoch): "ABORT(\(epoch))"
    case .welcome(let welcome): "WELCOME (term \(welcome.term))"
    case .fence(let node): "FENCE(\(node))"
    case .members: "MEMBERS"
    case .heartbeat: "a heartbeat"
    case .refuse: "REFUSE"
    default: "\(message)"
    }
  }

  private static func words(_ message: NodeMessage) -> String {
    switch message {
    case .hello: return "hello"
    case .prepared: return "prepared"
    case .stopped: return "stopped"
    case .leaseEnded: return "lease ended"
    case .swept: return "swept"
    case .fenced: return "fenced"
    case .heartbeat: return "a heartbeat"
    case .report(let report):
      let counts = report.channels.map { "\($0.peer): \($0.sent) sent, \($0.received) received" }
      return "\(report.isIdle ? "idle" : "busy")"
        + (report.stop == .zero ? "" : " in the stop") + " (\(counts.joined(separator: "; ")))"
    default: return "\(message)"
    }
  }

  // MARK: what a step brought about

  private func changes(from old: Row, to new: Row) -> [String] {
    var found: [String] = []
    let (before, after) = (coordinatorFacts(old).phase, coordinatorFacts(new).phase)
    if before.description != after.description {
      found.append("the coordinator: \(after)")
    }
    for node in 0..<layout.nodes where !isDead(new, node) {
      let (before, after) = (facts(old, node), facts(new, node))
      if before.armed != after.armed {
        found.append(
          after.armed == 0
            ? "\(name(node)) disarms" : "\(name(node)) is armed (epoch \(after.armed))")
      }
      if before.isParked != after.isParked {
        found.append("\(name(node)) \(after.isParked ? "stops" : "runs")")
      }
    }
    for cell in 0..<layout.cells {
      let (before, after) = (old[colourAt(cell)], new[colourAt(cell)])
      if before == after { continue }
      if after == Colour.grey { found.append("o\(cell + 1) is grey") }
      if after == Colour.free { found.append("o\(cell + 1) is freed") }
    }
    return found
  }

  private func holders(of reference: UInt8, _ row: Row) -> String {
    var found: [String] = []
    for node in 0..<layout.nodes {
      let slots = layout.tasks * layout.slots
      if (0..<slots).contains(where: { row[slotAt(node, 0, 0) + $0] == reference }) {
        found.append("a task of \(name(node))")
      }
      if scope.hasGlobals, row[globalAt(node)] == reference {
        found.append("\(name(node))'s global")
      }
    }
    for cell in 0..<layout.cells
    where row[fieldAt(cell)] == reference && row[colourAt(cell)] != Colour.free {
      found.append("o\(cell + 1).f")
    }
    for index in 0..<layout.messages
    where row[messageAt(index)] != Kind.free
      && (row[messageAt(index) + Field.value] == reference
        || row[messageAt(index) + Field.object] == reference)
    {
      found.append("a message or a task that waits for one")
    }
    return found.isEmpty ? "it was in use" : "it is held by " + found.joined(separator: " and ")
  }

  private func situation(_ row: Row) -> String {
    var found = ["the coordinator: \(coordinatorFacts(row).phase)"]
    for node in 0..<layout.nodes {
      found.append("\(name(node)): \(plane.parts[row.number(partAt(node))].machine.phase)")
    }
    return found.joined(separator: "; ")
  }
}
