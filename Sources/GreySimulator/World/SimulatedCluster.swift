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
  /// While none is there, the one that was.
  package internal(set) var coordinator: CoordinatorEngine
  package internal(set) var isCoordinatorUp = true
  /// It stands still, as after SIGSTOP; what is sent to it waits.
  package internal(set) var isCoordinatorStalled = false
  /// What it hears of when it goes on, besides messages.
  var missedByCoordinator: [CoordinatorEngineInput] = []
  /// It dies in the midst of carrying out what it decides next.
  var diesInTurn = false
  let coordinatorClock: SimulatedProcess.Clock
  /// Everything logged, in order: (process index or -1 for the coordinator, event).
  package internal(set) var events: [(source: Int, event: Event)] = []
  /// How many those were, and whether they are kept for somebody who reads them later.
  package internal(set) var logged = 0
  package var keepsEvents = true
  package internal(set) var replies: [[UInt8]] = []
  /// What the coordinator has written down.
  package internal(set) var durable: [UInt8]?
  package internal(set) var faults = 0

  /// The steps so far, when somebody wants them.
  package var recording: [DrawnStep]?
  /// Where messages, tasks and threads take their numbers from.
  package let draws: Draws
  package var pace = Pace()
  /// Told of what has just come about. It keeps the cluster, not the other way round: thousands of
  /// clusters run in one process, and none may stay.
  package weak var observer: (any WorldObserver)?
  /// Told of every message between nodes as it leaves and as it is taken off the wire.
  weak var listener: (any WireListener)?
  /// Faults that may come next; asked before every step, into an array that is used again.
  var possibleFaults: ((SimulatedCluster, inout [Candidate]) -> Void)?

  /// A collector may have a turn in the midst of a worker's.
  package var playsRaces = false
  /// Of the worker's turn that was the last.
  var midQuantum: MidQuantum?

  var network = SimulatedNetwork()
  private var moods: Moods
  /// Who listens at each endpoint: the index of the process.
  private(set) var occupants: [Int] = []
  /// The coordinator as it was after its last input; to ask it again at every turn is slow.
  var view = CoordinatorView()
  /// Its phase has changed in the turn before: nobody has done anything in the new one.
  package private(set) var isBetweenPhases = false
  private var phaseBefore = CoordinatorPhase.idle
  /// Processes that have begun or finished to sweep in this turn.
  var changedSweeps: [SimulatedProcess] = []
  private let makeNode: (_ index: Int, _ endpoint: String, NodeWakeups) -> NodeEngine
  let makeCoordinator: (_ durable: [UInt8]?, Moment) throws -> CoordinatorEngine
  /// Set while the coordinator is idle and was asked to collect.
  var isAskedToCollect = false
  /// `collect` may have a turn.
  package var collectsContinuously = false
  /// The request that `startRun` makes.
  package var runRequest: [UInt8]?
  private var candidates: [Candidate] = []
  private var quietTurns = 0
  /// Everybody has his turn again and again, and time goes as evenly.
  private(set) var isFair = false
  private var areDrawsCurrent = false
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
    /// How fast the clocks of processes go, in thousandths of everybody's; by index, in turn.
    package var clockRates = [1_000]
    /// How fast the coordinator's goes.
    package var coordinatorRate = 1_000
    /// Stops and their answers have lines of their own.
    package var stopLines = false
    package init() {}
  }

  /// - Parameters:
  ///   - makeNode: an engine whose peers reach it at the endpoint that it is given.
  package init(
    seed: UInt64, pace: Pace = Pace(),
    makeCoordinator: @escaping (_ durable: [UInt8]?, Moment) throws -> CoordinatorEngine,
    makeNode: @escaping (_ index: Int, _ endpoint: String, NodeWakeups) -> NodeEngine
  ) throws {
    var random = SplitMix(seed: seed)
    draws = Draws(seed: random.next())
    moods = Moods(seed: random.next(), period: pace.mood, speeds: pace.speeds)
    self.pace = pace
    coordinatorClock = SimulatedProcess.Clock(rate: pace.coordinatorRate)
    coordinator = try makeCoordinator(nil, coordinatorClock.local(now))
    view = CoordinatorView(coordinator, coordinatorClock)
    self.makeCoordinator = makeCoordinator
    self.makeNode = makeNode
  }

  /// A process begins: it says hello and is let in when the coordinator will.
  ///
  /// - Parameter place: an endpoint of a process that is gone; nil for a new one.
  @discardableResult
  package func addNode(at place: Int? = nil) -> SimulatedProcess {
    let index = processes.count
    let place = place ?? occupants.count
    if place == occupants.count { occupants.append(index) } else { occupants[place] = index }
    let rates = pace.clockRates
    let process = SimulatedProcess(
      index: index, place: place, clock: .init(rate: rates[index % rates.count])
    ) { makeNode(index, "sim://\(place)", $0) }
    processes.append(process)
    if isCoordinatorUp { input(process, .coordinatorReached) }
    return process
  }

  /// The process is gone without a word, as after SIGKILL. On the coordinator's own host its end is
  /// seen at once; elsewhere only its silence tells.
  package func kill(_ index: Int, isSeen: Bool = true) {
    guard processes[index].isAlive else { return }
    processes[index].isAlive = false
    processes[index].isStalled = false
    network.cut(.process(index))
    if isSeen {
      coordinatorInput(.processEnded(pid: Int32(index + 1), startTicks: UInt64(index + 1)))
    }
  }

  package func leave(_ index: Int) { input(processes[index], .leaveRequested) }

  /// Everything that stands still goes on, everything that is clogged is opened, and the two parts
  /// of a partition see each other again. A coordinator that is gone stays so.
  package func repair() {
    diesInTurn = false
    wakeCoordinator()
    for process in processes { wake(process) }
    for channel in network.clogged { network.unclog(channel) }
    network.sever(nil)
  }

  /// Sends a request of the control interface; the answers arrive in `replies`.
  package func control(_ request: [UInt8]) {
    network.send(request, from: .client(0), to: .coordinator)
  }

  /// Asks for a collection without waiting for its end.
  package func askToCollect() {
    isAskedToCollect = true
    coordinatorInput(.collectRequested)
  }

  package func cancel(_ run: RunID) {
    let request = ControlRequest(id: "cancel", verb: .cancel(run: run))
    coordinatorInput(.control(client: Self.connection(0), Array(request.line.utf8)))
  }

  package struct Stuck: Error, CustomStringConvertible {
    package let steps: Int
    package let time: Duration
    package let waitingFor: String
    package var description: String {
      "nothing came of \(waitingFor) in \(steps) steps and \(time.microseconds) us"
    }
  }

  /// In `body` whatever is made by name draws from this world. A turn sees to it by itself; whoever
  /// gives thousands of turns does so in here, because it takes as long as a small one.
  func drawing<Result>(_ body: () throws -> Result) rethrows -> Result {
    if areDrawsCurrent { return try body() }
    areDrawsCurrent = true
    defer { areDrawsCurrent = false }
    return try Draws.$current.withValue(draws, operation: body)
  }

  /// Runs until `condition` holds.
  package func run(
    until waitingFor: String, atMost limit: Int = 2_000_000, _ condition: () -> Bool
  ) throws {
    let (end, begun) = (steps + limit, now)
    while !condition() {
      guard steps < end else {
        throw Stuck(steps: limit, time: now - begun, waitingFor: waitingFor)
      }
      try step()
    }
  }

  package func run(steps count: Int) throws {
    for _ in 0..<count { try step() }
  }

  /// Runs until `condition` holds, everybody having his turn again and again. For what comes before
  /// the run that is of interest, and after it. It is not recorded, and does the same whatever was
  /// drawn before.
  ///
  /// - Parameters:
  ///   - limit: turns after which it gives up, once `time` has passed as well; and when it has not
  ///     after fifty times as many, because a world may be busy without end.
  ///   - round: that time goes on in each round at least.
  ///   - seed: of the choices; nil: every choice is the tamest, so tasks rest and keepers wait for
  ///     messages.
  package func runFairly(
    until waitingFor: String, atMost limit: Int = 100_000, andFor time: Duration = .zero,
    round: Duration = .zero, drawing seed: UInt64? = nil, _ condition: () -> Bool
  ) throws {
    let (begun, beganAt) = (steps, now)
    if let seed { draws.reseed(seed) }
    isFair = true
    defer { isFair = false }
    while !condition() {
      let roundEnds = now + round
      for candidate in actors() {
        let turns = steps - begun
        guard turns < limit || now - beganAt < time && turns / 50 < limit else {
          throw Stuck(steps: turns, time: now - beganAt, waitingFor: waitingFor)
        }
        if seed == nil { draws.beginTamely() } else { draws.begin() }
        if candidate.actor == .time {
          now = max(now, roundEnds)
          jumpWhenQuiet()
        }
        try take(turn: candidate.actor)
      }
    }
  }

  /// Nobody has anything to hear: after a few such turns time goes on to the next deadline. Not at
  /// the first, because threads may be at work on what was heard.
  private func jumpWhenQuiet() {
    if isAnythingArriving {
      quietTurns = 0
    } else {
      quietTurns += 1
      if quietTurns % 4 == 0 { jumpToNextDeadline() }
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
  private func actors() -> [Candidate] {
    candidates.removeAll(keepingCapacity: true)
    for process in processes where process.isRunning { process.actors(now: now, into: &candidates) }
    network.forEachNumbered { channel, number in
      if isListening(channel.to) { candidates.append(.arrival(channel, number)) }
    }
    if isCoordinatorRunning {
      if collectsContinuously, view.phase == .idle, view.hasMembers, !isAskedToCollect {
        candidates.append(.collect)
      }
      if runRequest != nil, !view.isRunning, view.hasMembers {
        candidates.append(.startRun)
      }
    }
    possibleFaults?(self, &candidates)
    candidates.append(.time)
    return candidates
  }

  /// What is sent to a process that stands still waits on its way.
  func isListening(_ party: Party) -> Bool {
    switch party {
    case .process(let index):
      return processes.indices.contains(index) && !processes[index].isStalled
    case .coordinator, .line: return isCoordinatorRunning
    case .client: return true
    }
  }

  /// Somebody has a message to hear.
  var isAnythingArriving: Bool {
    var found = false
    network.forEachDeliverable {
      found = isListening($0.to)
      return !found
    }
    return found
  }

  func notePhase() {
    isBetweenPhases = view.phase != phaseBefore
    phaseBefore = view.phase
  }
}

/// Whoever tells a story has to know what travels.
protocol WireListener: AnyObject {
  func left(_ bytes: [UInt8], on channel: Channel)
  func arrived(_ bytes: [UInt8], on channel: Channel)
}

/// What the schedule has to know of a coordinator.
struct CoordinatorView {
  var phase = CoordinatorPhase.idle
  var decided = Epoch.zero
  var nextDeadline = Moment.zero
  var isRunning = false
  var hasMembers = false

  init() {}
  init(_ coordinator: CoordinatorEngine, _ clock: SimulatedProcess.Clock) {
    phase = coordinator.phase
    decided = coordinator.decidedEpoch
    nextDeadline = clock.moment(of: coordinator.nextDeadline)
    isRunning = coordinator.isRunning
    hasMembers = coordinator.hasMembers
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
