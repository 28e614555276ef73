// Configurations: a YAML file, variables of the environment, flags. An input is the three as texts
// with a zero byte between them; variables and flags are lines of `name=value`.
//
// A configuration that was believed is printed and read again as the same values, key by key and as
// a whole. One that was refused names every place: a line of the file, a variable, a flag.

import GreyBasics
import GreyCommands

extension FuzzReader {
  static let configuration = FuzzReader(
    name: "configuration", seeds: ConfigurationFuzz.seeds, words: ConfigurationFuzz.words
  ) { bytes in
    let texts = bytes.texts
    let assignments = texts.dropFirst().prefix(2).map(ConfigurationFuzz.assignments)
    var environment: [String: String] = [:]
    for (name, value) in assignments.first ?? [] { environment[name] = value }
    let flags = (assignments.count > 1 ? assignments[1] : []).map {
      ConfigurationFlag("--option", key: $0.name, value: $0.value)
    }
    do throws(ConfigurationError) {
      let configuration = try EffectiveConfiguration(
        file: ("a file", texts.first ?? ""), environment: environment, flags: flags)
      ConfigurationFuzz.check(configuration)
    } catch {
      property(!error.problems.isEmpty, "refused without a problem")
      for problem in error.problems {
        property(!problem.text.isEmpty, "a problem without a text at \(problem.place)")
        ConfigurationFuzz.checkPlace(problem, lines: ConfigurationFuzz.lines(texts[0]))
      }
    }
  }
}

private enum ConfigurationFuzz {
  static func assignments(_ text: String) -> [(name: String, value: String)] {
    text.split(separator: "\n").compactMap { line in
      line.firstIndex(of: "=").map { (String(line[..<$0]), String(line[$0...].dropFirst())) }
    }
  }

  static func check(_ configuration: EffectiveConfiguration) {
    let again = mustWork("what was printed is not read again:\n\(configuration.yaml)") {
      try EffectiveConfiguration(file: ("again", configuration.yaml))
    }
    property(
      again.values == configuration.values, "printed as another one:\n\(configuration.yaml)")
    for key in ConfigurationKey.all {
      let text = key.read(configuration.values)
      var values = ClusterConfiguration()
      mustWork("\(key.name) does not read what it prints: \(text)") {
        try key.write(&values, text)
      }
      property(key.read(values) == text, "\(key.name) prints \(text) and reads another value")
    }
  }

  /// As YAML 1.1 counts them: Unicode's three line ends end a line, too.
  static func lines(_ text: String) -> Int {
    text.unicodeScalars.count { "\n\r\u{85}\u{2028}\u{2029}".unicodeScalars.contains($0) }
  }

  static func checkPlace(_ problem: ConfigurationError.Problem, lines: Int) {
    let place = problem.place
    if place.hasPrefix("a file:") {
      let line = Int(place.dropFirst("a file:".count)) ?? -1
      property((1...lines + 2).contains(line), "no line of the file: \(place)")
    } else {
      property(
        place == "a file" || place == "--option" || place.hasPrefix("environment "),
        "an unknown place: \(place)")
    }
  }

  @Sendable static func seeds() -> [[UInt8]] {
    let reference = Array(ConfigurationReference.text.utf8)
    // Comments are most of it, and nothing to learn from.
    let plain = ConfigurationKey.all.map { key in
      let value = key.read(ClusterConfiguration())
      return "\(key.name): \(value.isEmpty ? "\"\"" : value)\n"
    }.joined()
    let texts = [
      plain,
      "nodes: 4\nlab: true\nwithout: [transit-root, 'delete-old']\n",
      "{nodes: 4, \"transport\": tcp}\n",
      "nodes: &a 4\nworkers: *a\nhost: |\n  name\n",
      "\0\0transport=tcp\nhost=*\nadvertise=#'a\n",
      "\0GOGC=50\nGREYWAVE_NODES=3\n\0nodes=4\nfence_after=1m30s\n",
      "# a comment\n---\nheap_limit: 64MiB\n...\n\0GOMEMLIMIT=off\n\0lab=true\nwithout=epoch\n",
    ]
    return [reference] + texts.map { Array($0.utf8) }
  }

  static let words =
    ConfigurationKey.all.flatMap { ["\($0.name): ", "\($0.environment)="] }
    + Rule.allCases.map(\.rawValue)
    + [
      "off", "true", "64MiB", "1m30s", "500ms", "9223372036854775807", "1e308", "nan", "inf", "- ",
      "? ", ": ", "&a ", "*a", "<<: ", "!!int ", "|\n", ">-\n", "---\n", "...\n", "%YAML 1.1\n",
      "\"\\x00\"", "[[", "{{", "#", "'", "tcp", "0x10", "~", "null",
    ]
}
