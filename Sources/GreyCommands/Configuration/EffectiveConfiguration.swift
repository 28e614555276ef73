// What holds, and why: defaults, then the file, then the environment, then flags.
//
// Every later layer wins. All problems of all layers are collected and told at once, each with its
// place (file and line, variable, flag), because being told of one typo at a time is no fun.
// Checks between keys come last and name the places of both.

import GreyBasics
import GreyEngine
import GreyEvents
import GreyMutator

/// Where the value of a key comes from.
package enum ConfigurationSource: Hashable, Sendable, CustomStringConvertible {
  case standard
  case file(String, line: Int)
  case environment(String)
  case flag(String)

  package var description: String {
    switch self {
    case .standard: "default"
    case .file(let path, let line): "\(path):\(line)"
    case .environment(let name): "environment \(name)"
    case .flag(let flag): flag
    }
  }
}

/// Everything that is wrong with a configuration.
package struct ConfigurationError: Error, Hashable, Sendable, CustomStringConvertible {
  package struct Problem: Hashable, Sendable {
    package var place: String
    package var text: String
    package init(_ place: String, _ text: String) {
      self.place = place
      self.text = text
    }
  }
  package var problems: [Problem]
  package init(_ problems: [Problem]) { self.problems = problems }
  package var description: String {
    problems.map { "\($0.place): \($0.text)" }.joined(separator: "\n")
  }
}

/// One key set by a flag: `--nodes 3` or `--option GOGC=50`.
package struct ConfigurationFlag: Hashable, Sendable {
  package var flag: String
  package var key: String
  package var value: String
  package init(_ flag: String, key: String, value: String) {
    self.flag = flag
    self.key = key
    self.value = value
  }
}

package struct EffectiveConfiguration: Hashable, Sendable {
  package private(set) var values = ClusterConfiguration()
  private var sources: [String: ConfigurationSource] = [:]
  private var problems: [ConfigurationError.Problem] = []

  /// Variables that begin with `GREYWAVE_` and are no keys.
  package static let otherVariables = [
    "GREYWAVE_CLUSTER", "GREYWAVE_CONFIG",
    // What the test suites go by; set while they start clusters.
    "GREYWAVE_BINARY", "GREYWAVE_ALL", "GREYWAVE_SEEDS", "GREYWAVE_FAULTS",
    "GREYWAVE_FAULT_SEED", "GREYWAVE_FAULT_ONLY", "GREYWAVE_FAULT_REPORT", "GREYWAVE_FUZZ",
  ]

  /// - Parameter file: the text of a YAML file and the name to call it by.
  package init(
    file: (name: String, text: String)? = nil, environment: [String: String] = [:],
    flags: [ConfigurationFlag] = []
  ) throws(ConfigurationError) {
    if let file { read(file.text, name: file.name) }
    read(environment: environment)
    for flag in flags { set(flag.key, to: flag.value, from: .flag(flag.flag)) }
    if problems.isEmpty { checkTogether() }
    if !problems.isEmpty { throw ConfigurationError(problems) }
  }

  /// Something else that was said leaves only one value for a key.
  /// - Parameter source: what that was.
  package mutating func imply(
    _ name: String, _ value: String, from source: String
  ) throws(ConfigurationError) {
    guard let key = ConfigurationKey.find(name), key.read(values) != value else { return }
    let present = self.source(of: name)
    guard present == .standard else {
      throw ConfigurationError([
        .init("\(present)", "\(name) = \(key.read(values)) does not go with \(source)")
      ])
    }
    set(name, to: value, from: .flag(source))
    if !problems.isEmpty { throw ConfigurationError(problems) }
  }

  package func source(of key: String) -> ConfigurationSource { sources[key] ?? .standard }

  private mutating func read(_ text: String, name: String) {
    do throws(ConfigurationError) {
      for entry in try ConfigurationFile.entries(of: text, name: name) {
        set(entry.key, to: entry.value, from: .file(name, line: entry.line))
      }
    } catch {
      problems += error.problems
    }
  }

  private mutating func read(environment: [String: String]) {
    let names = Dictionary(
      uniqueKeysWithValues: ConfigurationKey.all.map { ($0.environment, $0.name) })
    for (name, value) in environment.sorted(by: { $0.key < $1.key }) {
      if let key = names[name] {
        // As in Go, a variable set to nothing is not set.
        if !value.isEmpty { set(key, to: value, from: .environment(name)) }
      } else if name.hasPrefix("GREYWAVE_"), !Self.otherVariables.contains(name) {
        let known = names.keys.sorted() + Self.otherVariables
        problems.append(
          .init("environment \(name)", "there is no such setting" + Self.hint(name, known)))
      }
    }
  }

  private mutating func set(_ name: String, to text: String, from source: ConfigurationSource) {
    guard let key = ConfigurationKey.find(name) else {
      let hint = Self.hint(name, ConfigurationKey.all.map(\.name))
      problems.append(.init("\(source)", "unknown key '\(name)'" + hint))
      return
    }
    do throws(ValueProblem) {
      try key.write(&values, text)
      sources[name] = source
    } catch {
      problems.append(.init("\(source)", "\(name): \(error) (\(key.kind))"))
    }
  }

  private static func hint(_ name: String, _ known: [String]) -> String {
    NearestName.of(name, in: known).map { "; did you mean '\($0)'?" }
      ?? "; see configs/reference.yaml"
  }

  /// What no key can see by itself.
  private mutating func checkTogether() {
    func require(_ holds: Bool, _ keys: [String], _ text: String) {
      if holds { return }
      let place = keys.map(source(of:)).first { $0 != .standard } ?? .standard
      let values = keys.map { name in
        "\(name) = \(ConfigurationKey.find(name)!.read(self.values)) (\(source(of: name)))"
      }
      problems.append(.init("\(place)", "\(text): \(values.joined(separator: ", "))"))
    }
    let v = values
    require(
      v.heapLimit ?? 0 <= v.heapArena, ["heap_limit", "heap_arena"],
      "the heap limit is larger than the arena")
    require(
      v.minimumHeap <= v.heapLimit ?? .max, ["minimum_heap", "heap_limit"],
      "no cycle would start below the heap limit")
    require(
      v.heartbeat * 2 <= v.fenceAfter, ["heartbeat", "fence_after"],
      "a node would be fenced between two heartbeats; fence_after must be twice heartbeat or more")
    require(
      v.stopLimit < v.fenceAfter, ["stop_limit", "fence_after"],
      "a node that is slow to stop would be fenced before its stop is cancelled")
    require(
      v.linkAcknowledgeAfter < v.linkResendAfter, ["link_acknowledge_after", "link_resend_after"],
      "every message would be sent twice")
    require(
      v.lab || v.without.isEmpty, ["without", "lab"],
      "rules can be switched off in a lab cluster only")
  }

  /// What is allowed, and seldom meant.
  package var warnings: [String] {
    let isBounded = values.goMemoryLimit != nil || values.heapLimit != nil
    return values.gogc == nil && !isBounded ? [LiveSetting.nothingStartsCycles] : []
  }
}

extension EffectiveConfiguration {
  /// Every key with its value and source, as a file that is read back as the same values.
  package var yaml: String {
    let lines = ConfigurationKey.all.map { key in
      ("\(key.name): \(ConfigurationFile.scalar(key.read(values)))", source(of: key.name))
    }
    let width = min(40, lines.map(\.0.count).max() ?? 0)
    return lines.map { line, source in
      line + String(repeating: " ", count: max(0, width - line.count)) + "  # \(source)\n"
    }.joined()
  }

  /// For the record of a run: every value with its source.
  package var json: JSON {
    .object(
      [.init("schema", .string("greywave.configuration/1"))]
        + ConfigurationKey.all.map { key in
          .init(
            key.name,
            .object([
              .init("value", .string(key.read(values))),
              .init("source", .string(source(of: key.name).description)),
            ]))
        })
  }
}
