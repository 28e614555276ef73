// What is looked at whenever something is decided, swept or logged.

import GreyBasics
import GreyCollector
import GreyEngine
import GreyEvents
import GreyProtocol

extension ExperimentWorld {
  func check(marked epoch: Epoch?) throws {
    let check = WorldCheck(cluster, marked: epoch)
    verdict.objectsChecked += check.allocated
    if let loss = check.losses.first {
      lost = loss.references
      throw found(.lostObject, "\(loss)")
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
  private func checkMembers(decided epoch: Epoch) throws {
    guard experiment.rules.isComplete else { return }
    let members = cluster.coordinator.memberNodes
    let cores = cluster.processes.compactMap(\.core).filter { members.contains($0.node) }
    for core in cores where core.collector.armedEpoch != epoch {
      throw found(
        .barrierOff,
        "\(core.node) marks epoch \(core.collector.armedEpoch) when \(epoch) is decided")
    }
    let reports = cores.map { (node: $0.node, report: $0.collector.report()) }
    for (node, report) in reports {
      if !report.isQuiescent { throw found(.countMismatch, "\(node) still has something grey") }
      for channel in report.channels {
        guard let peer = reports.first(where: { $0.node == channel.peer })?.report,
          let back = peer.channels.first(where: { $0.peer == node }), channel.sent != back.received
        else { continue }
        throw found(
          .countMismatch,
          "\(node) has sent \(channel.sent) references to \(channel.peer), which has received "
            + "\(back.received)")
      }
    }
  }

  func sweeps(_ epoch: Epoch, at process: SimulatedProcess, in cluster: SimulatedCluster) throws {
    if experiment.rules.contains(.undecidedNeverSweeps), !decided.contains(epoch) {
      throw found(.undecidedSweep, "process \(process.index) sweeps epoch \(epoch)")
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
}
