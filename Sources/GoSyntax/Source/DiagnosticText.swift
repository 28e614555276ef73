// Errors as lines of text: Go's `file:line:column: message`, then the line and a caret below it.
//
// Tabs before the caret are kept as tabs, so it stands below its column whatever a tab's width is;
// every other character before it is one space. A line of a generated source can be megabytes long:
// only a window around the caret is shown.

extension DiagnosticList {
  /// - Parameter carets: with the source line and a caret below each message.
  package func lines(carets: Bool = true) -> [String] {
    var lines: [String] = []
    for one in shown {
      let place = source.place(of: one.position)
      // A message may bring lines of its own, indented already.
      let text = "\(source.name):\(place): \(one.message)"
      lines += text.split(separator: "\n").map { String($0) }
      lines += one.details.map { "\t" + $0 }
      if carets { lines += caret(at: place) }
    }
    if isCut { lines.append("too many errors") }
    return lines
  }

  private static let window = 120

  private func caret(at place: LineAndColumn) -> [String] {
    let text = source.text(line: place.line - 1)
    let before = String(decoding: text.utf8.prefix(place.column - 1), as: UTF8.self)
    let skipped = max(0, before.unicodeScalars.count - Self.window / 2)
    var shown = text.unicodeScalars.dropFirst(skipped)
    let isLong = shown.count > Self.window
    if isLong { shown = shown.prefix(Self.window) }
    let blank = before.unicodeScalars.dropFirst(skipped).map { $0 == "\t" ? "\t" : " " }.joined()
    let head = skipped > 0 ? "…" : ""
    let tail = isLong ? "…" : ""
    return [
      "    \(head)\(String(String.UnicodeScalarView(shown)))\(tail)",
      "    \(skipped > 0 ? " " : "")\(blank)^",
    ]
  }
}
