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
  /// -1: looked up by `key`; from -2 downwards a channel; otherwise a thread.
  fileprivate let seat: Int
  fileprivate var key: UInt64 = 0

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
  static func fault(_ fault: Fault) -> Candidate {
    Candidate(actor: .fault(fault), seat: -1, key: fault.key)
  }
  static var time: Candidate { Candidate(actor: .time, seat: -1, key: timeKey) }
  static var collect: Candidate { Candidate(actor: .collect, seat: -1, key: 2) }
  static var startRun: Candidate { Candidate(actor: .startRun, seat: -1, key: 3) }
  fileprivate static var timeKey: UInt64 { 1 }

  /// Of one process at most: an engine, and 64 workers and collectors.
  private static let threads = 129
}

package struct Moods {
  private var random: SplitMix
  /// By seat: the mood in which it was drawn, times 2¹⁶, and the weight.
  private var threads: [UInt64] = []
  private var channels: [UInt64] = []
  private var others = KeyedWeights()
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
      if candidate.key != Candidate.timeKey { busy += weight }
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
    } else if let known = others[candidate.key], known >> 16 == mood {
      return Int(known & 0xFFFF)
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
      others[candidate.key] = entry
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
    case .fault(.restartCoordinatorBetweenPhases), .fault(.killCoordinatorInTurn):
      weight = one(of: 0, 16, 64)
    case .fault(let fault): weight = fault.isRepair ? one(of: 0, 1, 4) : one(of: 0, 0, 1)
    }
    return weight
  }

  private mutating func one(of weights: Int...) -> Int { weights[random.below(weights.count)] }
}

/// What `Moods` keeps of faults, by key: a table with open addressing, since dozens of them are
/// looked up before every turn. Nothing is ever taken out; what is of an old mood says so.
private struct KeyedWeights {
  private var keys = [UInt64](repeating: 0, count: 128)
  private var values = [UInt64](repeating: 0, count: 128)
  private var count = 0

  /// Of a key that is not zero.
  subscript(key: UInt64) -> UInt64? {
    get {
      let place = place(of: key)
      return keys[place] == key ? values[place] : nil
    }
    set {
      if count * 2 >= keys.count { grow() }
      let place = place(of: key)
      if keys[place] == 0 {
        keys[place] = key
        count += 1
      }
      values[place] = newValue ?? 0
    }
  }

  private func place(of key: UInt64) -> Int {
    let mask = keys.count - 1
    var place = Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) >> 32) & mask
    while keys[place] != 0, keys[place] != key { place = (place + 1) & mask }
    return place
  }

  private mutating func grow() {
    let (oldKeys, oldValues) = (keys, values)
    keys = [UInt64](repeating: 0, count: oldKeys.count * 2)
    values = keys
    for (key, value) in zip(oldKeys, oldValues) where key != 0 {
      let place = place(of: key)
      keys[place] = key
      values[place] = value
    }
  }
}
