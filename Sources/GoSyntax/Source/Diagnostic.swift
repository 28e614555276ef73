// One error in a source, and the rules by which many become what a person reads.
//
// Go's compiler sorts errors by place, tells one syntax error a line (what follows on the same line
// is nearly always its echo), tells the same thing once, and stops after ten with
// `too many errors`. `DiagnosticList` is that.

package struct Diagnostic: Hashable, Sendable {
  package let position: Position
  package let message: String
  /// Lines below the message that explain it.
  package let details: [String]

  package init(_ position: Position, _ message: String, details: [String] = []) {
    self.position = position
    self.message = message
    self.details = details
  }

  package var isSyntax: Bool { message.hasPrefix("syntax error: ") }
}

package struct DiagnosticList: Sendable {
  package static let most = 10

  package let source: SourceText
  /// What is told, in order of place.
  package let shown: [Diagnostic]
  /// Whether there were more.
  package let isCut: Bool
  /// All that there were, before the cut.
  package let total: Int

  package init(source: SourceText, _ all: [Diagnostic], most: Int = DiagnosticList.most) {
    self.source = source
    let sorted = all.enumerated().sorted {
      ($0.element.position, $0.offset) < ($1.element.position, $1.offset)
    }
    var kept: [Diagnostic] = []
    var syntaxLine = -1
    var seen: Set<Told> = []
    for (_, next) in sorted {
      let line = source.line(of: next.position)
      if next.isSyntax {
        if line == syntaxLine { continue }
        syntaxLine = line
      }
      if seen.insert(Told(line: line, message: next.message)).inserted { kept.append(next) }
    }
    total = kept.count
    isCut = kept.count > most
    shown = isCut ? Array(kept[..<most]) : kept
  }

  private struct Told: Hashable {
    let line: Int
    let message: String
  }

  package var isEmpty: Bool { shown.isEmpty }
}
