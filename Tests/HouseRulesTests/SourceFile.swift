// A file of the package as the rules see it: its place, its lines, and its text in three forms.
//
// A ban on a call must not stumble over the word in a comment or a string, and a ban on a word in
// comments must not stumble over strings. So there is the text as it is, the text without strings,
// and the text without strings and comments; what is left out is replaced by spaces, and every
// line keeps its number.

import Foundation

struct SourceFile: Sendable {
  /// From the package's root, with `/`.
  let path: String
  let text: [UInt8]
  /// Strings blanked.
  let withoutStrings: [UInt8]
  /// Strings and comments blanked.
  let code: [UInt8]
  let isExecutable: Bool

  init(path: String, text: [UInt8], isExecutable: Bool = false) {
    self.path = path
    self.text = text
    self.isExecutable = isExecutable
    if path.hasSuffix(".swift") {
      (withoutStrings, code) = Blanking.blank(text)
    } else {
      (withoutStrings, code) = (text, text)
    }
  }

  init(_ path: String, _ text: String, isExecutable: Bool = false) {
    self.init(path: path, text: Array(text.utf8), isExecutable: isExecutable)
  }

  var isSwift: Bool { path.hasSuffix(".swift") }

  /// The module of a file in Sources.
  var room: String? {
    let parts = path.split(separator: "/")
    return parts.count > 2 && parts[0] == "Sources" ? String(parts[1]) : nil
  }

  /// Without their line feeds; a final line feed ends the last line.
  var lines: [String] {
    var lines = String(decoding: text, as: UTF8.self).split(
      separator: "\n", omittingEmptySubsequences: false
    ).map(String.init)
    if lines.last == "" { lines.removeLast() }
    return lines
  }

  /// The modules that the file imports, with the lines that do.
  var imports: [(module: String, line: Int)] {
    let lines = String(decoding: code, as: UTF8.self).split(
      separator: "\n", omittingEmptySubsequences: false)
    return lines.enumerated().compactMap { index, line in
      let words = line.split(separator: " ")
      guard let keyword = words.firstIndex(of: "import"), keyword < 3, words.count > keyword + 1,
        words[..<keyword].allSatisfy({ $0.hasPrefix("@") || $0 == "package" || $0 == "internal" })
      else { return nil }
      // `import struct Module.Name` names the module third.
      let kinds: Set<Substring> = ["struct", "class", "enum", "func", "protocol", "typealias"]
      let name = kinds.contains(words[keyword + 1]) ? words.last : words[keyword + 1]
      guard let module = name?.split(separator: ".").first else { return nil }
      return (String(module), index + 1)
    }
  }
}
