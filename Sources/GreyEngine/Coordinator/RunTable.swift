// The runs of a cluster, from their start until the oldest of the ended ones are forgotten.

import GreyBasics
import GreyEvents
import GreyWire

package struct RunRecord: Sendable {
  package enum State: String, Sendable { case running, ended, cancelled }
  package var description: RunDescription
  package var state = State.running
  package var startedAt: Moment
  package var endedAt: Moment?
  package var ok = false
  package var message = ""
  /// The workload's own result.
  package var result = JSON.null
  package var cyclesAtStart: UInt64
  package var cyclesAtEnd: UInt64 = 0
  package var lostObjects: [String] = []
}

struct RunTable {
  /// In the order of their ids.
  private(set) var records: [RunRecord] = []
  private(set) var nextRun: UInt64
  private static let keptEnded = 100

  init(nextRun: UInt64) { self.nextRun = nextRun }

  subscript(_ run: RunID) -> RunRecord? {
    get { records.first { $0.description.run == run } }
    set {
      guard let newValue,
        let index = records.firstIndex(where: { $0.description.run == run })
      else { return }
      records[index] = newValue
    }
  }

  var running: [RunRecord] { records.filter { $0.state == .running } }

  /// Runs of a predecessor that are over, as far as one can know: of those that still ran it wrote
  /// the descriptions down. It may have ended between forgetting a run and being heard by every
  /// node, so the newest of them have to be called off again.
  var inherited: [RunID] {
    let first = max(1, nextRun > UInt64(Self.keptEnded) ? nextRun - UInt64(Self.keptEnded) : 1)
    return (first..<max(first, nextRun)).map(RunID.init).filter { self[$0] == nil }
  }

  mutating func takeID() -> RunID {
    defer { nextRun += 1 }
    return RunID(rawValue: nextRun)
  }

  mutating func add(_ record: RunRecord) {
    records.append(record)
    let ended = records.filter { $0.state != .running }
    if ended.count > Self.keptEnded {
      let oldest = ended[0].description.run
      records.removeAll { $0.description.run == oldest }
    }
  }
}
