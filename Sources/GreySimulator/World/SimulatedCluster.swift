// A whole cluster in one thread, from one seed: the same engines, links, heaps and collectors as in
// production, with a schedule instead of threads and a count instead of a clock.
//
// Each step gives one actor its turn: a message arrives, a worker runs a quantum, a collector runs
// one, an I/O thread looks up, time passes, something breaks. Every interleaving of quanta and
// messages that real threads could show at that granularity has some seed. Same seed, same run:
// nothing here looks at a clock, at an address or at the order of a set.

import GreyBasics
import GreyEngine
import GreyEvents
import GreyMutator
import GreyProtocol

package final class SimulatedCluster {
  package internal(set) var now = Moment(nanoseconds: 1_000_000_000)
  package internal(set) var steps = 0
  package internal(set) var processes: [SimulatedProcess] = []
  package internal(set) var coordinator: CoordinatorEngine
  /// Everything logged, in order: (process index or -1 for the coordinator, event).
  package internal(set) var events: [(source: Int, event: Event)] = []
  package internal(set) var replies: [[UInt8]] = []
  /// What the coordinator has written down.
  package internal(set) var durable: [UInt8]?
  package internal(set) var faults = 0

  /// The steps so far, when somebody wants them.
  package var recording: [DrawnStep]?
  /// Where messages, tasks and threads take their numbers from.
  package let draws: Draws
  package var pace = Pace()
  /// Told of what has just come about.
  package var observer: (any WorldObserver)?
  /// Faults that may come next; asked before every step.
  package var possibleFaults: ((SimulatedCluster) -> [Fault])?

  var network = SimulatedNetwork()
  private var moods: Moods
  private let makeNode: (_ index: Int, NodeWakeups) -> NodeEngine
  private let makeCoordinator: (_ durable: [UInt8]?, Moment) throws -> CoordinatorEngine
  /// Set while the coordinator is idle and was asked to collect.
  var isAskedToCollect = false
  var collectionsAsked = 0
  /// `collect` may have a turn.
  package var collectsContinuously = false
  /// The request that `startRun` makes.
  package var runRequest: [UInt8]?
  private var candidates: [Actor] = []
  // What the observer was told of already.
  var toldDecided = Epoch.zero
  var toldEvents = 0

  /// How fast things go, in a run.
  package struct Pace: Hashable, Sendable, Codable {
    /// Objects that one turn of a collector scans, and pages that it sweeps, at most.
    package var objects = 20
    package var pages = 4
    /// Units in the budget of a task's step, at most.
    package var budget = 40
    /// How far time may jump in one turn, in microseconds.
    package var jumpUs = 0
    /// Turns that a mood of the schedule lasts, on average.
    package var mood = 100
    /// Of I/O threads, workers, collectors, and messages of the coordinator and of nodes.
    package var speeds = [1, 1, 1, 1, 1]
    package init() {}
  }

  /// - Parameters:
  ///   - makeNode: an engine whose peers reach it at the endpoint `sim://INDEX`.
  package init(
    seed: UInt64, pace: Pace = Pace(),
    makeCoordinator: @escaping (_ durable: [UInt8]?, Moment) throws -> CoordinatorEngine,
    makeNode: @escaping (_ index: Int, NodeWakeups) -> NodeEngine
  ) throws {
    var random = SplitMix(seed: seed)
    draws = Draws(seed: random.next())
    moods = Moods(seed: random.next(), period: pace.mood, speeds: pace.speeds)
    self.pace = pace
    coordinator = try makeCoordinator(nil, now)
    self.makeCoordinator = makeCoordinator
    self.makeNode = makeNode
  }

  package static func endpoint(_ index: Int) -> String { "sim://\(index)" }

  /// A process begins: it says hello and is let in when the coordinator will.
  @discardableResult
  package func addNode() -> SimulatedProcess {
    let process = SimulatedProcess(index: processes.count) { makeNode(processes.count, $0) }
    processes.append(process)
    input(process, .coordinatorReached)
    return process
  }

  /// The process is gone without a word, as after SIGKILL. On the coordinator's own host its end is
  /// seen at once; elsewhere only its silence tells.
  package func kill(_ index: Int, isSeen: Bool = true) {
    guard processes[index].isAlive else { return }
    processes[index].isAlive = false
    network.cut(.process(index))
    if isSeen {
      coordinatorInput(.processEnded(pid: Int32(index + 1), startTicks: UInt64(index + 1)))
    }
  }

  package func leave(_ index: Int) { input(processes[index], .leaveRequested) }

  /// The coordinator is gone, and another one starts from what it had written down.
  package func restartCoordinator() throws {
    network.cut(.coordinator)
    coordinator = try makeCoordinator(durable, now)
    isAskedToCollect = false
    for process in processes where process.isAlive {
      input(process, .coordinatorLost)
      input(process, .coordinatorReached)
    }
  }

  /// Sends a request of the control interface; the answers arrive in `replies`.
  package func control(_ request: [UInt8]) {
    network.send(request, from: .client(0), to: .coordinator)
  }

  /// Asks for a collection without waiting for its end.
  package func askToCollect() {
    isAskedToCollect = true
    collectionsAsked += 1
    let request = ControlRequest(id: "gc \(collectionsAsked)", verb: .gc(timeoutUs: nil))
    coordinatorInput(.control(client: Self.connection(0), Array(request.line.utf8)))
  }

  package func cancel(_ run: RunID) {
    let request = ControlRequest(id: "cancel", verb: .cancel(run: run))
    coordinatorInput(.control(client: Self.connection(0), Array(request.line.utf8)))
  }

  package struct Stuck: Error, CustomStringConvertible {
    package let steps: Int
    package let waitingFor: String
    package var description: String { "nothing came of \(waitingFor) in \(steps) steps" }
  }

  /// Runs until `condition` holds.
  package func run(
    until waitingFor: String, atMost limit: Int = 2_000_000, _ condition: () -> Bool
  ) throws {
    let end = steps + limit
    while !condition() {
      guard steps < end else { throw Stuck(steps: limit, waitingFor: waitingFor) }
      try step()
    }
  }

  package func run(steps count: Int) throws {
    for _ in 0..<count { try step() }
  }

  /// Runs until `condition` holds, everybody having his turn again and again: for what comes
  /// before the run that is of interest. It is not recorded.
  package func runFairly(
    until waitingFor: String, atMost limit: Int = 100_000, _ condition: () -> Bool
  ) throws {
    let end = steps + limit
    while !condition() {
      for actor in actors() {
        guard steps < end else { throw Stuck(steps: limit, waitingFor: waitingFor) }
        draws.begin()
        try take(turn: actor)
      }
    }
  }

  /// Gives somebody a turn.
  package func step() throws {
    let actor = moods.choose(actors())
    draws.laziness = moods.laziness
    draws.begin()
    // Also the turn that ends the run.
    defer { recording?.append(DrawnStep(actor: actor, values: draws.recorded)) }
    try take(turn: actor)
  }

  /// The same turn as once before, if its actor is there to take it.
  package func replay(_ step: DrawnStep) throws {
    draws.begin(replaying: step)
    try take(turn: step.actor)
  }

  /// Everybody who could do something now; time always can.
  private func actors() -> [Actor] {
    candidates.removeAll(keepingCapacity: true)
    for process in processes where process.isAlive {
      process.actors(now: now, into: &candidates)
    }
    for channel in network.channels { candidates.append(.arrival(channel)) }
    if collectsContinuously, coordinator.phase == .idle, !isAskedToCollect {
      candidates.append(.collect)
    }
    if runRequest != nil, !coordinator.isRunning, !coordinator.memberNodes.isEmpty {
      candidates.append(.startRun)
    }
    for fault in possibleFaults?(self) ?? [] { candidates.append(.fault(fault)) }
    candidates.append(.time)
    return candidates
  }
}

/// What a check of the world can listen to. It may look at everything and change nothing.
package protocol WorldObserver: AnyObject {
  /// The coordinator has decided that marking is complete; nobody has heard of it.
  func decided(_ epoch: Epoch, in cluster: SimulatedCluster) throws
  /// A node has begun to sweep.
  func sweeps(_ epoch: Epoch, at process: SimulatedProcess, in cluster: SimulatedCluster) throws
  /// A node has swept everything that it began to.
  func swept(at process: SimulatedProcess, in cluster: SimulatedCluster) throws
  func logged(_ event: Event, by process: Int, in cluster: SimulatedCluster) throws
  /// An actor has had its turn.
  func stepped(_ actor: Actor, in cluster: SimulatedCluster) throws
}
