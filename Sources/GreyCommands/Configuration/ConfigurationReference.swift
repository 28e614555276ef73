// The text of `configs/reference.yaml`: every key with its default and what it means.
//
// The file is made from the keys (`greywave coordinator --print-reference`), and a test compares
// the two: a key without documentation cannot exist.

import GreyBasics

package enum ConfigurationReference {
  /// What `--without` takes.
  package static let rules = Rule.allCases.map(\.rawValue)

  package static var text: String {
    let standard = ClusterConfiguration()
    var out = """
      # Every key of a Greywave configuration, with its default.
      #
      # A file names only what differs: `cluster/up --config FILE`. The environment overrides the
      # file (each key's variable is named below), flags override the environment.
      # `greywave coordinator --print-config` shows what holds and where it comes from.
      #
      # Sizes: B, KiB, MiB, GiB, TiB, or bytes. Durations: 500ms, 10s, 1m30s.

      """
    for key in ConfigurationKey.all {
      let value = key.read(standard)
      out += "\n" + comment(key.help)
      out += comment(key.kind.prefix(1).uppercased() + key.kind.dropFirst() + ".")
      out += comment(
        "Environment: \(key.environment)." + (key.isLive ? " Also while running: `set`." : ""))
      out += "\(key.name): \(value.isEmpty ? "\"\"" : value)\n"
    }
    return out
  }

  /// Wrapped at 98 columns.
  private static func comment(_ text: String) -> String {
    var lines: [String] = []
    var line = "#"
    for word in text.split(separator: " ") {
      if line.count + 1 + word.count > 98 {
        lines.append(line)
        line = "#"
      }
      line += " " + word
    }
    return (lines + [line]).map { $0 + "\n" }.joined()
  }
}
