// From a failing run to a short one that fails in the same way.
//
// A run is a list of steps, any of which may be left out (`Draws`). So the search is the classic
// one for minimal failing inputs (Zeller, Hildebrandt: "Simplifying and isolating failure-inducing
// input", 2002), from large chunks to single steps, again and again until nothing more can go. What
// does not lie side by side goes together, too: all faults, one kind of actor, or one process,
// within a chunk; a collection that is not needed can only go as a whole, from its demand to the
// next one. Large pieces come first, because every run that is tried takes as long as what is left,
// and are tried again only as long as that pays. Then the world is made simpler
// (fewer nodes, tasks, slots; larger quanta), and the numbers of each step are tried as zeros. What
// is left is minimal in that no single step can be left out, unless somebody's time was over
// before; another seed may well have a shorter story. A part is kept if it fails in the same way,
// and if it does not with every rule in force.

import GreyBasics

package struct Shrinker {
  package private(set) var experiment: Experiment
  package private(set) var steps: [DrawnStep]
  package private(set) var violation: Violation
  /// Of what is left, once it was shrunk.
  package private(set) var hash: UInt64 = 0
  /// Runs tried so far.
  package private(set) var attempts = 0
  /// Turns that go wrong with every rule in force, too, and were left as they are for that: a
  /// mistake of the cluster's, whatever rule was off.
  package private(set) var mistake: (experiment: Experiment, steps: [DrawnStep])?
  private let limit: Int
  /// Told of every shorter story.
  package var progress: ((String) -> Void)?
  /// Asked before every run; when it says no, what there is by then is the story.
  package var goesOn: () -> Bool = { true }

  private var isOver: Bool { attempts >= limit || !goesOn() }

  /// - Parameters:
  ///   - steps: a recording that ends in a violation.
  ///   - limit: runs tried at most; nil: enough for most, and less where each takes long.
  package init?(_ experiment: Experiment, _ steps: [DrawnStep], limit: Int? = nil) throws {
    self.experiment = experiment
    let verdict = try experiment.replay(steps)
    guard let violation = verdict.violation else { return nil }
    self.violation = violation
    self.steps = Array(steps.prefix(verdict.steps))
    self.limit = limit ?? (violation.kind == .stuck ? 1_000 : 2_500)
    try waitLess()
  }

  package mutating func shrink() throws {
    try dropFaults()
    for part in [2, 4, 8, 16, 32] where !isOver { try dropChunks(of: steps.count / part + 1) }
    try dropCycles()
    var before = Int.max
    var wasLarge = true
    while steps.count < before, !isOver {
      before = steps.count
      if wasLarge { try dropKinds() }
      // Kinds are many runs, which a few steps less are not worth.
      wasLarge = steps.count < before * 3 / 4
      try dropCycles()
      try simplify()
      var chunk = max(1, steps.count / 2)
      while !isOver {
        try dropChunks(of: chunk)
        if chunk == 1 { break }
        chunk /= 2
      }
    }
    try dropValues()
    try waitAsLong()
    hash = try experiment.replay(steps).hash
  }

  /// What is stuck is so after a shorter wait, too, as a rule, and what is lost is lost before
  /// anybody waits for anything.
  private mutating func waitLess() throws {
    var hasty = experiment
    hasty.settles = violation.kind == .stuck
    for turns in [6_000, 25_000] where turns < experiment.patience {
      hasty.patience = turns
      if try keepIfItFails(hasty, steps) { return }
    }
    hasty.patience = experiment.patience
    if hasty != experiment { _ = try keepIfItFails(hasty, steps) }
  }

  /// Whoever was only given too little time to go on is no story.
  private mutating func waitAsLong() throws {
    guard violation.kind == .stuck, experiment.patience < Experiment.usualPatience else { return }
    var patient = experiment
    patient.patience = Experiment.usualPatience
    _ = try keepIfItFails(patient, steps)
  }

  // MARK: Steps

  /// What belongs together although it does not lie side by side.
  private enum Kind: Hashable, CaseIterable {
    case worker, collector, engine, control, data, time, fault

    init(_ actor: Actor) {
      switch actor {
      case .worker: self = .worker
      case .collector: self = .collector
      case .engine: self = .engine
      case .arrival(let channel):
        self = channel.from.isCoordinator || channel.to.isCoordinator ? .control : .data
      case .collect, .startRun: self = .control
      case .time: self = .time
      case .fault: self = .fault
      }
    }
  }

  /// A fault that is not needed only makes the story longer: all of them, then half, then less.
  private mutating func dropFaults() throws {
    func places() -> [Int] { steps.indices.filter { Kind(steps[$0].actor) == .fault } }
    var size = places().count
    while size > 0, !isOver {
      var end = places().count
      while end > 0, !isOver {
        let gone = Set(places()[max(0, end - size)..<end])
        _ = try keepIfItFails(
          experiment, steps.indices.filter { !gone.contains($0) }.map { steps[$0] })
        end = min(end - size, places().count)
      }
      size /= 2
    }
  }

  private mutating func dropKinds() throws {
    let groups: [(Actor) -> Bool] =
      Kind.allCases.map { kind in { Kind($0) == kind } }
      + [
        { [.control, .collector, .engine].contains(Kind($0)) },
        { [.control, .collector, .engine, .data].contains(Kind($0)) },
        { [.worker, .data, .engine].contains(Kind($0)) },
      ] + (0..<min(8, experiment.temper.nodes)).map { index in { $0.process == index } }
    var parts = 1
    while parts <= 16, steps.count / parts >= 4 {
      for part in (0..<parts).reversed() {
        for group in groups where !isOver {
          let range = steps.count * part / parts..<steps.count * (part + 1) / parts
          let shorter = steps.indices.filter { !range.contains($0) || !group(steps[$0].actor) }
          if shorter.count == steps.count { continue }
          _ = try keepIfItFails(experiment, shorter.map { steps[$0] })
        }
      }
      parts *= 2
    }
  }

  /// A whole collection, or what makes it one: messages of the coordinator, collectors, batches.
  private mutating func dropCycles() throws {
    let groups: [(Actor) -> Bool] = [
      { _ in true }, { [.control, .collector, .engine].contains(Kind($0)) },
      { [.control, .collector, .engine, .data].contains(Kind($0)) },
    ]
    for group in groups {
      var end = steps.count
      while !isOver,
        let start = steps[..<min(end, steps.count)].lastIndex(where: { $0.actor == .collect })
      {
        let range = start..<min(end, steps.count)
        let shorter = steps.indices.filter { !range.contains($0) || !group(steps[$0].actor) }
        _ = try keepIfItFails(experiment, shorter.map { steps[$0] })
        end = start
      }
    }
  }

  /// From the end on, because what comes last hangs on what came before.
  private mutating func dropChunks(of size: Int) throws {
    var end = steps.count
    while end > 0, !isOver {
      let start = max(0, end - size)
      var shorter = steps
      shorter.removeSubrange(start..<end)
      _ = try keepIfItFails(experiment, shorter)
      end = min(start, steps.count)
    }
  }

  private mutating func dropValues() throws {
    for index in steps.indices.reversed() {
      guard index < steps.count else { continue }
      for place in steps[index].values.indices where !isOver {
        guard index < steps.count, steps[index].values[place] != 0 else { continue }
        var simpler = steps
        simpler[index].values[place] = 0
        _ = try keepIfItFails(experiment, simpler)
      }
    }
  }

  // MARK: The world

  private mutating func simplify() throws {
    for index in (0..<experiment.temper.nodes).reversed()
    where experiment.temper.nodes > 1 && !isOver {
      var smaller = experiment
      smaller.temper.nodes -= 1
      _ = try keepIfItFails(smaller, steps.compactMap { $0.without(process: index) })
    }
    let changes: [(inout Temper) -> Void] = [
      { $0.tasks = max(1, $0.tasks - 1) }, { $0.slots = max(2, $0.slots - 1) },
      { $0.globals = 1 }, { $0.workers = 1 }, { $0.fourCounters = false }, { $0.assists = false },
      { $0.heapBytes = nil }, { $0.rootWords = 64 }, { $0.messages = 64 }, { $0.batch = 64 },
      { $0.acknowledgeAfterUs = 0 }, { $0.pace.clockRates = [1_000] },
    ]
    for change in changes where !isOver {
      var simpler = experiment
      change(&simpler.temper)
      if simpler != experiment { _ = try keepIfItFails(simpler, steps) }
    }
  }

  private mutating func keepIfItFails(
    _ experiment: Experiment, _ candidate: [DrawnStep]
  ) throws -> Bool {
    attempts += 1
    let verdict = try experiment.replay(candidate, hashing: false)
    guard let found = verdict.violation, found.isLike(violation),
      try isSound(experiment, candidate)
    else { return false }
    violation = found
    self.experiment = experiment
    steps = Array(candidate.prefix(verdict.steps))
    progress?("\(steps.count) turns after \(attempts) runs")
    return true
  }

  /// With the rules in force that are off the same turns show nothing, so what is kept is about
  /// those rules to the end.
  private mutating func isSound(
    _ experiment: Experiment, _ candidate: [DrawnStep]
  ) throws -> Bool {
    if experiment.rules.isComplete { return true }
    var sound = experiment.sound(without: experiment.companions)
    sound.patience = max(sound.patience, Experiment.usualPatience)
    if try sound.replay(candidate, hashing: false).violation == nil { return true }
    if mistake == nil { mistake = (sound, candidate) }
    return false
  }
}

extension Actor {
  /// Whose turn it is, if one process's.
  fileprivate var process: Int? {
    switch self {
    case .engine(let process), .worker(let process, _), .collector(let process, _): process
    case .arrival(let channel):
      if case .process(let index) = channel.to { index } else { channel.from.process }
    case .time, .collect, .startRun, .fault: nil
    }
  }
}

extension Party {
  fileprivate var process: Int? {
    switch self {
    case .process(let index), .line(let index): index
    case .coordinator, .client: nil
    }
  }

  /// With one process gone and those behind it moved down; nil when this is the one.
  fileprivate func without(_ gone: Int) -> Party? {
    guard let index = process else { return self }
    if index == gone { return nil }
    let moved = index > gone ? index - 1 : index
    if case .line = self { return .line(moved) }
    return .process(moved)
  }
}

extension Channel {
  fileprivate func without(_ gone: Int) -> Channel? {
    guard let from = from.without(gone), let to = to.without(gone) else { return nil }
    return Channel(from: from, to: to)
  }
}

extension DrawnStep {
  /// The step in a world that has one process less; nil when it was that one's.
  fileprivate func without(process gone: Int) -> DrawnStep? {
    func moved(_ index: Int) -> Int? {
      index == gone ? nil : index > gone ? index - 1 : index
    }
    var step = self
    switch actor {
    case .engine(let process):
      guard let process = moved(process) else { return nil }
      step.actor = .engine(process: process)
    case .worker(let process, let index):
      guard let process = moved(process) else { return nil }
      step.actor = .worker(process: process, index: index)
    case .collector(let process, let index):
      guard let process = moved(process) else { return nil }
      step.actor = .collector(process: process, index: index)
    case .arrival(let channel):
      guard let channel = channel.without(gone) else { return nil }
      step.actor = .arrival(channel)
    case .time, .collect, .startRun: break
    case .fault(let fault):
      guard let fault = fault.without(gone) else { return nil }
      step.actor = .fault(fault)
    }
    return step
  }
}

extension Fault {
  fileprivate func without(_ gone: Int) -> Fault? {
    func moved(_ index: Int) -> Int? {
      index == gone ? nil : index > gone ? index - 1 : index
    }
    switch self {
    case .disconnect(let a, let b):
      guard let a = a.without(gone), let b = b.without(gone) else { return nil }
      return .disconnect(a, b)
    case .duplicate(let channel): return channel.without(gone).map(Fault.duplicate)
    case .drop(let channel): return channel.without(gone).map(Fault.drop)
    case .clog(let channel): return channel.without(gone).map(Fault.clog)
    case .unclog(let channel): return channel.without(gone).map(Fault.unclog)
    case .kill(let index): return moved(index).map(Fault.kill)
    case .crash(let index): return moved(index).map(Fault.crash)
    case .restart(let index): return moved(index).map(Fault.restart)
    case .stall(let index): return moved(index).map(Fault.stall)
    case .wake(let index): return moved(index).map(Fault.wake)
    case .leave(let index): return moved(index).map(Fault.leave)
    case .partition(let partition):
      let first = partition.first > gone ? partition.first - 1 : partition.first
      return .partition(Partition(from: first, partition.way))
    case .join, .restartCoordinator, .restartCoordinatorBetweenPhases, .killCoordinator,
      .reviveCoordinator, .killCoordinatorInTurn, .stallCoordinator, .wakeCoordinator, .heal,
      .cancelRun:
      return self
    }
  }
}
