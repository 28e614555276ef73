// A place in a source: one byte offset, 32 bits.
//
// Trees hold hundreds of thousands of positions and errors a handful, so a position is only the
// offset, and line and column are computed from the line table when something is told. 4 GiB bound
// a source; `SourceText` refuses a longer one.

package struct Position: Hashable, Comparable, Sendable {
  package let offset: UInt32

  package init(_ offset: Int) { self.offset = UInt32(truncatingIfNeeded: offset) }

  package static func < (a: Position, b: Position) -> Bool { a.offset < b.offset }

  package func advanced(by count: Int) -> Position { Position(Int(offset) + count) }
}

/// A position as a person reads it. Both count from one; the column counts bytes, as Go's does.
package struct LineAndColumn: Hashable, Sendable, CustomStringConvertible {
  package let line: Int
  package let column: Int
  package init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }
  package var description: String { "\(line):\(column)" }
}
