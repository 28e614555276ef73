// churn: a cache of steady size on every node, and how long each operation on it takes.
//
// Each node fills a least-recently-used map (`LRUMap`) and then keeps using it: a key that it has
// is touched, checked and, one time in four, given a new value; one that it has not is put in, and
// the oldest goes. So the live heap stays as it is while garbage comes at a steady rate, made of
// objects of every age up to that of the oldest entry: what generational tricks do not help with.
//
// The latency is what this workload is for. One step does one operation, and its latency is the
// time from the beginning of its step to the beginning of the next one. That includes whatever the
// worker did in between on behalf of the collector: scanning this task's stack, assists, sweeping
// for an allocation, waiting in a stop. A pause shows here as long as its task felt it, and so does
// a time in which the task got little done: the fewest operations of any 10 ms. Percentiles cannot
// be averaged, so the nodes send the buckets of their histograms, and the first task adds them up
// before it reads the percentiles.
//
// Why the check is right. Every hit reads the value's words, which are a stamp of key and version,
// so an entry or a value that was freed while in use shows as soon as it is used again. At the end
// the whole order of use is walked: it must have exactly as many entries as are counted, both
// directions must agree, and each entry must be found under its key.

import GreyBasics
import GreyHeap
import GreyMutator
import Histogram

package struct Churn: Workload {
  package static let name = "churn"
  package static let summary =
    "A least-recently-used map of steady size on every node, with the latency of its operations"
  package static let parameters: [ParameterDescription] = [
    .integer(
      "entries", default: 20_000, in: 2...50_000_000, help: "Entries that each map keeps."),
    .integer(
      "operations", default: 1_000_000, in: 1...1_000_000_000,
      help: "Operations on each map, after it is full."),
    .integer("value-words", default: 8, in: 1...1_000_000, help: "Words of 8 bytes in a value."),
  ]
  package static let typeLimit = 3

  let entries: Int
  let operations: Int
  let valueWords: Int

  package init(parameters: ParameterValues) throws(ParameterError) {
    entries = parameters.integer("entries")
    operations = parameters.integer("operations")
    valueWords = parameters.integer("value-words")
  }

  package func types() throws(WorkloadError) -> [TypeDescription] {
    [
      try .of("churn.table", words: 1, references: [0]),
      try .of("churn.entry", words: LRUMap.Entry.words, references: [0, 1, 2, 3]),
      try .of("churn.value", words: 1, references: []),
    ]
  }

  package var globals: Int { 0 }

  package var functions: [FunctionDescription] {
    [
      FunctionDescription(name: "main", layout: ChurnMain.layout) { ChurnMain() },
      FunctionDescription(name: "map", layout: ChurnMap.layout, arguments: 1) { ChurnMap(self) },
    ]
  }

  static let map: FunctionIndex = 1
}

/// Starts a map on every node, adds their histograms up and reads the percentiles.
private final class ChurnMain: TaskBody {
  static let home: Slot = 0
  static let started: Slot = 1
  static let layout = FrameLayout(slots: 2 + ChurnReport.words)

  private var maps = FanOut(
    Churn.map, arguments: [home], address: started, report: ChurnReport.slots(from: 2))
  private var latencies = ChurnReport.emptyHistogram()
  private var sums = (operations: 0, hits: 0, evictions: 0)
  /// Of any node.
  private var worstWindow = Int.max

  func step(_ task: TaskContext, budget: Int) -> Step {
    if let failure = task.failure(in: "churn") { return failure }
    task[data: Self.home] = task.address.rawValue
    while true {
      switch maps.next(task) {
      case .wait(let operation): return .wait(operation)
      case .report: add(task)
      case .finished:
        task.finish(ok: true, result: result.json)
        return .done
      }
    }
  }

  private func add(_ task: TaskContext) {
    let words = maps.report.map { task[integer: $0] }
    if words[0] == ChurnReport.sums {
      sums.operations += words[1]
      sums.hits += words[2]
      sums.evictions += words[3]
      worstWindow = min(worstWindow, words[4])
      return
    }
    for pair in stride(from: 1, to: words.count - 1, by: 2) where words[pair + 1] > 0 {
      _ = latencies.record(UInt64(words[pair]), count: UInt64(words[pair + 1]))
    }
    maps.expectAnother()
  }

  private var result: ResultObject {
    func latency(_ percentile: Double) -> ResultValue {
      .integer(Int(latencies.valueAtPercentile(percentile)))
    }
    return [
      "operations": .integer(sums.operations), "hits": .integer(sums.hits),
      "evictions": .integer(sums.evictions), "latency_p50_ns": latency(50),
      "latency_p99_ns": latency(99), "latency_p999_ns": latency(99.9),
      "latency_p9999_ns": latency(99.99), "latency_max_ns": .integer(Int(latencies.maxRecorded)),
      "worst_10ms_operations": .integer(worstWindow),
    ]
  }
}

/// The messages in which a node tells its histogram, bucket by bucket, and then its sums.
enum ChurnReport {
  static let buckets = 0
  static let sums = 1
  static let pairs = 16
  static let words = 1 + 2 * pairs

  static func slots(from first: Int) -> [Slot] { (first..<first + words).map { Slot($0) } }

  /// One percent, from nanoseconds to an hour.
  static func emptyHistogram() -> Histogram<UInt64> {
    Histogram(highestTrackableValue: 3_600_000_000_000, numberOfSignificantValueDigits: .two)
  }
}
