// `set`: change a setting of a running cluster.

import ArgumentParser
import GreyBasics
import GreyEvents
import GreyMutator

package struct SetCommand: RequestVerb {
  package static var configuration: CommandConfiguration {
    let keys = ConfigurationKey.all.filter(\.isLive).map(\.name).joined(separator: ", ")
    return CommandConfiguration(
      commandName: "set", abstract: "Change a setting of a running cluster.",
      discussion: """
          $ greywave set GOGC 50
          $ greywave set GOMEMLIMIT 256MiB
          $ greywave set log_level debug

        What can be changed:
          \(keys).
        """)
  }
  @OptionGroup package var cluster: ClusterOptions
  @Argument(
    help: "The setting.",
    completion: .list(ConfigurationKey.all.filter(\.isLive).map(\.name)))
  package var key: String
  @Argument(help: "Its new value, or off.")
  package var value: String
  package init() {}

  package var request: ControlVerb {
    get throws {
      let live = ConfigurationKey.all.filter(\.isLive).map(\.name)
      guard let known = ConfigurationKey.find(key) else {
        let hint = NearestName.of(key, in: live).map { "; did you mean '\($0)'? What" }
        throw CommandFailure(
          .usage,
          "there is no setting '\(key)'\(hint ?? "; what") can be changed: "
            + live.joined(separator: ", "))
      }
      guard known.isLive else {
        throw CommandFailure(
          .usage,
          "\(key) holds from `up` to `down`; only a new cluster can have another. What can be "
            + "changed: \(live.joined(separator: ", "))")
      }
      // Refused here already, so that the message says what values there are.
      var probe = ClusterConfiguration()
      do throws(ValueProblem) {
        try known.write(&probe, value)
      } catch {
        throw CommandFailure(.usage, "\(key): \(error) (\(known.kind))")
      }
      return .set(key: key, value: known.read(probe))
    }
  }

  package func shown(_ answer: SetResult, _ context: CommandContext) throws -> SetResult {
    if let warning = answer.warning { context.note(warning) }
    return answer
  }

  package func render(_ answer: SetResult, _ style: Style) -> String {
    "\(answer.key): \(answer.previous) → \(style.title(answer.value)) on "
      + Text.plural(answer.nodes.count, "node")
  }
}
