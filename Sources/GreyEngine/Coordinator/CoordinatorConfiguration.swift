// What a coordinator needs to know before it opens its sockets.

import GreyBasics
import GreyEvents
import GreyProtocol

package struct CoordinatorConfiguration: Sendable {
  package var cluster: String
  package var protocolConfiguration: ProtocolConfiguration
  /// A control request that nothing answers is ended after this.
  package var requestLimit = Duration.seconds(300)
  /// A run that somebody waits for and that neither ends nor is cancelled: this long, and the time
  /// that it was given.
  package var runLimit = Duration.seconds(86_400)
  /// A run one of whose nodes is gone fails by itself when a task touches what was there. If none
  /// does, it is ended after this.
  package var lossGrace = Duration.seconds(5)
  /// A run of limited duration ends by itself when its tasks see that the time is over, and have
  /// checked what they did. If they do neither, it is cancelled this long afterwards.
  package var durationGrace = Duration.seconds(10)
  /// The calendar time at which the engine is made: it has no clock of its own.
  package var wallTime = WallTime(nanoseconds: 0)
  /// A cycle starts after this long without one, unless GOGC is off.
  package var periodicCycle = Duration.seconds(120)
  /// How long `verify` may keep the world stopped.
  package var inspectionLease = Duration.seconds(120)

  /// Of runs that name none.
  package var seed: UInt64 = 1

  // What `status` says of this process.
  package var pid: Int32 = 0
  package var host = "localhost"
  package var version = "unknown"
  package var commit = "unknown"

  package init(cluster: String, protocolConfiguration: ProtocolConfiguration) {
    self.cluster = cluster
    self.protocolConfiguration = protocolConfiguration
  }
}
