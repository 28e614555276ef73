// Who gets the next turn: a schedule with moods.
//
// A schedule that gives everybody an even chance finds little, because a lost object needs somebody
// to be much slower than somebody else for a while: a message that waits until its receiver's roots
// are scanned, a worker that has not run since the stop, a marker that stands still while tasks
// move references about. So every actor has a weight, from "never" to "mostly", drawn at random and
// kept for a random while (a mood), after which all are drawn anew. This is the idea of
// priority-based random testing (Burckhardt, Kothari, Musuvathi, Nagarakatte: "A randomized
// scheduler with probabilistic guarantees of finding bugs", ASPLOS 2010): an error that takes d
// orderings is found by drawing d priorities, not by drawing every single step right.
//
// No mood lasts, so nobody starves for ever.

import GreyBasics

package struct Moods {
  private var random: SplitMix
  private var weights: [Actor: Int] = [:]
  /// A factor for each kind of actor.
  private var kinds = [1, 1, 1, 1, 1]
  private var left = 0
  /// Turns that a mood lasts on average; drawn a run.
  private let period: Int
  /// How many of a hundred steps of a task do nothing, in this mood.
  package private(set) var laziness = 0

  /// A factor for each kind of actor, for the whole run.
  private let speeds: [Int]

  package init(seed: UInt64, period: Int, speeds: [Int]) {
    random = SplitMix(seed: seed)
    self.period = period
    self.speeds = speeds
  }

  /// One of these, which are not none, by the weights of the mood.
  package mutating func choose(_ actors: [Actor]) -> Actor {
    if left == 0 { change() }
    left -= 1
    var total = 0
    var busy = 0
    for actor in actors {
      let weight = weight(of: actor)
      total += weight
      if actor != .time { busy += weight }
    }
    if busy == 0 {
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

  private mutating func change() {
    left = 1 + random.below(2 * period)
    weights.removeAll(keepingCapacity: true)
    for index in kinds.indices { kinds[index] = [1, 1, 4, 16][random.below(4)] * speeds[index] }
    laziness = [0, 50, 90, 100, 100][random.below(5)]
  }

  private mutating func weight(of actor: Actor) -> Int {
    if let known = weights[actor] { return known }
    let weight: Int
    switch actor {
    case .engine: weight = one(of: 0, 16, 64) * kinds[0]
    case .worker: weight = one(of: 0, 8, 16, 64) * kinds[1]
    case .collector: weight = one(of: 0, 8, 16, 64) * kinds[2]
    case .arrival(let channel):
      let isControl = channel.from == .coordinator || channel.to == .coordinator
      weight = one(of: 0, 8, 16, 64) * kinds[isControl ? 3 : 4]
    case .time: weight = one(of: 1, 4, 16)
    case .collect, .startRun: weight = one(of: 8, 64, 512)
    case .fault(.restartCoordinatorBetweenPhases): weight = one(of: 0, 16, 64)
    case .fault(let fault): weight = fault.isRepair ? one(of: 0, 1, 4) : one(of: 0, 0, 1)
    }
    weights[actor] = weight
    return weight
  }

  private mutating func one(of weights: Int...) -> Int { weights[random.below(weights.count)] }
}
