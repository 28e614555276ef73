// Which faults may come next in an experiment: each kind as often as its temper says, and never so
// that nothing is left to collect. What mends a fault may come at any time after it.

import GreyEngine

struct FaultPlan {
  /// How often each kind may still come.
  private var left: FaultCounts
  /// Channels, so that a seed with many of them is not slowed down by the list.
  private static let channelsAtMost = 8
  // Used again before every turn: channels that could deliver, and those of them that are links.
  private var all: [Channel] = []
  private var links: [Channel] = []

  init(_ temper: Temper) { left = temper.faults }

  /// In an order that depends on the world alone.
  mutating func possible(in cluster: SimulatedCluster, _ candidates: inout [Candidate]) {
    func add(_ fault: Fault) { candidates.append(.fault(fault)) }
    for channel in cluster.network.clogged { add(.unclog(channel)) }
    if cluster.network.partition != nil { add(.heal) }
    var present = 0
    for process in cluster.processes where process.isAlive {
      if process.isStalled { add(.wake(process.index)) }
      if process.core != nil { present += 1 }
    }
    if !cluster.isCoordinatorUp { add(.reviveCoordinator) }
    if cluster.isCoordinatorStalled { add(.wakeCoordinator) }
    guard left.isAny else { return }
    if left.disconnects > 0 { disconnects(of: cluster, add) }
    if left.duplicates > 0 || left.drops > 0 || left.clogs > 0 { channels(of: cluster, add) }
    if left.partitions > 0, cluster.network.partition == nil { partitions(of: cluster, add) }
    if present > 1, left.deaths > 0 || left.returns > 0 || left.leaves > 0 {
      for process in cluster.processes where process.core != nil {
        if left.deaths > 0 {
          add(.kill(process.index))
          add(.crash(process.index))
        }
        if left.returns > 0 { add(.restart(process.index)) }
        if left.leaves > 0 { add(.leave(process.index)) }
      }
    }
    if left.stalls > 0 {
      for process in cluster.processes where process.core != nil && !process.isStalled {
        add(.stall(process.index))
      }
    }
    if left.joins > 0 { add(.join) }
    if left.cancels > 0, cluster.view.isRunning { add(.cancelRun) }
    if cluster.isCoordinatorRunning { coordinator(of: cluster, add) }
  }

  private func coordinator(of cluster: SimulatedCluster, _ add: (Fault) -> Void) {
    if left.restarts > 0 { add(.restartCoordinator) }
    if left.boundaries > 0, cluster.isBetweenPhases { add(.restartCoordinatorBetweenPhases) }
    if left.absences > 0 { add(.killCoordinator) }
    if left.halfTurns > 0, !cluster.diesInTurn { add(.killCoordinatorInTurn) }
    if left.coordinatorStalls > 0 { add(.stallCoordinator) }
  }

  /// The same border for a while, then the next one.
  private func partitions(of cluster: SimulatedCluster, _ add: (Fault) -> Void) {
    let count = cluster.processes.count
    guard count > 0 else { return }
    for way in Partition.Way.allCases {
      add(.partition(Partition(from: cluster.steps / 256 % count, way)))
    }
  }

  private func disconnects(of cluster: SimulatedCluster, _ add: (Fault) -> Void) {
    for (place, process) in cluster.processes.enumerated() where process.core != nil {
      if cluster.isCoordinatorUp { add(.disconnect(.coordinator, .process(process.index))) }
      if process.hasLine { add(.disconnect(.line(process.index), .process(process.index))) }
      // Of many processes only neighbours: all pairs would be most of what there is to choose from.
      var left = Self.channelsAtMost
      for other in cluster.processes[(place + 1)...] where left > 0 && other.core != nil {
        left -= 1
        add(.disconnect(.process(process.index), .process(other.index)))
      }
    }
  }

  /// Of the many only some, which move on with time: all of them would be most of what there is to
  /// choose from, and the first of them are the coordinator's.
  private mutating func channels(of cluster: SimulatedCluster, _ add: (Fault) -> Void) {
    let first = cluster.steps / 64 * Self.channelsAtMost
    links.removeAll(keepingCapacity: true)
    all.removeAll(keepingCapacity: true)
    cluster.network.forEachDeliverable { channel in
      if case .client = channel.from { return true }
      if case .client = channel.to { return true }
      all.append(channel)
      if !channel.from.isCoordinator, !channel.to.isCoordinator { links.append(channel) }
      return true
    }
    func some(_ channels: [Channel], _ body: (Channel) -> Void) {
      for place in 0..<min(Self.channelsAtMost, channels.count) {
        body(channels[(first + place) % channels.count])
      }
    }
    if left.clogs > 0 { some(all) { add(.clog($0)) } }
    if left.duplicates > 0 { some(links) { add(.duplicate($0)) } }
    if left.drops > 0 { some(links) { add(.drop($0)) } }
  }

  mutating func happened(_ fault: Fault) {
    switch fault {
    case .disconnect: left.disconnects -= 1
    case .duplicate: left.duplicates -= 1
    case .drop: left.drops -= 1
    case .clog: left.clogs -= 1
    case .kill, .crash: left.deaths -= 1
    case .restart: left.returns -= 1
    case .stall: left.stalls -= 1
    case .leave: left.leaves -= 1
    case .join: left.joins -= 1
    case .restartCoordinator: left.restarts -= 1
    case .restartCoordinatorBetweenPhases: left.boundaries -= 1
    case .killCoordinator: left.absences -= 1
    case .killCoordinatorInTurn: left.halfTurns -= 1
    case .stallCoordinator: left.coordinatorStalls -= 1
    case .partition: left.partitions -= 1
    case .cancelRun: left.cancels -= 1
    case .unclog, .wake, .reviveCoordinator, .wakeCoordinator, .heal: break
    }
  }
}

/// How often each kind of fault may come.
package struct FaultCounts: Hashable, Sendable, Codable {
  package var disconnects = 0
  package var duplicates = 0
  package var drops = 0
  package var clogs = 0
  package var deaths = 0
  package var returns = 0
  package var stalls = 0
  package var leaves = 0
  package var joins = 0
  package var restarts = 0
  package var boundaries = 0
  package var partitions = 0
  package var absences = 0
  package var halfTurns = 0
  package var coordinatorStalls = 0
  package var cancels = 0

  package init() {}
  package var isAny: Bool { self != FaultCounts() }
}
