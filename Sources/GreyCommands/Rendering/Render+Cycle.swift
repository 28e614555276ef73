// `gc`, `gc --step` and `verify` for people.

import GreyBasics
import GreyEvents

package enum Render {}

extension Render {
  package static func cycle(_ f: CycleFigures, _ style: Style) -> String {
    var out =
      style.title("cycle \(f.cycle)") + ", epoch \(f.epoch), "
      + "\(Text.plural(f.nodes, "node")), trigger: \(f.trigger.rawValue)\n\n"
    out += "  stop 1   \(column(f.stop1Us))   the world stands still, barriers go on\n"
    out +=
      "  mark     \(column(f.markUs))   tasks run; \(Text.count(f.objectsMarked)) objects "
      + "marked, \(Text.plural(f.greyRefsSent, "reference")) across nodes in "
      + (f.greyBatches == 1 ? "1 batch" : "\(Text.count(f.greyBatches)) batches") + "\n"
    out +=
      "  stop 2   \(column(f.stop2Us))   "
      + (f.falseCandidates == 0
        ? "nothing grey anywhere: confirmed at once"
        : "confirmed after \(Text.plural(f.falseCandidates, "false candidate"))")
      + "\n"
    out +=
      "  sweep    \(column(f.sweepUs))   tasks run; \(Text.count(f.objectsFreed)) objects "
      + "freed, \(Text.bytes(f.bytesFreed))\n\n"
    out +=
      "  heap     \(Text.bytes(f.heapStartBytes)) → \(Text.bytes(f.heapEndBytes)) → "
      + style.verdict(true, "\(Text.bytes(f.heapLiveBytes)) live")
      + ", next goal \(Text.bound(f.goalBytes))\n"
    out +=
      "  assists  \(Text.microseconds(f.assistUs)), waves \(f.waves), "
      + "false candidates \(f.falseCandidates)\n"
    guard f.perNode.count > 1 else { return out }
    return out + "\n" + nodes(f.perNode, style)
  }

  private static func column(_ us: Int) -> String {
    let text = Text.microseconds(us)
    return String(repeating: " ", count: max(0, 9 - text.count)) + text
  }

  private static func nodes(_ nodes: [NodeCycleFigures], _ style: Style) -> String {
    var table = Table([
      ("node", .right), ("stop 1", .right), ("stop 2", .right), ("start", .right),
      ("live", .right), ("goal", .right), ("marked", .right), ("freed", .right), ("grey", .right),
      ("assist", .right),
    ])
    for n in nodes {
      table.add([
        "\(n.node.rawValue)", Text.microseconds(n.stop1Us), Text.microseconds(n.stop2Us),
        Text.bytes(n.heapStartBytes), Text.bytes(n.heapLiveBytes), Text.bound(n.goalBytes),
        Text.count(n.objectsMarked), Text.count(n.objectsFreed), Text.count(n.greyRefsSent),
        Text.microseconds(n.assistUs),
      ])
    }
    return table.text(style, indent: "  ")
  }

  package static func step(_ s: StepResult, _ style: Style) -> String {
    var out = style.title("epoch \(s.epoch), \(s.phase.rawValue)") + ": \(s.description)\n"
    var table = Table([
      ("node", .right), ("state", .left), ("heap", .right), ("objects", .right),
    ])
    for node in s.nodes {
      let state = node.isIdle ? "idle" : style.paint("at work", .yellow)
      table.add([
        "\(node.node.rawValue)", state, Text.bytes(node.heapBytes), Text.count(node.objects),
      ])
    }
    if s.nodes.contains(where: { $0.walk != nil }) {
      out += walk(s, style)
    } else if !table.isEmpty {
      out += table.text(style, indent: "  ")
    }
    if let figures = s.figures { out += "\n" + cycle(figures, style) }
    if !s.isDone { out += style.faint("  next: \(s.next)") + "\n" }
    return out
  }

  /// How far each node's collector is.
  private static func walk(_ s: StepResult, _ style: Style) -> String {
    let isSweeping = s.phase == .sweep
    let columns =
      isSweeping
      ? ["heap", "pages swept", "pages left", "objects freed"]
      : ["heap", "marked", "grey left", "grey sent", "grey received", "assisted", "let off"]
    var table = Table([("node", .right)] + columns.map { ($0, .right) })
    for node in s.nodes {
      let w = node.walk ?? StepResult.Walk()
      let figures =
        isSweeping
        ? [Text.count(w.pagesSwept), Text.count(w.pagesLeft), Text.count(w.objectsFreed)]
        : [
          Text.count(w.objectsMarked), Text.count(w.greyLeft), Text.count(w.greyRefsSent),
          Text.count(w.greyRefsReceived), Text.bytes(w.assistBytes), Text.count(w.assistsHeld),
        ]
      table.add(["\(node.node.rawValue)", Text.bytes(node.heapBytes)] + figures)
    }
    return table.text(style, indent: "  ")
  }

  package static func verify(_ v: VerifyResult, _ style: Style) -> String {
    var out = ""
    if v.lostObjects > 0 {
      out +=
        style.verdict(false, "LOST: \(Text.plural(v.lostObjects, "object"))")
        + " that a program can still reach were freed\n"
      for loss in v.lost { out += "  \(loss.object), held by \(loss.heldBy)\n" }
    } else if v.garbageObjects > 0 {
      out +=
        style.verdict(false, "GARBAGE LEFT: \(Text.plural(v.garbageObjects, "object"))")
        + " were unreachable and white in cycle \(v.cycle) and are still there\n"
    } else {
      out +=
        style.verdict(true, "verified") + " after cycle \(v.cycle): nothing reachable is lost, "
        + "no garbage is left\n"
    }
    var table = Table([
      ("node", .right), ("reachable", .right), ("bytes", .right), ("lost", .right),
      ("garbage", .right), ("floating", .right), ("in transit", .right),
    ])
    for n in v.nodes {
      table.add([
        "\(n.node.rawValue)", Text.count(n.reachableObjects), Text.bytes(n.reachableBytes),
        Text.count(n.lostObjects), Text.count(n.garbageObjects), Text.count(n.floatingObjects),
        Text.count(n.transitEntries),
      ])
    }
    if v.nodes.count > 1 {
      table.add([
        "all", Text.count(v.reachableObjects),
        Text.bytes(v.nodes.reduce(0) { $0 + $1.reachableBytes }), Text.count(v.lostObjects),
        Text.count(v.garbageObjects), Text.count(v.floatingObjects),
        Text.count(v.nodes.reduce(0) { $0 + $1.transitEntries }),
      ])
    }
    return out + table.text(style, indent: "  ")
      + style.faint(
        "  floating: unreachable, but marked or born since; the world stood still for "
          + Text.microseconds(v.stoppedUs)) + "\n"
  }
}
