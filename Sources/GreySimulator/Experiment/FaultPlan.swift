// Which faults may come next in an experiment: each kind as often as its temper says, and never so
// that nothing is left to collect. What mends a fault may come at any time after it.

import GreyEngine

struct FaultPlan {
  /// How often each kind may still come.
  private var left: FaultCounts
  /// Channels of links, so that a seed with many of them is not slowed down by the list.
  private static let channelsAtMost = 8

  init(_ temper: Temper) { left = temper.faults }

  /// In an order that depends on the world alone.
  func possible(in cluster: SimulatedCluster, _ actors: inout [Actor]) {
    func add(_ fault: Fault) { actors.append(.fault(fault)) }
    for channel in cluster.network.clogged { add(.unclog(channel)) }
    for process in cluster.processes where process.isAlive && process.isStalled {
      add(.wake(process.index))
    }
    guard left.isAny else { return }
    let present = cluster.processes.filter { $0.core != nil }
    if left.disconnects > 0 { disconnects(among: present, add) }
    if left.duplicates > 0 || left.drops > 0 || left.clogs > 0 { channels(of: cluster, add) }
    if present.count > 1 {
      for process in present {
        if left.deaths > 0 {
          add(.kill(process.index))
          add(.crash(process.index))
        }
        if left.returns > 0 { add(.restart(process.index)) }
        if left.leaves > 0 { add(.leave(process.index)) }
      }
    }
    if left.stalls > 0 {
      for process in present where !process.isStalled { add(.stall(process.index)) }
    }
    if left.joins > 0 { add(.join) }
    if left.restarts > 0 { add(.restartCoordinator) }
    if left.boundaries > 0, cluster.isBetweenPhases { add(.restartCoordinatorBetweenPhases) }
  }

  private func disconnects(among present: [SimulatedProcess], _ add: (Fault) -> Void) {
    for (place, process) in present.enumerated() {
      add(.disconnect(.coordinator, .process(process.index)))
      if process.hasLine { add(.disconnect(.line(process.index), .process(process.index))) }
      // Of many processes only neighbours: all pairs would be most of what there is to choose from.
      for other in present[(place + 1)...].prefix(Self.channelsAtMost) {
        add(.disconnect(.process(process.index), .process(other.index)))
      }
    }
  }

  private func channels(of cluster: SimulatedCluster, _ add: (Fault) -> Void) {
    var seen = 0
    cluster.network.forEachDeliverable { channel in
      seen += 1
      if case .client = channel.from { return true }
      if case .client = channel.to { return true }
      if left.clogs > 0 { add(.clog(channel)) }
      if !channel.from.isCoordinator, !channel.to.isCoordinator {
        if left.duplicates > 0 { add(.duplicate(channel)) }
        if left.drops > 0 { add(.drop(channel)) }
      }
      return seen < Self.channelsAtMost
    }
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
    case .unclog, .wake: break
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

  package init() {}
  package var isAny: Bool { self != FaultCounts() }
}
