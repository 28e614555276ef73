// What is looked at whenever something is decided, swept or logged, and when barriers change.
//
// Every check holds whichever rules are in force: without one of them a check that comes before the
// oracle's is what catches it.

import GreyBasics
import GreyCollector
import GreyEngine
import GreyEvents
import GreyMutator
import GreyProtocol

extension ExperimentWorld {
  func check(marked epoch: Epoch?) throws {
    let check = WorldCheck(cluster, marked: epoch)
    verdict.objectsChecked += check.reachable
    if let loss = check.losses.first {
      lost = loss.references
      throw found(
        .lostObject, "\(loss)", nature: "\(loss.root), \(loss.isFreed ? "freed" : "white")")
    }
  }

  func decided(_ epoch: Epoch, in cluster: SimulatedCluster) throws {
    verdict.cycles += 1
    decided.insert(epoch)
    try check(marked: epoch)
    try checkMembers(decided: epoch)
  }

  /// From the decision on nobody can take the epoch back, so it must be true: every member that
  /// lives has its barrier on for it, has nothing grey, and has received what was sent to it.
  func checkMembers(decided epoch: Epoch) throws {
    let members = cluster.coordinator.memberNodes
    let cores = cluster.processes.compactMap(\.core).filter { members.contains($0.node) }
    for core in cores where core.collector.armedEpoch != epoch {
      try complain(
        .barrierOff,
        "\(core.node) marks epoch \(core.collector.armedEpoch) when \(epoch) is decided",
        nature: "decided")
    }
    let reports = cores.map { (node: $0.node, report: $0.collector.report()) }
    for (node, report) in reports {
      if !report.isQuiescent {
        try complain(.countMismatch, "\(node) still has something grey", nature: "grey")
      }
      for channel in report.channels {
        guard let peer = reports.first(where: { $0.node == channel.peer })?.report,
          let back = peer.channels.first(where: { $0.peer == node }), channel.sent != back.received
        else { continue }
        try complain(
          .countMismatch,
          "\(node) has sent \(channel.sent) references to \(channel.peer), which has received "
            + "\(back.received)", nature: "counts")
      }
    }
  }

  /// A node that runs and marks an epoch that can still be swept relies on everybody else's
  /// barrier. Every other member has armed that epoch, or stands still and will. Who has armed it
  /// and has given it up since is no member that could be asked to confirm it: nobody sweeps it.
  func checkBarriers() throws {
    var hasChanged = false
    for process in cluster.processes where process.hasChanged {
      while barriers.count <= process.index { barriers.append(BarrierGlance()) }
      if barriers[process.index].look(at: process) { hasChanged = true }
    }
    guard hasChanged, let epoch = cluster.view.phase.undecided, epoch > cluster.view.decided,
      let marker = barriers.first(where: { $0.armed == epoch && !$0.isStopping })
    else { return }
    let members = cluster.coordinator.memberNodes
    for other in barriers
    where other.isAlive && other.lastArmed < epoch && !other.isParked
      && members.contains(other.node)
    {
      try complain(
        .barrierOff, "\(other.node) runs without a barrier while \(marker.node) marks \(epoch)",
        nature: "running")
    }
  }

  func sweeps(_ epoch: Epoch, at process: SimulatedProcess, in cluster: SimulatedCluster) throws {
    if !decided.contains(epoch) {
      try complain(.undecidedSweep, "process \(process.index) sweeps epoch \(epoch)")
    }
  }

  func swept(at process: SimulatedProcess, in cluster: SimulatedCluster) throws {
    try check(marked: nil)
  }

  func logged(_ event: Event, by process: Int, in cluster: SimulatedCluster) throws {
    if isHashing {
      let record = EventRecord(
        time: WallTime(nanoseconds: 0), moment: cluster.now,
        process: process < 0 ? .coordinator : .node(NodeID(process + 1)), event: event)
      for byte in EventLine.encode(record).utf8 {
        hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
      }
    }
    if case .lostObject(_, _, _, let detail) = event { throw found(.freedSlot, detail) }
  }

  private func complain(_ kind: Violation.Kind, _ detail: String, nature: String = "") throws {
    if !experiment.tolerated.contains(kind) { throw found(kind, detail, nature: nature) }
  }
}

/// What a process showed of its barrier when it was last looked at.
struct BarrierGlance: Hashable {
  var node = NodeID.none
  var isAlive = false
  var armed = Epoch.zero
  var lastArmed = Epoch.zero
  /// Its workers are to park, or are parked.
  var isStopping = false
  var isParked = false

  /// Whether anything is otherwise than before.
  mutating func look(at process: SimulatedProcess) -> Bool {
    guard let core = process.core else {
      defer { isAlive = false }
      return isAlive
    }
    let armed = core.collector.armedEpoch
    let stop = core.stop
    let isStopping = stop.requested != 0
    let isParked = isStopping && stop.allParked
    if isAlive, armed == self.armed, isStopping == self.isStopping, isParked == self.isParked {
      return false
    }
    // A process has one node in its life.
    node = core.node
    isAlive = true
    self.armed = armed
    lastArmed = max(lastArmed, armed)
    self.isStopping = isStopping
    self.isParked = isParked
    return true
  }
}
