// The only place that knows which mutators exist, and what the floors below do for each verb.

import GreyEvents

extension RuntimeHooks {
  package static var live: RuntimeHooks {
    RuntimeHooks(
      coordinator: { _ in throw absent("coordinator") }, node: { _ in throw absent("node") },
      bench: { try BenchSuite.runLive($0, news: $1) }, workloads: { [] })
  }

  private static func absent(_ what: String) -> CommandFailure {
    CommandFailure(.checkFailed, "this build has no \(what)")
  }
}
