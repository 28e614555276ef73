// Words of a command line, put in a form that the parser does not misread.
//
// To swift-argument-parser whatever begins with a dash is an option, a negative number as well: for
// `--seed -1` it says that a value is missing, for `set GOGC -5` that there is no option `-5`. No
// option here begins with a digit, so such a word is a value. Behind an option that takes one it is
// joined to it (`--seed=-1`); elsewhere it is an argument, and goes with all arguments behind it to
// the end, behind the `--` that says so. What is wrong with the value is then told by whoever reads
// it. Which options take a value the parser's own help says.

import ArgumentParser

enum Arguments {
  static func readable(
    _ words: [String], taking values: () -> Set<String> = { optionsWithValue }
  ) -> [String] {
    let words = withProgramArgumentsApart(words)
    guard words.contains(where: isNegative) else { return words }
    let values = values()
    var options: [String] = []
    var arguments: [String] = []
    var isBehindNegative = false
    var rest = words[...]
    while let word = rest.popFirst() {
      if word == "--" {
        arguments += rest
        break
      } else if values.contains(word), let value = rest.first {
        rest = rest.dropFirst()
        options += isNegative(value) ? ["\(word)=\(value)"] : [word, value]
      } else if isNegative(word) || isBehindNegative && !word.hasPrefix("-") {
        isBehindNegative = true
        arguments.append(word)
      } else {
        options.append(word)
      }
    }
    return options + (arguments.isEmpty ? [] : ["--"]) + arguments
  }

  /// What stands behind a Go program in `run` belongs to the program, whatever it looks like.
  private static func withProgramArgumentsApart(_ words: [String]) -> [String] {
    guard words.first == "run", let program = words.firstIndex(where: { $0.hasSuffix(".go") }),
      !words[..<program].contains("--"), program + 1 < words.count
    else { return words }
    return words[...program] + ["--"] + words[(program + 1)...]
  }

  /// `-1`, `-5s`, `-.5`
  private static func isNegative(_ word: String) -> Bool {
    let digits = word.dropFirst().drop { $0 == "." }
    return word.first == "-" && digits.first?.isASCII == true && digits.first?.isNumber == true
  }

  /// Of all verbs: `--seed <seed>` is one, `--json` is none.
  static var optionsWithValue: Set<String> {
    var names: Set<String> = []
    let verbs = GreywaveCommand.configuration.subcommands
    for verb in verbs + verbs.flatMap({ $0.configuration.subcommands }) {
      let help = GreywaveCommand.helpMessage(for: verb, includeHidden: true, columns: 1_000)
      for line in help.split(separator: "\n") where line.hasPrefix("  -") {
        let words = line.split(separator: " ")
        guard let value = words.firstIndex(where: { !$0.hasPrefix("-") }),
          words[value].hasPrefix("<")
        else { continue }
        for name in words[..<value] where name.hasPrefix("--") {
          names.insert(name.split(separator: ",").joined())
        }
      }
    }
    return names
  }
}
