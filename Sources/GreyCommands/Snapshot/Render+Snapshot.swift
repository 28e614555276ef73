// `heap snapshot` for people.

import GreyEvents

extension Render {
  package static func snapshot(_ s: SnapshotResult, _ style: Style) -> String {
    var out = style.title(s.file) + ": \(Text.count(s.objects)) objects, "
    out += "\(Text.count(s.edges)) edges, \(Text.bytes(s.bytes)) as it is built\n"
    out += "  reachable from the root: \(Text.count(s.reachableObjects)) objects, "
    out += "\(Text.bytes(s.reachableBytes)); \(Text.count(s.weakEdges)) weak edges dropped\n\n"

    var kinds = Table([("type", .left), ("objects", .right)])
    for kind in s.mostFrequent { kinds.add([kind.type, Text.count(kind.objects)]) }
    out += kinds.text(style, indent: "  ")
    if s.types > s.mostFrequent.count {
      out += style.faint("  and \(Text.count(s.types - s.mostFrequent.count)) more types") + "\n"
    }

    var parts = Table([("node", .right), ("objects", .right), ("bytes", .right)])
    for (index, part) in s.parts.enumerated() {
      parts.add(["\(index + 1)", Text.count(part.objects), Text.bytes(part.bytes)])
    }
    let share = s.edges == 0 ? 0 : 100 * Double(s.cutEdges) / Double(s.edges)
    out += "\n" + parts.text(style, indent: "  ")
    out += "  partition \(s.partition): \(Text.count(s.cutEdges)) edges lead to another node "
    out += "(\(Text.fixed(share, 1)) %)\n"

    var reading = "  read in \(Text.microseconds(s.elapsedUs))"
    if let peak = s.peakBytes { reading += ", \(Text.bytes(peak)) at the peak" }
    return out + "\n" + style.faint(reading) + "\n"
  }
}
