// `bench` for people: a row a line, and whether each goal is met.

import GreyEvents

extension Render {
  package static func bench(_ result: BenchResult, _ style: Style) -> String {
    var table = Table([
      ("measured", .left), ("median", .right), ("min … max", .right), ("unit", .left),
      ("peer", .right), ("ratio", .right), ("", .left), ("goal", .left),
    ])
    for row in result.rows {
      table.add([
        row.name, Text.digits(row.ours), "\(Text.digits(row.min)) … \(Text.digits(row.max))",
        row.unit, row.peer.map { Text.digits($0) } ?? "",
        row.ratio.map { Text.fixed($0, 2) + "×" } ?? "", row.peer == nil ? "" : row.peerName ?? "",
        goal(row, style),
      ])
    }
    return table.text(style)
  }

  private static func goal(_ row: BenchRow, _ style: Style) -> String {
    guard let goal = row.goal else { return "" }
    guard let met = row.met else { return "\(Text.fixed(goal, 2))×" }
    // A verdict without a ratio is about our own figure.
    let bound = row.ratio == nil ? Text.digits(goal) : "\(Text.fixed(goal, 2))×"
    return style.verdict(met, "\(bound) \(met ? "met" : "missed")")
  }
}
