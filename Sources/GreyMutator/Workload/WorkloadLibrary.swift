// The workloads that this executable knows, by name.
//
// The library is handed downwards as a value: the engine and the workers never know which
// workloads exist, so adding one touches its own file and the list in the commands.

package struct WorkloadLibrary: Sendable {
  /// In the order given, which is the order of help texts.
  package let all: [any Workload.Type]

  package init(_ all: [any Workload.Type]) {
    self.all = all
    for (index, workload) in all.enumerated() {
      precondition(
        !all[..<index].contains { $0.name == workload.name }, "two workloads '\(workload.name)'")
    }
  }

  package func find(_ name: String) throws(WorkloadError) -> any Workload.Type {
    if let found = all.first(where: { $0.name == name }) { return found }
    let names = all.map { $0.name }
    if let nearest = NearestName.of(name, in: names) {
      throw WorkloadError("no workload '\(name)': did you mean '\(nearest)'?")
    }
    throw WorkloadError("no workload '\(name)': there are " + names.joined(separator: ", "))
  }

  /// A workload ready to run, with every given parameter checked.
  package func make(
    _ name: String, parameters: [(key: String, value: String)]
  ) throws -> any Workload {
    let type = try find(name)
    return try type.init(parameters: ParameterValues(parameters, for: type.parameters))
  }
}
