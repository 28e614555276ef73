// One run of a simulated cluster, judged: a seed, a temper, a set of rules, and a verdict.
//
// The cluster comes up, its tasks stir, and collections follow each other without a pause. Each
// time marking is found complete, each time a node has swept, and at the end, the oracle looks at
// the whole world.

import GreyBasics
import GreyEngine
import GreyEvents
import GreyMutator
import GreyProtocol

package struct Experiment: Hashable, Sendable {
  package var seed: UInt64
  package var temper: Temper
  package var rules: RuleSet
  /// In the end everything is let go, and must be collected.
  package var settles = false
  /// Turns after which nothing comes any more of what tasks and threads do by themselves; what only
  /// time brings about is waited for by the clock (`ExperimentWorld.wait`), in proportion.
  package var patience = Experiment.usualPatience
  package static let usualPatience = 100_000
  /// A collector may have a turn in the midst of a worker's, where the heap has a place for it. So
  /// set without the rule that leaves none, and kept when the rule is put back.
  package var playsRaces: Bool
  /// These do not end a run: they are known to come of a rule that is off besides the one in
  /// question.
  package var tolerated: [Violation.Kind] = []
  /// Rules that are off besides those in question, and stay off when these are put back.
  package var companions: [Rule] = []

  package init(seed: UInt64, temper: Temper? = nil, without rules: [Rule] = []) {
    self.seed = seed
    self.temper = temper ?? Temper(seed: seed)
    self.rules = RuleSet(without: rules)
    playsRaces = rules.contains(.atomicBlacken)
  }

  /// The same run with all rules but these in force.
  package func sound(without rules: [Rule] = []) -> Experiment {
    var sound = self
    sound.rules = RuleSet(without: rules)
    return sound
  }

  /// Runs from the seed.
  ///
  /// - Parameter hashing: whether the verdict says what the log hashes to, which takes its time.
  package func run(recording: Bool = false, hashing: Bool = true) throws -> Verdict {
    let world = try ExperimentWorld(self)
    world.isHashing = hashing
    return try world.run(recording: recording)
  }

  /// Runs recorded steps, or some of them.
  package func replay(_ steps: [DrawnStep], hashing: Bool = true) throws -> Verdict {
    let world = try ExperimentWorld(self)
    world.isHashing = hashing
    return try world.replay(steps)
  }
}

/// What became of a run.
package struct Verdict: Hashable, Sendable {
  package var violation: Violation?
  /// Turns that actors had since the run began.
  package var steps = 0
  /// All turns, those in which the cluster came up included: task steps, mark and sweep quanta,
  /// messages, timers, faults.
  package var events = 0
  /// Lines of the cluster's log.
  package var logged = 0
  package var cycles = 0
  /// Of those, the ones that were decided before everything was mended.
  package var cyclesUnderLoad = 0
  package var faults = 0
  /// Reachable ones that the oracle has looked at.
  package var objectsChecked = 0
  /// Tasks that found no room for an object and waited for a collection to make some.
  package var memoryWaits = 0
  /// Of the simulated clock.
  package var microseconds = 0
  /// Of everything logged, in order; zero if nobody asked.
  package var hash: UInt64 = 0
  /// If they were asked for; the last one is the one that showed the violation.
  package var recording: [DrawnStep] = []
}

/// What must never happen.
package struct Violation: Hashable, Sendable, CustomStringConvertible {
  package enum Kind: String, Hashable, Sendable, Codable {
    /// Reachable, and freed or left white.
    case lostObject = "lost-object"
    /// A task met a freed slot.
    case freedSlot = "freed-slot"
    /// A node sweeps what was never decided.
    case undecidedSweep = "undecided-sweep"
    /// Marking was found complete with references under way.
    case countMismatch = "count-mismatch"
    /// A member's barrier is off while another runs and marks, or when marking is found complete.
    case barrierOff = "barrier-off"
    /// Nothing comes of what should end.
    case stuck

    /// Something was lost or could have been; otherwise something that should end does not.
    package var isUnsafe: Bool { self != .stuck }
  }
  package let kind: Kind
  package let step: Int
  package let detail: String
  /// What else must be the same of two violations that are the same failure: how an object was
  /// lost, which of two counts differed, what was waited for.
  package let nature: String

  package init(kind: Kind, step: Int, detail: String, nature: String = "") {
    self.kind = kind
    self.step = step
    self.detail = detail
    self.nature = nature
  }

  /// The same thing goes wrong, if not at the same place.
  func isLike(_ other: Violation) -> Bool { kind == other.kind && nature == other.nature }

  package var description: String { "step \(step): \(kind.rawValue): \(detail)" }
}
