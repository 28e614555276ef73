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
  /// Turns after which nothing will come any more of what is waited for.
  package var patience = 100_000

  package init(seed: UInt64, temper: Temper? = nil, without rules: [Rule] = []) {
    self.seed = seed
    self.temper = temper ?? Temper(seed: seed)
    self.rules = RuleSet(without: rules)
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
  package var faults = 0
  package var objectsChecked = 0
  /// Of the simulated clock.
  package var microseconds = 0
  /// Of everything logged, in order.
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
    /// Marking was found complete, and a member does not mark.
    case barrierOff = "barrier-off"
    /// Nothing comes of what should end.
    case stuck

    /// Something was lost or could have been; otherwise something that should end does not.
    package var isUnsafe: Bool { self != .stuck }
  }
  package let kind: Kind
  package let step: Int
  package let detail: String

  package init(kind: Kind, step: Int, detail: String) {
    self.kind = kind
    self.step = step
    self.detail = detail
  }

  /// The same thing goes wrong, if not at the same place. What is stuck waits for the same.
  func isLike(_ other: Violation) -> Bool {
    func beginning(_ text: String) -> Substring { text.prefix { !$0.isNumber } }
    return kind == other.kind && (kind != .stuck || beginning(detail) == beginning(other.detail))
  }

  package var description: String { "step \(step): \(kind.rawValue): \(detail)" }
}
