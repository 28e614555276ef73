// What a coordinator needs to know before it opens its sockets.

import GreyBasics
import GreyEvents
import GreyProtocol

package struct CoordinatorConfiguration: Sendable {
  package var cluster: String
  package var protocolConfiguration: ProtocolConfiguration
  /// A control request that nothing answers is ended after this.
  package var requestLimit = Duration.seconds(300)
  /// The same for a question to every node that each answers at once.
  package var gatherLimit = Duration.seconds(10)
  /// A cycle that is walked by hand goes on by itself when whoever walks was not heard of for so
  /// long.
  package var walkPatience = Duration.seconds(5)
  /// How long the nodes may take to go when the cluster goes down.
  package var shutDownLimit = Duration.seconds(2)
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
  /// The nodes' heaps have a hard limit, near which cycles start.
  package var hasHeapLimit = false

  /// Of runs that name none.
  package var seed: UInt64 = 1

  // What `status` says of this process.
  package var pid: Int32 = 0
  /// See `HostName`.
  package var host: String
  package var version = "unknown"
  package var commit = "unknown"

  /// All limits that are not the protocol's, so many times as long.
  package mutating func scaleLimits(by timeScale: Double) {
    let limits: [WritableKeyPath<Self, Duration>] = [
      \.requestLimit, \.gatherLimit, \.walkPatience, \.shutDownLimit, \.lossGrace,
      \.durationGrace, \.inspectionLease,
    ]
    for limit in limits { self[keyPath: limit] = self[keyPath: limit] * timeScale }
  }

  package init(
    cluster: String, protocolConfiguration: ProtocolConfiguration, host: String = "localhost"
  ) {
    self.cluster = cluster
    self.host = host
    self.protocolConfiguration = protocolConfiguration
  }
}
