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

/// Somebody who could have the next turn, and where a mood keeps their weight: threads and channels
/// have a place in a list, because looking up an actor takes longer than most turns.
struct Candidate {
  let actor: Actor
  fileprivate let seat: Int

  static func engine(_ process: Int) -> Candidate {
    Candidate(actor: .engine(process: process), seat: process * threads)
  }
  static func worker(_ process: Int, _ index: Int) -> Candidate {
    Candidate(
      actor: .worker(process: process, index: index), seat: process * threads + 1 + 2 * index)
  }
  static func collector(_ process: Int, _ index: Int) -> Candidate {
    Candidate(
      actor: .collector(process: process, index: index), seat: process * threads + 2 + 2 * index)
  }
  /// - Parameter number: of the channel in its network.
  static func arrival(_ channel: Channel, _ number: Int) -> Candidate {
    Candidate(actor: .arrival(channel), seat: -2 - number)
  }
  static func other(_ actor: Actor) -> Candidate { Candidate(actor: actor, seat: -1) }

  /// Of one process at most: an engine, and 64 workers and collectors.
  private static let threads = 129
}

package struct Moods {
  private var random: SplitMix
  /// By seat: the mood in which it was drawn, times 2¹⁶, and the weight.
  private var threads: [UInt64] = []
  private var channels: [UInt64] = []
  private var others: [Actor: Int] = [:]
  private var mood: UInt64 = 0
  /// Of those there are to choose from.
  private var weights: [Int] = []
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
  mutating func choose(_ candidates: [Candidate]) -> Actor {
    if left == 0 { change() }
    left -= 1
    var total = 0
    var busy = 0
    weights.removeAll(keepingCapacity: true)
    for candidate in candidates {
      let weight = weight(of: candidate)
      weights.append(weight)
      total += weight
      if candidate.actor != .time { busy += weight }
    }
    if busy == 0 {
      // Everybody who could do something has to stand still: the mood is over.
      left = 0
      return candidates[random.below(candidates.count)].actor
    }
    var place = random.below(total)
    for (index, weight) in weights.enumerated() {
      place -= weight
      if place < 0 { return candidates[index].actor }
    }
    return candidates[0].actor
  }

  private mutating func change() {
    left = 1 + random.below(2 * period)
    mood += 1
    others.removeAll(keepingCapacity: true)
    for index in kinds.indices { kinds[index] = [1, 1, 4, 16][random.below(4)] * speeds[index] }
    laziness = [0, 50, 90, 100, 100][random.below(5)]
  }

  private mutating func weight(of candidate: Candidate) -> Int {
    let seat = candidate.seat
    if seat >= 0 {
      if seat < threads.count, threads[seat] >> 16 == mood { return Int(threads[seat] & 0xFFFF) }
    } else if seat < -1 {
      let number = -2 - seat
      if number < channels.count, channels[number] >> 16 == mood {
        return Int(channels[number] & 0xFFFF)
      }
    } else if let known = others[candidate.actor] {
      return known
    }
    let weight = draw(candidate.actor)
    let entry = mood << 16 | UInt64(weight)
    if seat >= 0 {
      while threads.count <= seat { threads.append(0) }
      threads[seat] = entry
    } else if seat < -1 {
      while channels.count <= -2 - seat { channels.append(0) }
      channels[-2 - seat] = entry
    } else {
      others[candidate.actor] = weight
    }
    return weight
  }

  private mutating func draw(_ actor: Actor) -> Int {
    let weight: Int
    switch actor {
    case .engine: weight = one(of: 0, 16, 64) * kinds[0]
    case .worker: weight = one(of: 0, 8, 16, 64) * kinds[1]
    case .collector: weight = one(of: 0, 8, 16, 64) * kinds[2]
    case .arrival(let channel):
      let isControl = channel.from.isCoordinator || channel.to.isCoordinator
      weight = one(of: 0, 8, 16, 64) * kinds[isControl ? 3 : 4]
    case .time: weight = one(of: 1, 4, 16)
    case .collect, .startRun: weight = one(of: 8, 64, 512)
    case .fault(.restartCoordinatorBetweenPhases): weight = one(of: 0, 16, 64)
    case .fault(let fault): weight = fault.isRepair ? one(of: 0, 1, 4) : one(of: 0, 0, 1)
    }
    return weight
  }

  private mutating func one(of weights: Int...) -> Int { weights[random.below(weights.count)] }
}
