// A configuration file: one YAML mapping of keys to plain values.
//
// Yams gives the text's structure with its line numbers; what the values mean is the keys' own
// business. A list is allowed where names separated by commas are.

import Yams

enum ConfigurationFile {
  struct Entry {
    var key: String
    var value: String
    var line: Int
  }

  static func entries(of text: String, name: String) throws(ConfigurationError) -> [Entry] {
    guard let root = try compose(text, name: name) else { return [] }
    // A file of comments only holds an empty value.
    if case .scalar(let scalar) = root, scalar.string.isEmpty { return [] }
    func problem(_ node: Node, _ text: String) -> ConfigurationError.Problem {
      .init("\(name):\(node.mark?.line ?? 1)", text)
    }
    guard case .mapping(let mapping) = root else {
      throw ConfigurationError([problem(root, "expected lines of 'key: value'")])
    }
    var entries: [Entry] = []
    var problems: [ConfigurationError.Problem] = []
    for (keyNode, value) in mapping {
      guard let key = keyNode.string else {
        problems.append(problem(keyNode, "a key must be a name"))
        continue
      }
      let line = keyNode.mark?.line ?? 1
      switch value {
      case .scalar(let scalar) where scalar.string.isEmpty && scalar.style == .plain:
        problems.append(problem(keyNode, "\(key) has no value"))
      case .scalar(let scalar):
        entries.append(Entry(key: key, value: scalar.string, line: line))
      case .sequence(let sequence) where sequence.allSatisfy { $0.scalar != nil }:
        let words = sequence.compactMap(\.scalar?.string)
        entries.append(Entry(key: key, value: words.joined(separator: ","), line: line))
      case .sequence, .mapping, .alias:
        problems.append(
          problem(keyNode, "\(key) has a nested value; keys are not grouped, values are plain"))
      }
    }
    if !problems.isEmpty { throw ConfigurationError(problems) }
    return entries
  }

  /// A value as it stands in a file: in quotes where YAML would take it for something else.
  static func scalar(_ value: String) -> String {
    if value.isEmpty { return "\"\"" }
    let isPlain = value.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: ","),
        UInt8(ascii: "-"):
        true
      default: false
      }
    }
    let startsPlain = value.first.map { $0.isLetter || $0.isNumber } ?? false
    return isPlain && startsPlain ? value : "'" + value.replacing("'", with: "''") + "'"
  }

  /// More is no configuration.
  private static let longest = 1 << 20

  private static func compose(_ text: String, name: String) throws(ConfigurationError) -> Node? {
    guard text.utf8.count <= longest else {
      throw ConfigurationError([.init(name, "this is no configuration: it exceeds 1 MiB")])
    }
    if let line = lineOfAnchor(text) {
      throw ConfigurationError([
        .init("\(name):\(line)", "anchors (&name) are not read here: write the value out")
      ])
    }
    do {
      return try Yams.compose(yaml: text)
    } catch let error as YamlError {
      throw ConfigurationError([Self.problem(error, text: text, name: name)])
    } catch {
      throw ConfigurationError([.init(name, "\(error)")])
    }
  }

  /// The first line with an anchor. What aliases stand for is looked at once for each, so that a
  /// few lines of aliases of aliases take longer than anybody waits; and nothing here is long
  /// enough to be named and used twice.
  private static func lineOfAnchor(_ text: String) -> Int? {
    let lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    let index = lines.firstIndex { line in
      var before = UInt8(ascii: " ")
      var hasQuote = false
      for (place, byte) in zip(line.indices, line) {
        let opens = " \t\r[{,:?-".utf8.contains(before)
        if byte == UInt8(ascii: "#"), opens, !hasQuote { return false }
        if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") { hasQuote = true }
        let next = line.index(after: place)
        if byte == UInt8(ascii: "&"), opens, next < line.endIndex,
          !" \t\r".utf8.contains(line[next])
        {
          return true
        }
        before = byte
      }
      return false
    }
    return index.map { $0 + 1 }
  }

  private static func problem(
    _ error: YamlError, text: String, name: String
  ) -> ConfigurationError.Problem {
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      return .init("\(name):\(mark.line)", "this is no YAML: \(problem)")
    case .duplicatedKeysInMapping(let duplicates, _):
      // Yams names the mapping's place; people want that of the second one.
      let key = duplicates.first ?? ""
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      let line = (lines.lastIndex { $0.hasPrefix(key) } ?? 0) + 1
      return .init("\(name):\(line)", "'\(key)' is set twice")
    default: return .init(name, "this is no YAML: \(error)")
    }
  }
}
