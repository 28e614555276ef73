// What a seed decides about a run before it begins: how large the world is, what its tasks like to
// do, how fast everything goes in relation to everything else, what breaks.
//
// The values are extreme more often than not. A lost object needs slowness in one place and haste
// in another, and no single setting has both everywhere.

import GreyBasics
import GreyProtocol

package struct Temper: Hashable, Sendable, Codable {
  package var nodes = 2
  package var workers = 1
  /// Of the workload, on every node.
  package var tasks = 2
  package var slots = 3
  package var globals = 2
  package var weights = StirOperation.evenWeights
  package var pace = SimulatedCluster.Pace()
  /// Root words and messages that a worker's quantum takes.
  package var rootWords = 8
  package var messages = 4
  /// References in a grey batch.
  package var batch = 8
  package var acknowledgeAfterUs = 0
  /// Steps before the run is over.
  package var steps = 3_000
  package var fourCounters = false
  /// Tasks that allocate have to mark, and in a heap this small they mark all of it.
  package var assists = false
  /// Bytes that a heap may have, so few that allocations fail; nil: as many as it wants.
  package var heapBytes: Int?
  /// A factor for all limits of the protocol and the links: with a small one they are passed.
  package var timeScale = 1.0
  package var faults = FaultCounts()

  package init() {}

  /// - Parameter nodes: from which the number of nodes is drawn.
  package init(seed: UInt64, nodes: ClosedRange<Int> = 2...3, steps: Int = 3_000) {
    var random = SplitMix(seed: seed ^ 0x7e39)
    func one<Value>(of values: Value...) -> Value { values[random.below(values.count)] }
    self.nodes = nodes.lowerBound + random.below(nodes.count)
    workers = one(of: 1, 1, 1, 2)
    tasks = one(of: 1, 1, 2, 3)
    slots = one(of: 2, 2, 3, 5)
    globals = one(of: 1, 2, 4)
    weights = StirOperation.weights(from: &random)
    pace.objects = one(of: 1, 1, 1, 32)
    pace.pages = one(of: 1, 4, 64)
    pace.jumpUs = one(of: 0, 10, 100, 1_000)
    pace.mood = one(of: 10, 30, 80, 200)
    pace.speeds = (0..<5).map { _ in one(of: 1, 2, 16) }
    rootWords = one(of: 1, 1, 4, 64)
    messages = one(of: 1, 2, 64)
    batch = one(of: 1, 2, 64)
    acknowledgeAfterUs = one(of: 0, 20, 500)
    fourCounters = one(of: false, false, true)
    assists = one(of: false, false, false, true)
    heapBytes = one(of: nil, nil, nil, 16 << 10, 64 << 10)
    self.steps = steps
    // Drawn apart, so that what else belongs to a seed is as it was before there were lines.
    var lines = SplitMix(seed: seed ^ 0x11e5)
    pace.stopLines = lines.below(3) > 0
  }

  /// The same, and things break.
  ///
  /// - Parameter isHarsh: connections of the coordinator break, and it is restarted, too.
  package static func broken(
    seed: UInt64, nodes: ClosedRange<Int> = 2...4, isHarsh: Bool = true, steps: Int = 4_000
  ) -> Temper {
    var temper = Temper(seed: seed, nodes: nodes, steps: steps)
    var random = SplitMix(seed: seed ^ 0xfa17)
    func one<Value>(of values: Value...) -> Value { values[random.below(values.count)] }
    temper.timeScale = one(of: 0.001, 0.003, 0.02)
    temper.pace.jumpUs = one(of: 0, 10, 100, 400)
    temper.pace.clockRates = (0..<5).map { _ in one(of: 1_000, 900, 990, 1_010, 1_100) }
    temper.faults.disconnects = one(of: 0, 2, 10)
    temper.faults.duplicates = one(of: 0, 4, 40)
    temper.faults.drops = one(of: 0, 0, 4, 40)
    temper.faults.clogs = one(of: 0, 2, 10)
    temper.faults.stalls = one(of: 0, 0, 1, 4)
    temper.faults.deaths = one(of: 0, 1, 2)
    temper.faults.returns = one(of: 0, 0, 1, 2)
    temper.faults.leaves = one(of: 0, 0, 1)
    temper.faults.joins = one(of: 0, 1, 2)
    temper.faults.restarts = one(of: 0, 0, 1, 2)
    temper.faults.boundaries = one(of: 0, 0, 1, 4)
    if !isHarsh {
      temper.faults.disconnects = 0
      temper.faults.restarts = 0
      temper.faults.boundaries = 0
    }
    return temper
  }
}
