// How results look: with colour or without, and how wide.

import GreyEvents

package struct Style: Hashable, Sendable {
  package var colours: Bool
  package var width: Int
  package init(colours: Bool = false, width: Int = 100) {
    self.colours = colours
    self.width = width
  }

  package func paint(_ text: String, _ colour: Colour) -> String {
    colours ? colour.wrap(text) : text
  }
  package func title(_ text: String) -> String { paint(text, .bold) }
  package func faint(_ text: String) -> String { paint(text, .dim) }
  /// Good or bad at a glance; the words say it without colour.
  package func verdict(_ good: Bool, _ text: String) -> String { paint(text, good ? .green : .red) }
}

/// A table of text: columns as wide as their longest cell, numbers to the right.
package struct Table: Sendable {
  package enum Side: Sendable { case left, right }
  private let heads: [String]
  private let sides: [Side]
  private var rows: [[String]] = []

  package init(_ columns: [(String, Side)]) {
    heads = columns.map(\.0)
    sides = columns.map(\.1)
  }

  package mutating func add(_ cells: [String]) {
    precondition(cells.count == heads.count, "a row has a cell for every column")
    rows.append(cells)
  }

  package var isEmpty: Bool { rows.isEmpty }

  package func text(_ style: Style, indent: String = "") -> String {
    let widths = heads.indices.map { column in
      ([heads] + rows).map { Colour.stripped($0[column]).count }.max() ?? 0
    }
    func line(_ cells: [String]) -> String {
      let padded = cells.indices.map { column in
        let space = widths[column] - Colour.stripped(cells[column]).count
        let gap = String(repeating: " ", count: space)
        return sides[column] == .left ? cells[column] + gap : gap + cells[column]
      }
      var text = padded.joined(separator: "  ")
      while text.last == " " { text.removeLast() }
      return indent + text + "\n"
    }
    let head = line(heads)
    return (style.colours ? Colour.dim.wrap(String(head.dropLast())) + "\n" : head)
      + rows.map(line).joined()
  }
}
