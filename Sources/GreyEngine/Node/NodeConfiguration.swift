// What a node needs to know before it joins. What the coordinator decides (id, term, settings that
// change while running) comes with its welcome.

import GreyBasics
import GreyHeap
import GreyProtocol

package struct NodeConfiguration: Sendable {
  package var cluster: String
  package var host = "localhost"
  package var pid: UInt32 = 0
  package var processStart: UInt64 = 0
  /// Where peers reach this node.
  package var endpoint: String
  package var workers = 1
  package var backgrounds = 1
  /// Address space reserved for the heap, in bytes; committed as the heap grows.
  package var arenaBytes = 64 << 30
  /// Bytes the heap may use; nil: what the machine has.
  package var limitBytes: Int?
  package var poisonsFreed = false
  package var scavengeAfter = Duration.seconds(5)
  /// GOGC in percent; nil: off.
  package var growthPercent: Int? = 100
  /// GOMEMLIMIT in bytes; nil: off.
  package var softLimitBytes: Int?
  package var minimumHeapBytes = 4 << 20
  /// References in one grey batch at most.
  package var batchReferences = 4_096
  package var linkWindowBytes = 16 << 20
  package var timeouts = ProtocolConfiguration()
  package var rules = RuleSet.all

  package init(cluster: String, endpoint: String) {
    self.cluster = cluster
    self.endpoint = endpoint
  }
}
