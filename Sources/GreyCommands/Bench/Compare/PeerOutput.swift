// What a peer printed: one line of JSON on stdout, and for Go its collector's trace on stderr.

import GreyEvents

package struct PeerOutput: Hashable, Sendable {
  private let json: JSON
  private let errors: String

  /// Nil: no line of it is a JSON object.
  package init?(_ output: String, errors: String = "") {
    let lines = output.split(separator: "\n")
    let objects = lines.compactMap { try? JSON(parsing: Array($0.utf8)) }
    guard let last = objects.last(where: { $0.members != nil }) else { return nil }
    json = last
    self.errors = errors
  }

  /// A figure, or nil where the peer says null: it did not come to that.
  package func figure(_ name: String) -> Double? { json[name]?.double }

  package func figures(_ name: String) -> [Double] {
    (json[name]?.elements ?? []).compactMap(\.double)
  }

  package func text(_ name: String) -> String? { json[name]?.text }

  package func needed(_ name: String) throws(CommandFailure) -> Double {
    guard let figure = figure(name) else {
      throw CommandFailure(.checkFailed, "a peer printed no '\(name)': \(json.line)")
    }
    return figure
  }

  /// Of each collection that was asked for, the milliseconds of its concurrent mark phase; the
  /// first was for warming up.
  package var goMarkPhases: [Double] {
    Array(errors.split(separator: "\n").compactMap(Self.markPhase).dropFirst())
  }

  /// `gc 2 @0.046s 3%: 0.023+13+0.006 ms clock, … (forced)`: the middle one of the clock times.
  package static func markPhase(ofTraceLine line: some StringProtocol) -> Double? {
    guard let start = line.firstRange(of: "gc "), line.hasSuffix("(forced)") else { return nil }
    let words = line[start.lowerBound...].split(separator: " ")
    guard words.count > 6, words[5] == "ms", words[6] == "clock," else { return nil }
    let phases = words[4].split(separator: "+")
    return phases.count == 3 ? Double(phases[1]) : nil
  }
}
