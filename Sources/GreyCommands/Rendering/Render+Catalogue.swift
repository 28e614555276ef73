// `workloads` and `bench` for people.

import GreyEvents

extension Render {
  package static func workloads(_ all: [WorkloadDescription], _ style: Style) -> String {
    let width = all.map(\.name.count).max() ?? 0
    return all.map { workload in
      let gap = String(repeating: " ", count: width - workload.name.count + 2)
      return style.title(workload.name) + gap + workload.summary + "\n"
    }.joined() + style.faint("greywave workloads NAME lists its parameters") + "\n"
  }

  package static func workload(_ w: WorkloadDescription, _ style: Style) -> String {
    var table = Table([
      ("parameter", .left), ("default", .right), ("kind", .left), ("", .left),
    ])
    for parameter in w.parameters {
      let range = parameter.range.map { " (\($0))" } ?? ""
      table.add([parameter.name, parameter.standard, parameter.kind, parameter.help + range])
    }
    var out = style.title(w.name) + ": \(w.summary)\n"
    if !table.isEmpty { out += "\n" + table.text(style, indent: "  ") }
    let example = w.parameters.first.map { " --set \($0.name)=\($0.standard)" } ?? ""
    return out + "\n" + style.faint("  greywave run \(w.name)\(example)") + "\n"
  }

  package static func bench(_ b: BenchResult, _ style: Style) -> String {
    var table = Table([
      ("measured", .left), ("median", .right), ("unit", .left), ("low … high", .right),
      ("peer", .right), ("ratio", .right), ("", .left),
    ])
    for m in b.measurements {
      let spread = Spread(m.values)
      let peer = m.peerValues.map(Spread.init)
      let ratio = peer.map { $0.median == 0 ? "" : Text.fixed(spread.median / $0.median, 2) + "×" }
      table.add([
        m.name, Text.digits(spread.median), m.unit,
        "\(Text.digits(spread.low)) … \(Text.digits(spread.high))",
        peer.map { Text.digits($0.median) } ?? "", ratio ?? "", m.peerName ?? "",
      ])
    }
    let cpu = b.machine["processor"]?.text ?? "unknown processor"
    return style.title("greywave \(b.version) (\(b.commit))") + " on \(cpu), "
      + "\(b.machine["processors"]?.line ?? "?") processors\n\n" + table.text(style)
  }
}

/// The middle and the ends of what several rounds measured.
package struct Spread: Hashable, Sendable {
  package var low: Double
  package var median: Double
  package var high: Double
  package init(_ values: [Double]) {
    let sorted = values.sorted()
    low = sorted.first ?? 0
    high = sorted.last ?? 0
    let middle = sorted.count / 2
    median =
      sorted.isEmpty
      ? 0 : sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }
}
