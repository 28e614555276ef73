// An idealised program and machine for the pacer: rates in, cycles out.
//
// Like the model by which Go tests its pacer. A cycle runs in steps of half a millisecond. In each,
// marking gets the share of the processors that the assist ratio forces (never less than the
// background share), the mutators get the rest; what both do follows from their rates. When the
// work is done, the cluster may still be waiting for another node: the mutators go on meanwhile.

import GreyBasics

@testable import GreyCollector

/// A value a cycle.
typealias Stream = (Int) -> Double

func constant(_ value: Double) -> Stream { { _ in value } }
/// From zero to `height` in `length` cycles, then flat.
func ramp(_ height: Double, _ length: Int) -> Stream {
  { height * Double(min($0, length)) / Double(length) }
}
func step(_ value: Double, at cycle: Int) -> Stream { { $0 >= cycle ? value : 0 } }
func once(_ value: Double, at cycle: Int) -> Stream { { $0 == cycle ? value : 0 } }
/// Uniform in ±amplitude.
func noise(_ amplitude: Double, seed: UInt64) -> Stream {
  { cycle in
    var rng = SplitMix(seed: seed &+ UInt64(cycle) &* 77)
    return (Double(rng.next() >> 11) / Double(1 << 53) * 2 - 1) * amplitude
  }
}
func wave(_ amplitude: Double, period: Int) -> Stream {
  { cycle in
    // A triangle: enough of an oscillation, and no library of sines.
    let phase = Double(cycle % period) / Double(period)
    return amplitude * (phase < 0.5 ? 4 * phase - 1 : 3 - 4 * phase)
  }
}
func + (a: @escaping Stream, b: @escaping Stream) -> Stream { { a($0) + b($0) } }

struct PacerModel {
  var settings = PacerSettings()
  var processors = 8
  /// KiB in a CPU millisecond.
  var allocation: Stream = constant(33)
  var scanning: Stream = constant(1024)
  /// Live heap of a cycle over that of the last.
  var growth: Stream = constant(2) + ramp(-1, 12)
  var scannable: Stream = constant(1)
  var stackBytes: Stream = constant(8192)
  var globalBytes = 32 << 10
  var otherMemory = 0
  /// Milliseconds in which only other nodes mark.
  var waiting: Stream = constant(0)
  /// Share of the processors that nobody uses and that idle marking takes.
  var idle: Stream = constant(0)
  var cycles = 50

  struct Cycle {
    var live = 0.0
    var trigger = 0.0
    var goal = 0.0
    var peak = 0.0
    /// Share of the processors that marking took from the mutators while there was local work.
    var utilization = 0.0
    var goalRatio: Double { peak / goal }
  }

  func run() -> [Cycle] {
    var pacer = Pacer(settings: settings)
    var results: [Cycle] = []
    var blackLast = 0.0
    for index in 0..<cycles {
      let stacks = Int(max(0, stackBytes(index)) / 2048) * 2048
      let fraction = min(max(scannable(index), 0), 1)
      pacer.observe(
        live: pacer.heapMarked, scannable: Int(Double(pacer.heapMarked) * fraction),
        stackBytes: stacks, globalBytes: globalBytes, otherMemory: otherMemory)
      pacer.sweepFinished()
      let trigger = pacer.trigger
      pacer.observe(
        live: max(trigger, pacer.heapMarked), scannable: Int(Double(trigger) * fraction),
        stackBytes: stacks, globalBytes: globalBytes, otherMemory: otherMemory)
      pacer.startCycle()
      var cycle = Cycle()
      let marked =
        index == 0 ? 262_144 : (Double(pacer.heapMarked) - blackLast) * max(growth(index), 1e-4)
      let black = mark(
        &pacer, &cycle, index: index, stacks: stacks, heapWork: marked * fraction,
        fraction: fraction, marked: marked)
      cycle.live = marked
      cycle.trigger = Double(trigger)
      blackLast = black
      results.append(cycle)
    }
    return results
  }

  private func mark(
    _ pacer: inout Pacer, _ cycle: inout Cycle, index: Int, stacks: Int, heapWork: Double,
    fraction: Double, marked: Double
  ) -> Double {
    let period = 0.5
    let background = settings.backgroundUtilization
    let cores = Double(processors)
    let allocationRate = max(allocation(index), 1e-4) * 1024
    let scanRate = max(scanning(index), 1e-4) * 1024
    let idleShare = idle(index)
    var live = Double(pacer.heapLive)
    var left = [Double(globalBytes), Double(stacks), heapWork]
    var done = [0.0, 0.0, 0.0]
    var (elapsed, assist, black) = (0.0, 0.0, 0.0)
    while left.reduce(0, +) >= 1 {
      let forced = pacer.assistWorkPerByte * allocationRate
      // What idle processors mark nobody has to be forced to.
      let utilization = max(forced / (forced + scanRate) - idleShare, background)
      let capacity = scanRate * period * cores * (utilization + idleShare)
      var budget = capacity
      for part in 0..<3 {
        let work = min(left[part], budget)
        left[part] -= work
        done[part] += work
        budget -= work
      }
      let share = (capacity - budget) / capacity
      let allocated = allocationRate * period * share * cores * max(0, 1 - utilization - idleShare)
      live += allocated
      black += allocated
      elapsed += period * share
      assist += period * share * cores * (utilization - background)
      pacer.revise(
        live: Int(live), scannable: Int(Double(pacer.heapScannable) + allocated * fraction),
        work: ScanWork(heap: Int(done[2]), stacks: Int(done[1]), globals: Int(done[0])))
    }
    cycle.utilization = assist / (elapsed * cores) + background
    let wait = max(0, waiting(index))
    let meanwhile = allocationRate * wait * cores * (1 - idleShare)
    live += meanwhile
    black += meanwhile
    pacer.revise(live: Int(live), scannable: pacer.heapScannable, work: pacer.work)
    cycle.peak = live
    cycle.goal = Double(pacer.goal)
    pacer.endCycle(
      CycleMeasure(
        marked: Int(marked + black), work: pacer.work,
        duration: .nanoseconds(Int64((elapsed + wait) * 1e6)),
        waited: .nanoseconds(Int64(wait * 1e6)), assistTime: .nanoseconds(Int64(assist * 1e6)),
        idleTime: .nanoseconds(Int64(elapsed * cores * idleShare * 1e6)), processors: processors))
    return black
  }
}
