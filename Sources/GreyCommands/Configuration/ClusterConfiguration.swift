// Everything that can be chosen about a cluster, in one struct, with its defaults.
//
// Each field has exactly one entry in `ConfigurationKey.all`, which gives it its name in files,
// its bounds and its documentation. The defaults are for a busy machine with two cores.

import GreyBasics

package struct ClusterConfiguration: Hashable, Sendable {
  package enum Transport: String, CaseIterable, Sendable { case ipc, tcp }
  package enum Detector: String, CaseIterable, Sendable {
    case channelCounts = "channel-counts"
    case fourCounters = "four-counters"
  }
  package enum LogLevel: String, CaseIterable, Sendable { case debug, info, warning, error }

  // The cluster.
  package var nodes = 4
  package var transport = Transport.ipc
  package var host = "127.0.0.1"
  package var advertise: String?
  /// Nil: the system's choice.
  package var port: Int?
  package var detector = Detector.channelCounts

  // A node.
  package var workers = 1
  package var markWorkers = 1
  package var quantumObjects = 4_096
  package var quantumMessages = 64
  package var mailboxLimit = 4_096

  // The heap.
  package var heapArena = 64 << 30
  package var heapLimit: Int?
  package var scavengeAfter = Duration.seconds(300)
  package var allocationPatience = Duration.seconds(30)

  // The pacer, under Go's names.
  /// Nil: off.
  package var gogc: Int? = 100
  /// Nil: off.
  package var goMemoryLimit: Int?
  package var minimumHeap = 4 << 20
  package var markUtilization = 25
  package var periodicCycle = Duration.seconds(120)

  // Time limits, all multiplied by `timeScale`.
  package var heartbeat = Duration.milliseconds(500)
  package var stopLimit = Duration.seconds(2)
  package var fenceAfter = Duration.seconds(10)
  package var orphanTimeout = Duration.seconds(60)
  package var launchTimeout = Duration.seconds(30)
  package var durationGrace = Duration.seconds(10)
  package var timeScale = 1.0

  // Links.
  package var linkWindow = 16 << 20
  package var linkAcknowledgeAfter = Duration.milliseconds(5)
  package var linkResendAfter = Duration.seconds(1)
  package var greyBatch = 4_096

  // Logs.
  package var logLevel = LogLevel.info
  package var logFileBytes = 16 << 20
  package var logFiles = 8

  // The laboratory.
  package var seed = 1
  package var lab = false
  package var without: [Rule] = []
  package var poisonFreed = false
  package var labQuarantine = 64 << 20

  package init() {}
}

extension ClusterConfiguration {
  package var rules: RuleSet { RuleSet(without: without) }

  /// A time limit on this machine: the configured one, stretched for slow builds.
  package func scaled(_ limit: Duration) -> Duration {
    .nanoseconds(Int64(clamping: Int(min(Double(limit.nanoseconds) * timeScale, 9e18))))
  }
}
