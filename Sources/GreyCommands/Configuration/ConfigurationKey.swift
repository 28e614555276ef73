// One key of the configuration: its name, its kind, its bounds, what it means.
//
// A key knows how to read itself from a text and how to print itself, and nothing else does. So
// file, environment, flags, `set`, `--print-config` and `configs/reference.yaml` cannot disagree.

import GreyBasics

package struct ConfigurationKey: Sendable {
  package let name: String
  /// What a value looks like: "whole number from 1 to 64".
  package let kind: String
  package let help: String
  /// Can be changed in a running cluster.
  package let isLive: Bool
  package let read: @Sendable (ClusterConfiguration) -> String
  package let write: @Sendable (inout ClusterConfiguration, String) throws(ValueProblem) -> Void

  /// The environment variable that sets it.
  package var environment: String {
    name.first!.isUppercase ? name : "GREYWAVE_" + name.uppercased()
  }

  /// In a running cluster.
  var live: ConfigurationKey {
    ConfigurationKey(
      name: name, kind: kind, help: help, isLive: true, read: read, write: write)
  }

  package static func find(_ name: String) -> ConfigurationKey? { all.first { $0.name == name } }
}

/// A path into the configuration that may be used from any thread.
typealias ConfigurationPath<Value> = WritableKeyPath<ClusterConfiguration, Value> & Sendable

// One builder for each kind of value.
extension ConfigurationKey {
  static func integer(
    _ name: String, _ path: ConfigurationPath<Int>, _ range: ClosedRange<Int>, _ help: String
  ) -> ConfigurationKey {
    ConfigurationKey(
      name: name, kind: "whole number from \(range.lowerBound) to \(range.upperBound)",
      help: help, isLive: false, read: { String($0[keyPath: path]) },
      write: { (c, text) throws(ValueProblem) in
        c[keyPath: path] = try ConfigurationValue.integer(text, in: range)
      })
  }

  static func number(
    _ name: String, _ path: ConfigurationPath<Double>, _ range: ClosedRange<Double>, _ help: String
  ) -> ConfigurationKey {
    ConfigurationKey(
      name: name, kind: "number from \(range.lowerBound) to \(range.upperBound)", help: help,
      isLive: false, read: { "\($0[keyPath: path])" },
      write: { (c, text) throws(ValueProblem) in
        c[keyPath: path] = try ConfigurationValue.number(text, in: range)
      })
  }

  static func bytes(
    _ name: String, _ path: ConfigurationPath<Int>, _ range: ClosedRange<Int>, _ help: String
  ) -> ConfigurationKey {
    ConfigurationKey(
      name: name, kind: "size " + bounds(range), help: help, isLive: false,
      read: { ConfigurationValue.print(bytes: $0[keyPath: path]) },
      write: { (c, text) throws(ValueProblem) in
        c[keyPath: path] = try ConfigurationValue.bytes(text, in: range)
      })
  }

  static func bytesOrOff(
    _ name: String, _ path: ConfigurationPath<Int?>, _ range: ClosedRange<Int>, _ help: String
  ) -> ConfigurationKey {
    ConfigurationKey(
      name: name, kind: "size \(bounds(range)), or off", help: help, isLive: false,
      read: { $0[keyPath: path].map(ConfigurationValue.print(bytes:)) ?? "off" },
      write: { (c, text) throws(ValueProblem) in
        c[keyPath: path] = text == "off" ? nil : try ConfigurationValue.bytes(text, in: range)
      })
  }

  static func integerOrOff(
    _ name: String, _ path: ConfigurationPath<Int?>, _ range: ClosedRange<Int>, _ help: String
  ) -> ConfigurationKey {
    ConfigurationKey(
      name: name, kind: "whole number from \(range.lowerBound) to \(range.upperBound), or off",
      help: help, isLive: false, read: { $0[keyPath: path].map(String.init) ?? "off" },
      write: { (c, text) throws(ValueProblem) in
        c[keyPath: path] = text == "off" ? nil : try ConfigurationValue.integer(text, in: range)
      })
  }

  static func duration(
    _ name: String, _ path: ConfigurationPath<Duration>, _ range: ClosedRange<Duration>,
    _ help: String
  ) -> ConfigurationKey {
    let low = ConfigurationValue.print(duration: range.lowerBound)
    let high = ConfigurationValue.print(duration: range.upperBound)
    return ConfigurationKey(
      name: name, kind: "duration from \(low) to \(high)", help: help, isLive: false,
      read: { ConfigurationValue.print(duration: $0[keyPath: path]) },
      write: { (c, text) throws(ValueProblem) in
        c[keyPath: path] = try ConfigurationValue.duration(text, in: range)
      })
  }

  static func bool(
    _ name: String, _ path: ConfigurationPath<Bool>, _ help: String
  ) -> ConfigurationKey {
    ConfigurationKey(
      name: name, kind: "true or false", help: help, isLive: false,
      read: { String($0[keyPath: path]) },
      write: { (c, text) throws(ValueProblem) in
        c[keyPath: path] = try ConfigurationValue.bool(text)
      })
  }

  static func choice<Choice: RawRepresentable & CaseIterable & Sendable>(
    _ name: String, _ path: ConfigurationPath<Choice>, _ help: String
  ) -> ConfigurationKey where Choice.RawValue == String {
    ConfigurationKey(
      name: name, kind: "one of " + Choice.allCases.map(\.rawValue).joined(separator: ", "),
      help: help, isLive: false, read: { $0[keyPath: path].rawValue },
      write: { (c, text) throws(ValueProblem) in
        c[keyPath: path] = try ConfigurationValue.choice(text, of: Choice.self)
      })
  }

  private static func bounds(_ range: ClosedRange<Int>) -> String {
    let low = ConfigurationValue.print(bytes: range.lowerBound)
    return "from \(low) to \(ConfigurationValue.print(bytes: range.upperBound))"
  }
}
