// Which lines of a log somebody wants to see.

import GreyBasics

package struct LogFilter: Hashable, Sendable {
  /// Written by one of these; empty means by anybody.
  package var processes: Set<ProcessName> = []
  /// Of this cycle: its number as `cycle_finished` says it.
  package var cycle: Int?
  /// Written by this node or about it.
  package var node: NodeID?
  package var level: EventLevel = .debug
  package var since: WallTime?
  package var run: RunID?

  package init() {}

  package func accepts(_ record: EventRecord) -> Bool {
    accepts(record, writtenBy: record.process)
  }

  /// Whether it depends on who wrote a line.
  package var namesWriters: Bool { !processes.isEmpty || node != nil }
  /// Whether there is anything that it does not accept.
  package var isSelective: Bool { self != LogFilter() }

  /// - Parameter process: under which name, where a process has had several.
  package func accepts(_ record: EventRecord, writtenBy process: ProcessName) -> Bool {
    if record.level < level { return false }
    if let since, record.time < since { return false }
    if !processes.isEmpty, !processes.contains(process) { return false }
    if let node, process != .node(node), !record.event.concerns(node) { return false }
    if let run, record.event.run != run { return false }
    return true
  }
}

/// Finds the lines of one cycle. Lines carry the epoch of their attempt; which cycle an epoch was
/// is known once it finished. So the lines of an epoch are kept back until its `cycle_finished`
/// comes, and let go when that of another cycle comes: of this one and of those before it, because
/// the next cycle may have begun by then. The number kept is bounded by `limit` lines;
/// beyond it the oldest are dropped, because they are from attempts that never completed.
package struct CycleSieve {
  private let cycle: Int
  private let limit: Int
  private var held: [EventRecord] = []
  private var epoch: Epoch?

  package init(cycle: Int, limit: Int = 100_000) {
    self.cycle = cycle
    self.limit = limit
  }

  /// What can be said to belong to the cycle now, in order.
  package mutating func take(_ record: EventRecord) -> [EventRecord] {
    if let epoch { return record.epoch == epoch ? [record] : [] }
    guard record.epoch != .zero else { return [] }
    held.append(record)
    if case .cycleFinished(let figures) = record.event {
      guard figures.cycle == cycle else {
        held.removeAll { $0.epoch <= record.epoch }
        return []
      }
      defer { held = [] }
      epoch = record.epoch
      return held.filter { $0.epoch == record.epoch }
    }
    if held.count > limit { held.removeFirst(held.count - limit) }
    return []
  }
}
