// One line of `greywave bench`: a figure, its spread, and where it stands to its peer.
//
// A ratio is always ours / peer, of the medians of one run whose rounds alternated between the two.
// Times are good when it is small, rates when it is large; `goal` is the bound on it, and which
// side of the bound is good is what `met` already knows.

package struct BenchRow: Hashable, Sendable {
  package var name: String
  package var unit: String
  /// The median over the rounds.
  package var ours: Double
  /// The peer's median; nil when this row has none, or none could be measured here.
  package var peer: Double?
  package var peerName: String?
  package var ratio: Double?
  /// The ends of our own rounds.
  package var min: Double
  package var max: Double
  package var goal: Double?
  /// Nil when there is no goal, or no ratio to hold against it.
  package var met: Bool?

  /// - Parameter samples: one a round; a peer counts only if every round has it.
  package init(_ heading: RowHeading, _ samples: [RoundSample]) {
    let spread = Spread(samples.map(\.ours))
    let peers = samples.compactMap(\.peer)
    name = heading.name
    unit = heading.unit
    ours = spread.median
    min = spread.low
    max = spread.high
    peerName = heading.peerName
    goal = heading.goal?.bound
    if peers.count == samples.count {
      let median = Spread(peers).median
      peer = median
      // A figure that is held against a bound of its own is not held against the peer's.
      ratio = median == 0 || heading.isAbsolute ? nil : spread.median / median
    }
    let held = heading.isAbsolute ? spread.median : ratio
    if let goal = heading.goal, let held { met = goal.isMet(by: held) }
  }
}

/// A bound on ours / peer, or where the heading says so on ours.
package enum RatioGoal: Hashable, Sendable {
  /// Of times: not slower than this many times the peer.
  case atMost(Double)
  /// Of rates: not less than this share of the peer's.
  case atLeast(Double)

  package var bound: Double {
    switch self {
    case .atMost(let bound), .atLeast(let bound): bound
    }
  }

  package func isMet(by ratio: Double) -> Bool {
    switch self {
    case .atMost(let bound): ratio <= bound
    case .atLeast(let bound): ratio >= bound
    }
  }
}

extension BenchRow: Codable {
  private enum CodingKeys: String, CodingKey {
    case name, unit, ours, peer, peerName, ratio, min, max, goal, met
  }

  /// What is not there is written as null, so that every row has the same members.
  package func encode(to encoder: any Encoder) throws {
    var row = encoder.container(keyedBy: CodingKeys.self)
    try row.encode(name, forKey: .name)
    try row.encode(unit, forKey: .unit)
    try row.encode(ours, forKey: .ours)
    try row.encode(peer, forKey: .peer)
    try row.encode(peerName, forKey: .peerName)
    try row.encode(ratio, forKey: .ratio)
    try row.encode(min, forKey: .min)
    try row.encode(max, forKey: .max)
    try row.encode(goal, forKey: .goal)
    try row.encode(met, forKey: .met)
  }
}
