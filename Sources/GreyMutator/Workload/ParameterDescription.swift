// What a workload can be told: each parameter's name, kind, default and help.
//
// One description serves the command line (`--set key=value`, `--help`), the coordinator (which
// refuses a run before any node hears of it) and the workload (which reads typed values).

package enum ParameterKind: Hashable, Sendable {
  case integer(ClosedRange<Int>)
  case real(ClosedRange<Double>)
  case boolean
  case text
  /// The path of a file that every node of the run reads.
  case file
  case choice([String])

  /// As help and error messages print it.
  package var summary: String {
    switch self {
    case .integer(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
    case .real(let range): "a number from \(range.lowerBound) to \(range.upperBound)"
    case .boolean: "true or false"
    case .text: "text"
    case .file: "the path of a file"
    case .choice(let names): "one of " + names.joined(separator: ", ")
    }
  }
}

package struct ParameterDescription: Hashable, Sendable {
  package let name: String
  package let kind: ParameterKind
  /// As it would be typed.
  package let standard: String
  package let help: String

  package init(name: String, kind: ParameterKind, standard: String, help: String) {
    self.name = name
    self.kind = kind
    self.standard = standard
    self.help = help
  }

  package static func integer(
    _ name: String, default value: Int, in range: ClosedRange<Int>, help: String
  ) -> Self {
    Self(name: name, kind: .integer(range), standard: "\(value)", help: help)
  }
  package static func real(
    _ name: String, default value: Double, in range: ClosedRange<Double>, help: String
  ) -> Self {
    Self(name: name, kind: .real(range), standard: "\(value)", help: help)
  }
  package static func boolean(_ name: String, default value: Bool, help: String) -> Self {
    Self(name: name, kind: .boolean, standard: "\(value)", help: help)
  }
  package static func text(_ name: String, default value: String, help: String) -> Self {
    Self(name: name, kind: .text, standard: value, help: help)
  }
  package static func file(_ name: String, default value: String, help: String) -> Self {
    Self(name: name, kind: .file, standard: value, help: help)
  }
  package static func choice(
    _ name: String, default value: String, among names: [String], help: String
  ) -> Self {
    Self(name: name, kind: .choice(names), standard: value, help: help)
  }
}

/// Why parameters were refused. Every message says what would have been accepted.
package enum ParameterError: Error, Hashable, Sendable, CustomStringConvertible {
  case unknownKey(key: String, nearest: String?, valid: [String])
  case repeatedKey(key: String)
  case invalidValue(key: String, value: String, expected: String, nearest: String?)
  /// A workload's own objection: values that are fine one by one and impossible together.
  case impossible(String)

  package var description: String {
    switch self {
    case .unknownKey(let key, let nearest, let valid):
      if let nearest {
        "unknown parameter '\(key)': did you mean '\(nearest)'?"
      } else {
        "unknown parameter '\(key)': "
          + (valid.isEmpty
            ? "this workload takes none" : "it takes " + valid.joined(separator: ", "))
      }
    case .repeatedKey(let key): "parameter '\(key)' is given twice: give it once"
    case .invalidValue(let key, let value, let expected, let nearest):
      "parameter '\(key)' cannot be '\(value)': it is \(expected)"
        + (nearest.map { "; the nearest is '\($0)'" } ?? "")
    case .impossible(let message): message
    }
  }
}
