// The runs of a cluster, from their start until the oldest of the ended ones are forgotten.
//
// A coordinator dies, its runs go on. What a successor has to say of them is durable: when each
// began, by the calendar, because nothing promises that two processes count the same moments; how
// many cycles there were by then; and the last ones that ended, as `ps` showed them.

import GreyBasics
import GreyEvents
import GreyWire

package struct RunRecord: Sendable {
  package enum State: String, Sendable { case running, ended, cancelled }
  package var description: RunDescription
  package var state = State.running
  /// By the calendar; wrong by as much as the host's clock was set meanwhile.
  package var started: WallTime
  /// Since when this coordinator has counted its time, and what there was before.
  package var countedFrom: Moment
  package var countedBefore = Duration.zero
  package var endedAt: Moment?
  package var ok = false
  package var message = ""
  /// The workload's own result.
  package var result = JSON.null
  package var cyclesAtStart: UInt64
  package var cyclesAtEnd: UInt64 = 0
  /// The first that one of its tasks touched.
  package var lostObject: String?
  /// The first of its nodes that is gone, and when the run is ended for it.
  var loss: (node: NodeID, endsAt: Moment)?
  /// When it is cancelled because its tasks do not end; never, without a duration.
  var overdueAt = Moment.distantFuture
  var isOverdue = false
  /// It failed because a task got no memory.
  var lackedMemory = false

  package func elapsed(at now: Moment) -> Duration {
    countedBefore + ((endedAt ?? now) - countedFrom)
  }
}

/// A run that is over, while some node may still have its tasks.
///
/// The order to drop it may be lost with a connection, and the coordinator die before that node is
/// back. So it is durable until every member has answered in a cycle that began afterwards: that
/// cycle's messages went the same way in the same order, and who came on a new connection was told
/// all orders again. Cycles come at least every two minutes, so there are few of these, and they
/// are small.
struct EndedRun: Hashable {
  var run: RunID
  var nodes: [NodeID]
  /// The highest epoch at its end.
  var epoch: Epoch
}

/// What is durable of a run that goes on.
struct StartedRun {
  var description: RunDescription
  var started: WallTime
  var cyclesAtStart: UInt64
  var lostObject: String?
}

struct RunTable {
  /// In the order of their ids.
  private(set) var records: [RunRecord] = []
  private(set) var nextRun: UInt64
  private static let keptEnded = 100
  /// In the order in which they ended.
  private(set) var untold: [EndedRun]
  private static let mostUntold = 1_000
  /// The last that ended, under whichever coordinator, in that order: durable, and so fewer.
  private(set) var history: [RunSummary]
  private static let mostHistory = 20

  /// What a predecessor left behind.
  /// - Parameter grace: of a run whose duration is over. All of it is given again: while there was
  ///   no coordinator nobody could hear that the run had ended.
  init(_ memory: EngineMemory, now: Moment, wall: WallTime, grace: Duration = .zero) {
    nextRun = memory.nextRun
    untold = memory.ended
    history = memory.history
    records = memory.runs.map { run in
      let past = max(.zero, wall - run.started)
      var record = RunRecord(
        description: run.description, started: run.started, countedFrom: now,
        countedBefore: past, cyclesAtStart: run.cyclesAtStart, lostObject: run.lostObject)
      record.limit(from: now, past: past, grace: grace)
      return record
    }
  }

  mutating func noteEnd(_ run: RunSummary, epoch: Epoch) {
    untold.append(EndedRun(run: run.run, nodes: run.nodes, epoch: epoch))
    if untold.count > Self.mostUntold { untold.removeFirst() }
    history.append(run)
    if history.count > Self.mostHistory { history.removeFirst() }
  }

  /// Every member has answered in a cycle of this epoch. True if that changes what is durable.
  mutating func noteCycle(_ epoch: Epoch) -> Bool {
    let before = untold.count
    untold.removeAll { $0.epoch < epoch }
    return untold.count < before
  }

  /// Runs that ended under a predecessor and that a node may have still.
  func over(on node: NodeID) -> [RunID] {
    untold.filter { end in
      end.nodes.contains(node) && !records.contains { $0.description.run == end.run }
    }.map(\.run)
  }

  /// Those that ended under a predecessor, as far as they are remembered.
  var past: [RunSummary] {
    history.filter { ended in !records.contains { $0.description.run == ended.run } }
  }

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
  var isRunning: Bool { records.contains { $0.state == .running } }

  /// When a run has to be ended, for the loss of a node or because its time is over.
  var nextEnd: Moment {
    var next = Moment.distantFuture
    for record in records where record.state == .running {
      next = min(next, record.overdueAt, record.loss?.endsAt ?? .distantFuture)
    }
    return next
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

extension RunRecord {
  /// The time that its tasks were given.
  var duration: Duration {
    .nanoseconds(Int64(clamping: description.durationNanoseconds))
  }

  /// Whoever was given a duration may need it and the grace, and the grace from now on at least.
  mutating func limit(from now: Moment, past: Duration = .zero, grace: Duration) {
    guard description.durationNanoseconds > 0 else { return }
    overdueAt = now + max(.zero, duration - past) + grace
  }

  var durable: StartedRun {
    StartedRun(
      description: description, started: started, cyclesAtStart: cyclesAtStart,
      lostObject: lostObject)
  }
}
