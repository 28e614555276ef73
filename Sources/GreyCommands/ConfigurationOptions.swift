// The options that change a configuration, the same for every verb that starts a process.

import ArgumentParser
import Foundation
import GreyEvents

package struct ConfigurationOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "A configuration file (YAML). Default: GREYWAVE_CONFIG, else none.", valueName: "file"),
    completion: .file(extensions: ["yaml", "yml"]))
  package var config: String?

  @Option(help: ArgumentHelp("How many nodes.", valueName: "count"))
  package var nodes: String?

  @Option(help: "How processes reach each other: ipc or tcp.", completion: .list(["ipc", "tcp"]))
  package var transport: String?

  @Option(
    help: ArgumentHelp(
      "Set any key of the configuration; may be given several times.", valueName: "key=value"),
    completion: .list(ConfigurationKey.all.map { $0.name + "=" }))
  package var option: [String] = []

  @Flag(help: "A laboratory cluster: rules may be switched off, every line is marked unsafe.")
  package var lab = false

  @Option(
    help: ArgumentHelp(
      "Switch a rule of the marking protocol off (needs --lab); may be given several times.",
      valueName: "rule"),
    completion: .list(ConfigurationReference.rules))
  package var without: [String] = []

  package init() {}

  package func effective(_ context: CommandContext) throws -> EffectiveConfiguration {
    var flags: [ConfigurationFlag] = []
    if let nodes { flags.append(.init("--nodes", key: "nodes", value: nodes)) }
    if let transport { flags.append(.init("--transport", key: "transport", value: transport)) }
    if lab { flags.append(.init("--lab", key: "lab", value: "true")) }
    if !without.isEmpty {
      let rules = without.joined(separator: ",")
      flags.append(.init("--without", key: "without", value: rules))
    }
    for text in option {
      let (key, value) = try Self.split(text, flag: "--option")
      flags.append(.init("--option", key: key, value: value))
    }
    return try EffectiveConfiguration(
      file: try file(context), environment: context.environment, flags: flags)
  }

  private func file(_ context: CommandContext) throws -> (name: String, text: String)? {
    let variable = context.environment["GREYWAVE_CONFIG"].flatMap { $0.isEmpty ? nil : $0 }
    guard let path = config ?? variable else { return nil }
    do {
      return (path, try String(contentsOfFile: path, encoding: .utf8))
    } catch {
      let place = config != nil ? "--config" : "GREYWAVE_CONFIG"
      throw CommandFailure(.usage, "\(place): cannot read \(path)")
    }
  }

  /// `key=value`.
  package static func split(
    _ text: String, flag: String
  ) throws -> (key: String, value: String) {
    guard let equals = text.firstIndex(of: "="), equals > text.startIndex else {
      throw CommandFailure(.usage, "\(flag): '\(text)' is not key=value")
    }
    return (String(text[..<equals]), String(text[text.index(after: equals)...]))
  }
}
