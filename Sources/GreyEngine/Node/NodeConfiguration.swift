// What a node needs to know before it joins. What the coordinator decides (id, term, settings that
// change while running) comes with its welcome.

import GreyBasics
import GreyEvents
import GreyHeap
import GreyMutator
import GreyProtocol

package struct NodeConfiguration: Sendable {
  package var identity: NodeIdentity
  package var protocolConfiguration: ProtocolConfiguration
  package var link = LinkConfiguration()
  package var worker = WorkerConfiguration()
  package var workers = 1
  package var backgrounds = 1
  /// Address space reserved for the heap, in bytes; committed as the heap grows.
  package var arenaBytes = 64 << 30
  /// Bytes the heap may use; nil: what the machine has.
  package var limitBytes: Int?
  package var poisonsFreed = false
  /// Spans in which slots were freed are kept out of use until they have so many bytes; 0: none.
  package var quarantineBytes = 0
  package var scavengeAfter = Duration.seconds(5)
  /// GOGC in percent; nil: off.
  package var growthPercent: Int? = 100
  /// GOMEMLIMIT in bytes; nil: off.
  package var softLimitBytes: Int?
  package var minimumHeapBytes = 4 << 20
  /// Share of the workers' time that background marking may take.
  package var markUtilization = 0.25
  /// Objects that a mark worker scans before it looks up.
  package var quantumObjects = 4_096
  /// How long a node that leaves waits for its tasks to end and its messages to be placed.
  package var drainLimit = Duration.seconds(5)
  /// What is less important is not written to disk.
  package var logLevel = EventLevel.info
  /// References in one grey batch at most.
  package var batchReferences = 4_096
  /// A batch gathers for so long while there is something else to mark.
  package var greyAfter = Duration.milliseconds(1)

  package init(identity: NodeIdentity, protocolConfiguration: ProtocolConfiguration) {
    self.identity = identity
    self.protocolConfiguration = protocolConfiguration
  }

  package var cluster: String { identity.cluster }
  package var rules: RuleSet { protocolConfiguration.rules }

  /// A link that is quiet is judged by the same limit as a node that is.
  var linkInForce: LinkConfiguration {
    var link = link
    link.judgeSilence(by: protocolConfiguration.timeouts.fenceAfter)
    return link
  }

  /// A connection to a peer that is silent for so long, although it was asked, is broken. A link
  /// with something on its way finds that out sooner, and says who it was.
  package var peerSilenceLimit: Duration { protocolConfiguration.timeouts.fenceAfter / 2 }

  func heap(of node: NodeID) -> HeapConfiguration {
    HeapConfiguration(
      node: node, arenaBytes: arenaBytes, limitBytes: limitBytes, scavengeAfter: scavengeAfter,
      poisonFreed: poisonsFreed, quarantineBytes: quarantineBytes)
  }
}
