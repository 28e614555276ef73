// When a log is cut, and what its files are called: a pure value, told how much is written.
//
// `node-1.jsonl` is written to; when a line would take it past the bound, it becomes
// `node-1.1.jsonl`, what was `.1` becomes `.2`, and so on; what would get a number past the bound
// is deleted. A line is never cut in two: one that is longer than the bound has a file to itself.

package struct RotatingLog: Hashable, Sendable {
  package enum Step: Hashable, Sendable {
    case delete(String)
    case rename(from: String, to: String)
    /// Close the current file and begin it anew.
    case reopen(String)
  }

  package let stem: String
  package let maximumBytes: Int
  /// Files at most, the current one included.
  package let maximumFiles: Int
  package private(set) var currentBytes: Int

  /// - Parameter currentBytes: what the current file holds already (a process that appends).
  package init(stem: String, maximumBytes: Int, maximumFiles: Int, currentBytes: Int = 0) {
    self.stem = stem
    self.maximumBytes = max(1, maximumBytes)
    self.maximumFiles = max(1, maximumFiles)
    self.currentBytes = currentBytes
  }

  package var currentName: String { Self.name(stem, 0) }

  /// What must be done before `bytes` more (its line break included) are written.
  package mutating func willWrite(_ bytes: Int) -> [Step] {
    guard currentBytes > 0, currentBytes + bytes > maximumBytes else {
      currentBytes += bytes
      return []
    }
    currentBytes = bytes
    var steps: [Step] = [.delete(Self.name(stem, maximumFiles - 1))]
    if maximumFiles > 1 {
      for number in stride(from: maximumFiles - 2, through: 0, by: -1) {
        steps.append(.rename(from: Self.name(stem, number), to: Self.name(stem, number + 1)))
      }
    }
    return steps + [.reopen(currentName)]
  }

  private static func name(_ stem: String, _ number: Int) -> String {
    number == 0 ? "\(stem).jsonl" : "\(stem).\(number).jsonl"
  }

  /// The stem and number of a log's file name; nil for other files.
  package static func parse(_ name: String) -> (stem: String, number: Int)? {
    guard name.hasSuffix(".jsonl") else { return nil }
    let body = name.dropLast(6)
    guard let dot = body.lastIndex(of: "."), let number = Int(body[body.index(after: dot)...]),
      number > 0
    else { return body.isEmpty ? nil : (String(body), 0) }
    return (String(body[..<dot]), number)
  }

  /// The log files among these names: by stem, oldest first.
  package static func inOrder(_ names: [String]) -> [String] {
    names.compactMap { name in parse(name).map { (name, $0) } }
      .sorted { ($0.1.stem, -$0.1.number) < ($1.1.stem, -$1.1.number) }.map(\.0)
  }
}
