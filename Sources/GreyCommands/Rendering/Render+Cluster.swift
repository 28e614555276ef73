// `status`, `ps`, `run`, `metrics` and the small answers, for people.

import GreyBasics
import GreyEvents

extension Render {
  package static func status(_ s: StatusResult, _ style: Style) -> String {
    let c = s.coordinator
    var out =
      style.title("cluster \(s.name)") + ": \(s.phase.rawValue)"
      + (s.epoch == .zero ? "" : ", epoch \(s.epoch)") + ", "
      + "\(Text.plural(s.cycles, "cycle")) so far\n"
    out +=
      "coordinator: pid \(c.pid) on \(c.host), term \(c.term), up "
      + "\(Text.microseconds(c.uptimeUs)), greywave \(c.version) (\(c.commit))\n"
    if !s.withoutRules.isEmpty {
      out +=
        style.verdict(false, "UNSAFE LAB") + ": without "
        + s.withoutRules.joined(separator: ", ") + "\n"
    }
    if let last = s.lastCycle {
      out +=
        "last cycle: \(last.cycle), stops \(Text.microseconds(last.stop1Us)) + "
        + "\(Text.microseconds(last.stop2Us)), \(Text.bytes(last.heapStartBytes)) → "
        + "\(Text.bytes(last.heapLiveBytes)) live\n"
    }
    if !s.settings.isEmpty {
      out += s.settings.map { "\($0.key)=\($0.value)" }.joined(separator: "  ") + "\n"
    }
    return out + "\n" + nodes(s.nodes, style) + (s.runs.isEmpty ? "" : "\n" + runs(s.runs, style))
  }

  private static func nodes(_ nodes: [StatusResult.Node], _ style: Style) -> String {
    if nodes.isEmpty { return "no nodes\n" }
    var table = Table([
      ("node", .right), ("state", .left), ("pid", .right), ("heap", .right), ("trigger", .right),
      ("goal", .right), ("limit", .right), ("objects", .right), ("tasks", .right),
      ("transit", .right), ("unacked", .right), ("heard", .right),
    ])
    for n in nodes {
      table.add([
        "\(n.node.rawValue)",
        n.state == .member ? n.state.rawValue : style.paint(n.state.rawValue, .yellow),
        "\(n.pid)", Text.bytes(n.heapBytes), Text.bound(n.triggerBytes), Text.bound(n.goalBytes),
        Text.bound(n.limitBytes), Text.count(n.objects),
        Text.count(n.tasks), Text.count(n.transitEntries), Text.bytes(n.unacknowledgedBytes),
        Text.microseconds(n.silentUs),
      ])
    }
    var out = table.text(style)
    let malformed = nodes.filter { $0.malformedFrames > 0 }
    if !malformed.isEmpty {
      out +=
        style.verdict(false, "malformed frames") + ": "
        + Text.list(malformed.map { "\($0.malformedFrames) at \($0.node)" }) + "\n"
    }
    return out
  }

  package static func runs(_ runs: [RunSummary], _ style: Style) -> String {
    var table = Table([
      ("run", .right), ("workload", .left), ("state", .left), ("time", .right),
      ("nodes", .left), ("", .left),
    ])
    for run in runs {
      let state: String =
        switch run.state {
        case .ok: style.verdict(true, "ok")
        case .failed: style.verdict(false, "FAILED")
        case .running, .cancelled: run.state.rawValue
        }
      table.add([
        "\(run.run)", run.workload, state,
        Text.microseconds(run.elapsedUs), run.nodes.map { "\($0.rawValue)" }.joined(separator: " "),
        run.message,
      ])
    }
    return table.text(style)
  }

  package static func ps(_ p: PsResult, _ style: Style) -> String {
    if p.runs.isEmpty { return "nothing runs\n" }
    var out = runs(p.runs, style)
    guard !p.tasks.isEmpty else { return out }
    var table = Table([
      ("node", .right), ("task", .right), ("run", .right), ("function", .left), ("frames", .right),
      ("mailbox", .right), ("state", .left),
    ])
    for task in p.tasks {
      table.add([
        "\(task.node.rawValue)", "\(task.task)", "\(task.run)", task.function, "\(task.frames)",
        "\(task.mailbox)", task.state,
      ])
    }
    out += "\n" + table.text(style)
    if p.taskCount > p.tasks.count {
      out += style.faint("and \(Text.count(p.taskCount - p.tasks.count)) more tasks") + "\n"
    }
    return out
  }

  package static func run(_ r: RunResult, _ style: Style) -> String {
    var out =
      style.title("run \(r.run)") + ": \(r.workload)\(assignments(r.parameters)), "
      + "seed \(r.seed), on \(Text.plural(r.nodes.count, "node"))\n"
    guard let ok = r.ok else {
      return out + style.faint("it goes on by itself: greywave ps, greywave cancel \(r.run)") + "\n"
    }
    out +=
      style.verdict(ok, ok ? "ok" : "FAILED") + " after \(Text.microseconds(r.elapsedUs)), "
      + "\(Text.plural(r.cycles, "cycle"))" + (r.message.isEmpty ? "" : ": \(r.message)") + "\n"
    guard let members = r.result.members, !members.isEmpty else { return out }
    var table = Table([("result", .left), ("", .left)])
    for member in members { table.add([member.key, value(member)]) }
    return out + "\n" + table.text(style, indent: "  ")
  }

  private static func assignments(_ parameters: JSON) -> String {
    (parameters.members ?? []).map { " \($0.key)=\($0.value.text ?? $0.value.line)" }.joined()
  }

  /// A figure of a workload's own, by the unit in its name.
  private static func value(_ member: JSON.Member) -> String {
    if let number = member.value.integer {
      if member.key.hasSuffix("_us") { return Text.microseconds(number) }
      if member.key.hasSuffix("_bytes") { return Text.bytes(number) }
      return Text.count(number)
    }
    return member.value.text ?? member.value.line
  }

  package static func metrics(_ m: MetricsResult, _ style: Style) -> String {
    var table = Table(
      [("metric", .left), ("cluster", .right)]
        + m.nodes.map { ("node \($0.node.rawValue)", Table.Side.right) })
    for metric in m.cluster {
      let cells = m.nodes.map { node in
        node.metrics.first { $0.name == metric.name }.map(figure) ?? ""
      }
      table.add([metric.name, figure(metric)] + cells)
    }
    return table.text(style)
  }

  private static func figure(_ metric: Metric) -> String {
    switch metric.name {
    case Metric.heapGoal, Metric.memoryLimit: return Text.bound(Int(metric.value))
    case Metric.gogc where Int(metric.value) == Metric.gogcOff: return "off"
    default: break
    }
    if metric.name.hasSuffix(":bytes") { return Text.bytes(Int(metric.value)) }
    if metric.name.hasSuffix(":cpu-seconds") || metric.name.hasSuffix(":seconds") {
      return Text.fixed(metric.value, 3) + " s"
    }
    if metric.value.rounded() == metric.value, metric.value.magnitude < 1e15 {
      return Text.count(Int(metric.value))
    }
    return Text.fixed(metric.value, 3)
  }
}
