// What can be measured: one preparation, then rounds, each of which measures us and the peer.
//
// The two alternate within every round, so that whatever else the machine does meets both. In one
// process time is the thread's CPU time: nothing here blocks, and another program that takes the
// processor away is not what is to be measured.

import CGrey

/// What stands in a row before anything was measured.
package struct RowHeading: Hashable, Sendable {
  package var name: String
  package var unit: String
  package var peerName: String?
  package var goal: RatioGoal?
  /// The goal is a bound on our own figure, not on its ratio to the peer's.
  package var isAbsolute: Bool
  package init(
    _ name: String, _ unit: String, peer: String? = nil, goal: RatioGoal? = nil,
    isAbsolute: Bool = false
  ) {
    self.name = name
    self.unit = unit
    peerName = peer
    self.goal = goal
    self.isAbsolute = isAbsolute
  }
}

/// What one round measured for one row.
package struct RoundSample: Hashable, Sendable {
  package var ours: Double
  package var peer: Double?
  package init(ours: Double, peer: Double? = nil) {
    self.ours = ours
    self.peer = peer
  }
}

/// A prepared measurement. It may keep whatever it needs until `end`.
package protocol BenchRounds {
  /// One sample a row, in the order of the headings.
  func round() throws -> [RoundSample]
  /// Gives back what is not memory. Called once, whatever happened.
  func end()
}

extension BenchRounds {
  package func end() {}
}

package struct Measurement: Sendable {
  package var headings: [RowHeading]
  package var prepare: @Sendable (BenchScale, (BenchNews) -> Void) throws -> any BenchRounds
  package init(
    _ headings: [RowHeading],
    prepare: @escaping @Sendable (BenchScale, (BenchNews) -> Void) throws -> any BenchRounds
  ) {
    self.headings = headings
    self.prepare = prepare
  }
}

/// It cannot be measured here, and that is nobody's mistake: the rows are left out.
package struct BenchSkipped: Error, Hashable, Sendable {
  package var reason: String
  package init(_ reason: String) { self.reason = reason }
}

/// How much of everything.
package struct BenchScale: Hashable, Sendable {
  /// Objects of a graph; the numbers of allocations and stores follow it.
  package var objects: Int
  package var rounds: Int
  /// Collections of a cluster in one round, and stops of the raw barrier.
  package var stops: Int
  package var barrierStops: Int

  package init(objects: Int, rounds: Int, stops: Int, barrierStops: Int) {
    self.objects = objects
    self.rounds = rounds
    self.stops = stops
    self.barrierStops = barrierStops
  }

  package static let full = BenchScale(
    objects: 2_000_000, rounds: 7, stops: 100, barrierStops: 300)
  package static let quick = BenchScale(
    objects: 200_000, rounds: 3, stops: 50, barrierStops: 100)

  package init(_ request: BenchRequest) {
    self = request.quick ? .quick : .full
    if let rounds = request.rounds { self.rounds = rounds }
  }
}

/// CPU time of the calling thread.
enum BenchClock {
  @inline(__always)
  static func nanoseconds(_ body: () throws -> Void) rethrows -> Double {
    let start = grey_thread_cpu_ns()
    try body()
    return Double(grey_thread_cpu_ns() &- start)
  }
}

/// A measurement whose result is wrong is no figure.
func confirm(_ isRight: Bool, _ what: @autoclosure () -> String) throws(CommandFailure) {
  if !isRight { throw CommandFailure(.checkFailed, "bench: \(what())") }
}
