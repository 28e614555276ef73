// The only place that knows which mutators exist, and what the floors below do for each verb.

import GreyEvents
import GreyMutator
import GreyVM
import GreyWorkloads

extension RuntimeHooks {
  package static var live: RuntimeHooks {
    RuntimeHooks(
      coordinator: { try ProcessHooks(launch: $0, library: library).runCoordinator() },
      node: { try ProcessHooks(launch: $0, library: library).runNode() },
      bench: { try BenchSuite.runLive($0, news: $1) },
      workloads: { Workloads.all.map(WorkloadDescription.init) })
  }

  /// In the order of help texts; and what `run` makes of a Go program, which nobody names.
  static let library = WorkloadLibrary(Workloads.all + [ProgramWorkload.self])
}

extension WorkloadDescription {
  init(_ workload: any Workload.Type) {
    self.init(
      name: workload.name, summary: workload.summary,
      parameters: workload.parameters.map {
        Parameter(
          name: $0.name, kind: $0.kind.summary, standard: $0.standard, help: $0.help,
          range: nil, isFile: $0.kind == .file)
      })
  }
}
