// Every choice of a simulated run, in order, so that the run can be had again, whole or in part.
//
// A run is a list of steps. A step is one actor's turn, and the numbers that were drawn while it
// lasted: how large its quantum was, what its task did next. Given a list, the same draws give the
// list back. A step may be left out of it: what its actor would have done then simply does not
// happen, and the steps behind it still mean what they meant. That is what makes a failing run
// shrink by leaving out steps.
//
// The smallest number is the tamest choice, and it is what a step gets that asks for more numbers
// than it drew when it was recorded.

import GreyBasics

/// One step of a run.
package struct DrawnStep: Hashable, Sendable {
  package var actor: Actor
  package var values: [Int32]

  package init(actor: Actor, values: [Int32] = []) {
    self.actor = actor
    self.values = values
  }
}

/// Confined to the thread of its simulated world.
package final class Draws: @unchecked Sendable {
  /// The draws of the world whose step is under way on this thread: how a workload, which nodes
  /// make by name, finds them.
  @TaskLocal package static var current: Draws?

  private var random: SplitMix
  /// The numbers of the step that is under way: drawn so far, or recorded and still to be used.
  private var values: [Int32] = []
  private var used = 0
  private var isReplaying = false
  /// What tasks did in this turn, while a story is told; nil otherwise.
  var deeds: [Deed]?
  /// Messages that tasks have given to others, as far as they know, and that others have received.
  var given = 0
  var received = 0
  /// How often a task found no room for an object and waited for some.
  var memoryWaits = 0
  /// Rises whenever a task does anything but rest.
  var activity = 0
  /// How many of a hundred weighted choices fall on the first.
  var laziness = 0

  package init(seed: UInt64) { random = SplitMix(seed: seed) }

  /// What is drawn from here on hangs on this alone.
  func reseed(_ seed: UInt64) {
    random = SplitMix(seed: seed)
    laziness = 50
  }

  /// The next draws are new and are recorded.
  func begin() {
    values.removeAll(keepingCapacity: true)
    isReplaying = false
  }

  /// The next draws are the tamest choices and are not recorded.
  func beginTamely() {
    values.removeAll(keepingCapacity: true)
    used = 0
    isReplaying = true
  }

  /// The next draws are those of a recorded step.
  func begin(replaying step: DrawnStep) {
    values = step.values
    used = 0
    isReplaying = true
  }

  var recorded: [Int32] { values }

  /// A number in `0..<bound`.
  package func below(_ bound: Int) -> Int {
    guard isReplaying else {
      let value = random.below(bound)
      values.append(Int32(truncatingIfNeeded: value))
      return value
    }
    guard used < values.count else { return 0 }
    used += 1
    return Int(values[used - 1]) % bound
  }

  /// One of these, each as often as its weight says, or the first one because of laziness.
  ///
  /// - Parameter total: of the weights, not zero.
  func weighted(_ weights: [Int], total: Int) -> Int {
    if isReplaying { return below(weights.count) }
    var choice = 0
    if laziness == 0 || random.below(100) >= laziness {
      var left = random.below(total)
      while left >= weights[choice] {
        left -= weights[choice]
        choice += 1
      }
    }
    values.append(Int32(truncatingIfNeeded: choice))
    return choice
  }
}
