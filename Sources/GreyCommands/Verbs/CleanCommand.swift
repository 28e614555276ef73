// `clean`: remove the records of clusters that are gone.

import ArgumentParser
import Foundation
import GreyBasics
import GreyEvents

package struct CleanCommand: Verb {
  package static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "clean", abstract: "Remove the records (logs, configurations) of past runs.",
      discussion: """
        The record of a cluster that is up stays.

          $ greywave clean
          $ greywave clean --keep 5 --name tiny
        """)
  }
  @OptionGroup package var cluster: ClusterOptions
  @Option(help: "How many of the youngest to keep.")
  package var keep = 0
  package init() {}
  package var wantsJSON: Bool { cluster.json }

  package func validate() throws {
    if keep < 0 { throw ValidationError("--keep must not be negative") }
  }

  package func execute(_ context: CommandContext) throws -> CommandStatus {
    let paths = try cluster.paths(context)
    let removed = RunRecord.prune(in: paths, keeping: keep)
    // The folder goes with its last record.
    rmdir(paths.records)
    let left = RunRecord.all(in: paths)
    let result = CleanResult(
      name: paths.name.description, removed: removed.map(\.path), left: left.map(\.path))
    context.print(result, json: cluster.json) { _ in
      "\(Text.plural(removed.count, "record")) of '\(paths.name)' removed"
        + (left.isEmpty ? "" : ", \(left.count) left in \(paths.records)")
    }
    return .ok
  }
}

package struct CleanResult: ControlResult {
  package static let schema = "greywave.clean/1"
  package var name: String
  package var removed: [String]
  package var left: [String]
}
