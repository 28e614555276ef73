// `heap show`: every span of every node, drawn to scale.
//
// One character is so many pages; its letter says what lies there and its shade how full it is, so
// that the picture can be read without colour, and colour makes classes of sizes visible at once.
// Empty address space at the end of the arena is not drawn.

import GreyBasics
import GreyEvents

extension Render {
  package static func heap(_ h: HeapShowResult, _ style: Style) -> String {
    var out = ""
    for node in h.nodes { out += heap(of: node, style) + "\n" }
    return out + legend(style)
  }

  private static func heap(of node: HeapShowResult.Node, _ style: Style) -> String {
    let pages = node.spans.map { $0.firstPage + $0.pages }.max() ?? 0
    var out =
      style.title("node \(node.node.rawValue)") + ": \(Text.bytes(node.heapBytes)), goal "
      + "\(Text.bound(node.goalBytes)), \(Text.plural(node.spans.count, "span")), "
      + "\(Text.plural(pages, "page")) of \(Text.bytes(node.pageBytes))\n"
    if pages == 0 { return out }
    let columns = max(20, style.width - 12)
    // At most sixteen lines a node: a cell stands for as many pages as that takes.
    let perCell = max(1, (pages + columns * 16 - 1) / (columns * 16))
    let cells = (pages + perCell - 1) / perCell
    for start in stride(from: 0, to: cells, by: columns) {
      var line = ""
      var pending = ""
      var pendingColour: Colour?
      func flush() {
        line += pendingColour.map { style.paint(pending, $0) } ?? pending
        pending = ""
      }
      for cell in start..<min(start + columns, cells) {
        let (mark, colour) = draw(largest(in: node.spans, cell * perCell, perCell))
        if colour != pendingColour { flush() }
        pendingColour = colour
        pending.append(mark)
      }
      flush()
      let label = "\(start * perCell)"
      out +=
        style.faint(String(repeating: " ", count: max(0, 8 - label.count)) + label + "  ")
        + line + "\n"
    }
    if perCell > 1 { out += style.faint("          one character is \(perCell) pages") + "\n" }
    if node.spansLeftOut > 0 {
      out +=
        "          \(Text.plural(node.spansLeftOut, "span")) behind these did not fit into the "
        + "answer and are not drawn\n"
    }
    return out
  }

  /// The span that covers most of these pages; nil where there is none.
  private static func largest(
    in spans: [HeapShowResult.Span], _ first: Int, _ count: Int
  ) -> HeapShowResult.Span? {
    // Spans are in the order of their pages: find the first that ends behind `first`.
    var low = 0
    var high = spans.count
    while low < high {
      let middle = (low + high) / 2
      if spans[middle].firstPage + spans[middle].pages <= first {
        low = middle + 1
      } else {
        high = middle
      }
    }
    var best: (span: HeapShowResult.Span, pages: Int)?
    while low < spans.count, spans[low].firstPage < first + count {
      let span = spans[low]
      let covered =
        min(span.firstPage + span.pages, first + count) - max(span.firstPage, first)
      if covered > best?.pages ?? 0 { best = (span, covered) }
      low += 1
    }
    return best?.span
  }

  private static func draw(_ span: HeapShowResult.Span?) -> (Character, Colour?) {
    guard let span else { return (" ", nil) }
    switch span.state {
    case .free: return ("·", .dim)
    case .scavenged: return ("_", .dim)
    case .large: return (span.isNoscan ? "l" : "L", .magenta)
    case .unswept: return ("?", .yellow)
    case .quarantined: return ("x", .yellow)
    case .inUse:
      let full = span.slots == 0 ? 0 : Double(span.usedSlots) / Double(span.slots)
      let marks: [Character] =
        span.isNoscan ? ["o", "o", "n", "n", "N"] : ["░", "▒", "▓", "█", "█"]
      let mark = span.usedSlots == 0 ? "-" : marks[min(4, Int(full * 4))]
      return (mark, classColour(span.elementBytes))
    }
  }

  private static func classColour(_ bytes: Int) -> Colour {
    switch bytes {
    case ...32: .cyan
    case ...128: .green
    case ...1_024: .blue
    default: .magenta
    }
  }

  private static func legend(_ style: Style) -> String {
    let sizes = [
      ("to 32 B", Colour.cyan), ("to 128 B", .green), ("to 1 KiB", .blue), ("more", .magenta),
    ].map { style.paint("█ " + $0.0, $0.1) }.joined(separator: "  ")
    return style.faint(
      "░▒▓█ slots in use; o n N the same, no references; L l large; "
        + "? not swept yet; x set aside; - empty; · free; _ without memory") + "\n"
      + (style.colours ? sizes + "\n" : "")
  }
}
