// A node's process in the simulated world: its engine, and what the schedule must know of its
// threads to give no turns to those who would only go on sleeping.

import GreyBasics
import GreyCollector
import GreyEngine
import GreyHeap
import GreyMutator

package final class SimulatedProcess {
  package let index: Int
  package let engine: NodeEngine
  package internal(set) var isAlive = true
  package internal(set) var exitReason: String?
  /// Where it listens. Whoever listens there now gets what is sent to it, as with a real endpoint.
  package let place: Int
  let clock: Clock
  /// It stands still; what is sent to it waits.
  package internal(set) var isStalled = false
  /// What the ends of its connections went through while it stood still, which it hears then.
  var missed: [NodeEngineInput] = []
  /// The endpoint of each peer, as the node was told.
  var peers: [(node: NodeID, place: Int)] = []
  /// Set by the node's threads (here: by its quanta), taken by the schedule.
  let signal = Flag()
  /// It has a stop line to the coordinator that lives now.
  var hasLine = false
  /// The epoch that an observer was told is being swept here.
  var toldSweeping: Epoch?

  // How each thread's last turn ended, as its world was then.
  private var workers: [Rest] = []
  private var collectors: [Rest] = []

  init(index: Int, place: Int, clock: Clock, makeEngine: (NodeWakeups) -> NodeEngine) {
    self.index = index
    self.place = place
    self.clock = clock
    let signal = signal
    engine = makeEngine(NodeWakeups(engine: { signal.set() }))
  }

  package var core: NodeCore? { isAlive ? engine.core : nil }
  package var isRunning: Bool { isAlive && !isStalled }
  /// It has ended because nobody reigned for too long.
  var isOrphan: Bool { exitReason?.hasPrefix("no coordinator") ?? false }

  /// A process's own time: it began with everybody's and goes at a slightly different rate.
  struct Clock: Hashable, Sendable {
    static let start = Moment(nanoseconds: 1_000_000_000)
    /// Thousandths of everybody's.
    var rate = 1_000

    func local(_ moment: Moment) -> Moment { Self.scale(moment, by: rate, per: 1_000) }
    /// The moment at which this clock has come there.
    func moment(of local: Moment) -> Moment {
      rate == 1_000 ? local : Self.scale(local, by: 1_000, per: rate) + .nanoseconds(1)
    }

    private static func scale(_ moment: Moment, by factor: Int, per divisor: Int) -> Moment {
      if factor == divisor || moment <= start { return moment }
      let (product, overflow) = (moment.nanoseconds - start.nanoseconds)
        .multipliedReportingOverflow(by: UInt64(factor))
      if overflow { return .distantFuture }
      return Moment(nanoseconds: start.nanoseconds + product / UInt64(divisor))
    }
  }

  /// When it wants to hear that time has passed, as of its last input.
  private(set) var nextDeadline = Moment.zero
  func noteDeadline() { nextDeadline = clock.moment(of: engine.nextDeadline) }

  /// What a thread was doing nothing about.
  private struct Rest {
    var isResting = false
    var until = Moment.distantFuture
    var armed = Epoch.zero
    var stop: UInt64 = 0
  }

  // Most turns are of one process, and what the threads of the others could do is as it was.
  private var able: [Candidate] = []
  private var ableUntil = Moment.zero
  /// It has heard something or one of its threads has run since `able` was made.
  var hasChanged = true

  /// Who of this process could do something now, in a fixed order.
  ///
  /// - Parameter now: everybody's time.
  func actors(now: Moment, into actors: inout [Candidate]) {
    let now = clock.local(now)
    if hasChanged || now >= ableUntil {
      able.removeAll(keepingCapacity: true)
      look(now, &able)
      hasChanged = false
    }
    assert(isAsItWas(now), "something has changed unseen")
    actors += able
  }

  private func isAsItWas(_ now: Moment) -> Bool {
    var others: [Candidate] = []
    look(now, &others)
    return able.map(\.actor) == others.map(\.actor)
  }

  private func look(_ now: Moment, _ actors: inout [Candidate]) {
    ableUntil = .distantFuture
    if signal.isSet { actors.append(.engine(index)) }
    guard let core else { return }
    let armed = core.collector.armedEpoch
    let stop = core.stop.requested
    while workers.count < core.workers.count { workers.append(Rest()) }
    while collectors.count < core.backgrounds.count { collectors.append(Rest()) }
    for (worker, rest) in workers.enumerated() {
      let sleeps =
        rest.isResting && rest.stop == stop
        && (stop != 0
          || rest.armed == armed && rest.until > now && core.workers[worker].inbox.isEmptyHint)
      if sleeps {
        ableUntil = min(ableUntil, rest.until)
      } else {
        actors.append(.worker(index, worker))
      }
    }
    for (collector, rest) in collectors.enumerated() {
      // While a cycle is walked by hand, only their turns tell the walker that nothing is left.
      let sleeps =
        rest.isResting && rest.armed == armed && core.environment.gate.isFree
        && (armed != .zero
          ? !core.collector.hasWork
          : core.duties.pendingPreparation() == nil && !core.heap.isSweeping)
      if !sleeps { actors.append(.collector(index, collector)) }
    }
  }

  /// Some task could go on by itself, or some mark worker could.
  func note(_ state: WorkerState, ofWorker worker: Int, in core: NodeCore) {
    while workers.count <= worker { workers.append(Rest()) }
    var rest = Rest(
      isResting: true, armed: core.collector.armedEpoch, stop: core.stop.requested)
    switch state {
    case .ran: rest.isResting = false
    case .parked: signal.set()
    case .idle(let until): rest.until = until ?? .distantFuture
    }
    workers[worker] = rest
    if !core.workers[worker].outbox.isEmptyHint { signal.set() }
  }

  func note(_ progress: BackgroundCollector.Progress, ofCollector collector: Int, in core: NodeCore)
  {
    while collectors.count <= collector { collectors.append(Rest()) }
    collectors[collector] = Rest(
      isResting: progress == .idle, armed: core.collector.armedEpoch)
  }
}

/// A mark left by one thread for another; the simulator has one thread, the type does not know.
final class Flag: @unchecked Sendable {
  private(set) var isSet = false
  func set() { isSet = true }
  func take() -> Bool {
    defer { isSet = false }
    return isSet
  }
}
