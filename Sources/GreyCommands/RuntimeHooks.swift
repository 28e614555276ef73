// What the command line needs from the floors below it: four functions.
//
// `coordinator` and `node` become the process they are named after; `bench` measures; `workloads`
// names what can be run. They are values, so that tests of the command line need no cluster.

import GreyEvents

/// All that a coordinator or node process is told when it starts.
package struct ProcessLaunch: Sendable {
  package var paths: ClusterPaths
  package var configuration: EffectiveConfiguration
  package var build: BuildIdentity
  /// Where it writes its log.
  package var record: RunRecord
  /// For a node: where the coordinator is. Empty for a coordinator.
  package var coordinatorEndpoint: String
  /// For a node: what programs print goes to descriptor 3, their errors to 4.
  package var printsOutput: Bool
  /// Coordinator only, and held while this value lives: see `ClusterPaths.lock`.
  package var lock: FileLockToken?

  package init(
    paths: ClusterPaths, configuration: EffectiveConfiguration, build: BuildIdentity,
    record: RunRecord, coordinatorEndpoint: String, printsOutput: Bool = false,
    lock: FileLockToken? = nil
  ) {
    self.paths = paths
    self.configuration = configuration
    self.build = build
    self.record = record
    self.coordinatorEndpoint = coordinatorEndpoint
    self.printsOutput = printsOutput
    self.lock = lock
  }
}

/// Keeps a lock held. It is never used, only kept, so it may go to any thread.
package final class FileLockToken: @unchecked Sendable {
  private let lock: FileLock
  package init(_ lock: FileLock) { self.lock = lock }
}

package struct RuntimeHooks: Sendable {
  /// Runs the coordinator until the cluster goes down.
  package var coordinator: @Sendable (ProcessLaunch) throws -> CommandStatus
  /// Runs a node until it leaves, is refused, or is an orphan for too long.
  package var node: @Sendable (ProcessLaunch) throws -> CommandStatus
  package var bench: @Sendable (BenchRequest, (BenchNews) -> Void) throws -> BenchResult
  package var workloads: @Sendable () -> [WorkloadDescription]

  package init(
    coordinator: @escaping @Sendable (ProcessLaunch) throws -> CommandStatus,
    node: @escaping @Sendable (ProcessLaunch) throws -> CommandStatus,
    bench: @escaping @Sendable (BenchRequest, (BenchNews) -> Void) throws -> BenchResult,
    workloads: @escaping @Sendable () -> [WorkloadDescription]
  ) {
    self.coordinator = coordinator
    self.node = node
    self.bench = bench
    self.workloads = workloads
  }
}

/// What can be run, and with which parameters.
package struct WorkloadDescription: Hashable, Sendable, Codable {
  package struct Parameter: Hashable, Sendable, Codable {
    package var name: String
    package var kind: String
    package var standard: String
    package var help: String
    package var range: String?
    /// A relative path is one from where the command is given.
    package var isFile: Bool
    package init(
      name: String, kind: String, standard: String, help: String, range: String? = nil,
      isFile: Bool = false
    ) {
      self.name = name
      self.kind = kind
      self.standard = standard
      self.help = help
      self.range = range
      self.isFile = isFile
    }
  }
  package var name: String
  package var summary: String
  package var parameters: [Parameter]
  package init(name: String, summary: String, parameters: [Parameter]) {
    self.name = name
    self.summary = summary
    self.parameters = parameters
  }
}

package struct WorkloadsResult: ControlResult {
  package static let schema = "greywave.workloads/1"
  package var workloads: [WorkloadDescription]
  package init(workloads: [WorkloadDescription]) { self.workloads = workloads }
}
