// `workloads` for people.

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
}
