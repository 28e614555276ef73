// Rules about a file's shape.

enum LayoutRules {
  static let columns = 100
  static let mostLines = 500
  static let medianBelow = 200

  static let all: [HouseRule] = [
    .swift(
      "\(columns) columns", "break the line", in: Place.everywhere,
      bad: SourceFile("Sources/A/a.swift", String(repeating: "é", count: columns + 1) + "\n"),
      good: SourceFile("Sources/A/a.swift", String(repeating: "é", count: columns) + "\n")
    ) { file in
      file.lines.enumerated().compactMap { index, line in
        line.utf8.count > columns && line.count > columns ? index + 1 : nil
      }
    },
    .swift(
      "\(mostLines) lines", "split the file: one idea each", in: Place.everywhere,
      bad: SourceFile("Sources/A/a.swift", String(repeating: "\n", count: mostLines + 1)),
      good: SourceFile("Sources/A/a.swift", String(repeating: "\n", count: mostLines))
    ) { file in
      file.lines.count > mostLines ? [mostLines + 1] : []
    },
    .swift(
      "header", "the first line begins a comment that states the file's idea",
      in: Place.everywhere,
      bad: SourceFile("Sources/A/a.swift", "import B\n// Later.\n"),
      good: SourceFile("Sources/A/a.swift", "// What this is, and why it is right.\nimport B\n")
    ) { file in
      guard let first = file.lines.first, first.hasPrefix("// "), first.count >= 16 else {
        return [1]
      }
      return []
    },
  ]

  /// Half of the files are shorter.
  static func medianLength(_ files: [SourceFile]) -> Int {
    let lengths = files.map(\.lines.count).sorted()
    return lengths.isEmpty ? 0 : lengths[lengths.count / 2]
  }
}
