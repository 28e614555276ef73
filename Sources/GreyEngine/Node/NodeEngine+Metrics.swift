// A node's figures under the names that Go's runtime/metrics has for them, and a few of its own.
//
// Everything here is kept anyway, so asking costs a node nothing while it is not asked. CPU times
// are those of the cycles that this node has ended; a pause counts once for each of its workers,
// as in Go, because none of them could run a task.

import GreyBasics
import GreyCollector
import GreyEvents
import GreyHeap
import GreyMutator
import GreyProtocol
import GreyWire

/// CPU time that collecting took since the node began.
struct CollectionTimes {
  var assist = Duration.zero
  var background = Duration.zero
  var idle = Duration.zero
  var pause = Duration.zero
  var sweep = Duration.zero

  /// Sweeping comes later: that report is made before it begins.
  mutating func add(_ report: SweepReport) {
    assist += .nanoseconds(Int64(clamping: report.assistNanoseconds))
    background += .nanoseconds(Int64(clamping: report.backgroundMarkNanoseconds))
    idle += .nanoseconds(Int64(clamping: report.idleMarkNanoseconds))
  }

  /// Go sweeps on other accounts, and so its total is without sweeping.
  var metrics: [Metric] {
    [
      ("/cpu/classes/gc/mark/assist:cpu-seconds", assist),
      ("/cpu/classes/gc/mark/dedicated:cpu-seconds", background),
      ("/cpu/classes/gc/mark/idle:cpu-seconds", idle),
      ("/cpu/classes/gc/pause:cpu-seconds", pause),
      ("/cpu/classes/gc/total:cpu-seconds", assist + background + idle + pause),
      ("/greywave/cpu/sweep:cpu-seconds", sweep),
    ].map { Metric(name: $0.0, value: $0.1.inSeconds) }
  }
}

extension NodeEngine {
  func metrics(_ core: NodeCore) -> MetricsResult.Node {
    let heap = core.heap.statistics
    let pacer = pace.pacer
    let scan = ScanWork(
      heap: heap.scannableBytes, stacks: pacer.lastScan.stacks, globals: core.globalBytes)
    let more: [(String, Int)] = [
      (Metric.heapGoal, HeapBound.told(pacer.goal)),
      (Metric.gogc, pacer.settings.gogc ?? Metric.gogcOff),
      (Metric.memoryLimit, pacer.settings.softLimit ?? HeapBound.none),
      ("/gc/scan/globals:bytes", scan.globals),
      ("/gc/scan/heap:bytes", scan.heap),
      ("/gc/scan/stack:bytes", scan.stacks),
      ("/gc/scan/total:bytes", scan.total),
      ("/greywave/stacks:bytes", core.stackBytes),
      ("/sched/goroutines:goroutines", core.workers.reduce(0) { $0 + $1.figures.tasks }),
      (
        "/greywave/links/transit:messages",
        core.workers.reduce(0) { $0 + $1.figures.transitEntries }
      ),
      (
        "/greywave/links/unacknowledged:bytes",
        peers.reduce(0) { $0 + $1.link.unacknowledgedBytes }
      ),
      (Metric.malformedFrames, malformedFrames),
    ]
    let metrics = heap.metrics + more.map { (name: $0.0, value: $0.1) }
    return MetricsResult.Node(
      node: core.node,
      metrics: metrics.map { Metric(name: $0.name, value: Double($0.value)) } + spent.metrics)
  }
}
