// Several processes' logs as one, in the order of time, while they grow.
//
// A pure reader: `wants` says which bytes of which file to read next, `take` gets them, `lines`
// gives out what is ready. Lines of one file keep their order whatever its clock did; between files
// the earlier time goes first, and equal times go by process name, so that the same files always
// merge the same way.
//
// While following, a line of one process may reach its file after a later line of another did. So
// `lines(until:)` holds back what is younger than a moment that the caller chooses (now, less a
// little patience); `lines()` gives everything when nothing more will come.
//
// A node has no number before it joined, and its first lines are signed with its pid. The
// coordinator's line about the join tells which node the process became, and filters take the
// first lines for that node's; while following they wait for that line.

import GreyBasics

package struct LogMerger: Sendable {
  private struct Source: Sendable {
    var name: String
    var reader: LogReader
    var waiting: [EventRecord] = []
    var head = 0
    /// The highest time given out or waiting so far: what keeps a file's own order.
    var lastKey = WallTime(nanoseconds: 0)
    var keys: [WallTime] = []
    var next: WallTime? { head < keys.count ? keys[head] : nil }
  }

  private var sources: [Source] = []
  private let filter: LogFilter
  private var sieve: CycleSieve?
  /// Which nodes a process has been, by its pid, as the coordinator says it.
  private var nodesOfPids: [Int: Set<NodeID>] = [:]
  /// Lines of processes that are no nodes yet, while it matters whose they are. Bounded.
  private var unnamed: [EventRecord] = []
  private static let mostUnnamed = 1_000
  /// Who has written anything so far, as the lines are signed.
  private var signatures: Set<ProcessName> = []
  /// The same, a process that has joined under the names of the nodes it became.
  package var writers: Set<ProcessName> {
    Set(
      signatures.flatMap { name -> [ProcessName] in
        guard case .joining(let pid) = name, let nodes = nodesOfPids[pid] else { return [name] }
        return nodes.map { .node($0) }
      })
  }

  package init(filter: LogFilter = LogFilter()) {
    self.filter = filter
    self.sieve = filter.cycle.map { CycleSieve(cycle: $0) }
  }

  /// Makes a file known; the same name again changes nothing. Give rotated files oldest first,
  /// each under its own name.
  package mutating func add(_ name: String) {
    if !sources.contains(where: { $0.name == name }) {
      sources.append(Source(name: name, reader: LogReader(since: filter.since)))
    }
  }

  /// Each file and the offset from which it is to be read.
  package var wants: [(name: String, offset: UInt64)] {
    sources.map { ($0.name, $0.reader.offset) }
  }

  package mutating func take(_ bytes: [UInt8], of name: String) {
    guard let index = sources.firstIndex(where: { $0.name == name }) else { return }
    for record in sources[index].reader.take(bytes) {
      sources[index].lastKey = max(sources[index].lastKey, record.time)
      sources[index].keys.append(sources[index].lastKey)
      sources[index].waiting.append(record)
      signatures.insert(record.process)
      if case .nodeJoined(let node, let pid, _, _, _) = record.event {
        nodesOfPids[pid, default: []].insert(node)
      }
    }
  }

  /// What is ready and wanted, up to and including `limit`.
  package mutating func lines(until limit: WallTime? = nil) -> [EventRecord] {
    let waiting = unnamed
    unnamed = []
    var out = waiting.filter { isWanted($0) }
    while let index = earliest(until: limit) {
      let record = sources[index].waiting[sources[index].head]
      sources[index].head += 1
      if sources[index].head == sources[index].waiting.count || sources[index].head >= 4_096 {
        sources[index].waiting.removeFirst(sources[index].head)
        sources[index].keys.removeFirst(sources[index].head)
        sources[index].head = 0
      }
      let candidates = sieve?.take(record) ?? [record]
      out += candidates.filter { isWanted($0) }
    }
    return out
  }

  /// Under any of the names that its writer has had. What nobody can tell yet is kept.
  private mutating func isWanted(_ record: EventRecord) -> Bool {
    if filter.accepts(record) { return true }
    guard filter.namesWriters, case .joining(let pid) = record.process else { return false }
    guard let nodes = nodesOfPids[pid] else {
      if unnamed.count < Self.mostUnnamed { unnamed.append(record) }
      return false
    }
    return nodes.contains { filter.accepts(record, writtenBy: .node($0)) }
  }

  /// Lines that no reader understood, and bytes of unfinished last lines.
  package var unreadable: Int { sources.reduce(0) { $0 + $1.reader.unreadable } }
  package var torn: Int { sources.reduce(0) { $0 + $1.reader.torn } }

  private func earliest(until limit: WallTime?) -> Int? {
    var best: Int?
    for index in sources.indices {
      guard let time = sources[index].next, limit.map({ time <= $0 }) ?? true else { continue }
      guard let chosen = best else {
        best = index
        continue
      }
      let other = sources[chosen].next!
      let here = sources[index].waiting[sources[index].head].process
      let there = sources[chosen].waiting[sources[chosen].head].process
      if time < other || (time == other && here < there) { best = index }
    }
    return best
  }
}
