// Who gets the next turn: a schedule with moods.
//
// A schedule that gives everybody an even chance finds little, because a lost object needs somebody
// to be much slower than somebody else for a while: a message that waits until its receiver's roots
// are scanned, a worker that has not run since the stop, a marker that stands still while tasks move
// references about. So every actor has a weight, from "never" to "mostly", drawn at random and kept
// for a random while (a mood), after which all are drawn anew. This is the idea of priority-based
// random testing (Burckhardt, Kothari, Musuvathi, Nagarakatte: "A randomized scheduler with
// probabilistic guarantees of finding bugs", ASPLOS 2010): an error that takes d orderings is found
// by drawing d priorities, not by drawing every single step right.
//
// No mood lasts, so nobody starves for ever.

import GreyBasics

package struct Moods {
  private var random: SplitMix
  private var weights: [Actor: Int] = [:]
  private var left = 0
  /// Turns that a mood lasts on average; drawn a run.
  private let period: Int

  package init(seed: UInt64, period: Int) {
    random = SplitMix(seed: seed)
    self.period = period
  }

  /// One of these, which are not none, by the weights of the mood.
  package mutating func choose(_ actors: [Actor]) -> Actor {
    if left == 0 {
      left = 1 + random.below(2 * period)
      weights.removeAll(keepingCapacity: true)
    }
    left -= 1
    var total = 0
    for actor in actors { total += weight(of: actor) }
    if total == 0 {
      // Everybody who could do something has to stand still: the mood is over.
      left = 0
      return actors[random.below(actors.count)]
    }
    var place = random.below(total)
    for actor in actors {
      place -= weights[actor] ?? 0
      if place < 0 { return actor }
    }
    return actors[0]
  }

  private mutating func weight(of actor: Actor) -> Int {
    if let known = weights[actor] { return known }
    let weight: Int
    switch actor {
    case .engine, .worker, .arrival: weight = [0, 1, 4, 16, 64][random.below(5)]
    case .collector: weight = [0, 1, 2, 16, 64][random.below(5)]
    case .time: weight = [1, 1, 4][random.below(3)]
    case .collect: weight = [1, 4, 64][random.below(3)]
    case .fault: weight = 1
    }
    weights[actor] = weight
    return weight
  }
}
