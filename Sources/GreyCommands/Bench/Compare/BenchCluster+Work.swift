// What a comparison has a cluster do: run a workload to its end and hear of its cycles, stop it
// while it computes, and say what it used.

import Foundation
import Glibc
import GreyBasics
import GreyEvents
import GreyRuntime

/// A workload that was run to its end.
struct BenchRun {
  let result: RunResult
  /// Those that the run asked for after it had said that it is built, or all of the run if it said
  /// nothing.
  let cycles: [CycleFigures]

  func figure(_ name: String) throws(CommandFailure) -> Double {
    guard let figure = result.result[name]?.double else {
      throw CommandFailure(
        .checkFailed, "bench: \(result.workload) told no '\(name)': \(result.result.line)")
    }
    return figure
  }
}

extension BenchCluster {
  func run(_ workload: String, _ parameters: [String: String]) throws -> BenchRun {
    var client = try client()
    var cycles: [CycleFigures] = []
    let interrupted = tools.interrupted
    let result = try client.request(
      .run(
        workload: workload, parameters: parameters, seed: 1, durationUs: nil, nodes: nil,
        detach: false),
      as: RunResult.self, limit: .seconds(300)
    ) { record in
      switch record.event {
      case .runOutput: cycles = []
      case .cycleFinished(let figures): cycles.append(figures)
      default: break
      }
    } onQuiet: { _ in
      interrupted() ? .giveUp : .wait
    }
    guard result.ok == true else {
      throw CommandFailure(.checkFailed, "bench: \(workload): \(result.message)")
    }
    return BenchRun(result: result, cycles: cycles)
  }

  /// Starts a workload on the first nodes and does not wait for it.
  func begin(_ workload: String, _ parameters: [String: String], nodes: Int) throws -> RunID {
    var client = try client()
    return try client.request(
      .run(
        workload: workload, parameters: parameters, seed: 1, durationUs: nil,
        nodes: (1...nodes).map { NodeID($0) }, detach: true),
      as: RunResult.self, limit: .seconds(60)
    ).run
  }

  func cancel(_ run: RunID) throws {
    var client = try client()
    let _: CancelResult = try client.request(.cancel(run: run), limit: .seconds(60))
  }

  /// Collects while a mutator computes on each of the first `busy` nodes.
  func collect(times: Int, spinningOn busy: Int) throws -> [(stop1: Double, stop2: Double)] {
    let spin = busy == 0 ? nil : try begin("spin", ["rounds": "1000000000000"], nodes: busy)
    // The first few are as cold as the barrier's, which it does not count either.
    let stops = try collect(times: times + times / 10 + 1).suffix(times)
    if let spin { try cancel(spin) }
    return Array(stops)
  }

  // MARK: what it uses

  func metrics() throws -> MetricsResult {
    var client = try client()
    return try client.request(.metrics, limit: .seconds(60))
  }

  private func processes() throws -> [Int] {
    var client = try client()
    return try client.request(.status, as: StatusResult.self, limit: .seconds(60)).nodes.map(\.pid)
  }

  /// Per cent of the CPU time of the node processes that collecting took, sweeping included.
  func collectorShare() throws -> Double {
    let metrics = try metrics().cluster.filter {
      $0.name == "/cpu/classes/gc/total:cpu-seconds" || $0.name == "/greywave/cpu/sweep:cpu-seconds"
    }
    let all = try processes().compactMap(ProcessFigures.cpuSeconds).reduce(0, +)
    return all > 0 ? 100 * metrics.reduce(0) { $0 + $1.value } / all : 0
  }

  /// Of each node, what is its alone.
  func privateBytes() throws -> [Int] { try processes().compactMap(ProcessFigures.privateBytes) }

  /// The bytes of the heap that are in use, on all nodes.
  func heapInUse() throws -> Int {
    let names = ["/memory/classes/heap/objects:bytes", "/memory/classes/heap/unused:bytes"]
    return Int(
      try metrics().cluster.filter { names.contains($0.name) }.reduce(0) { $0 + $1.value })
  }

  /// Waits until so many cycles were completed.
  func waitForCycles(_ count: Int) throws {
    let found: Bool? = try WaitingClock.real.wait(upTo: .seconds(120)) {
      if tools.interrupted() { throw CommandFailure(.checkFailed, "interrupted") }
      let cycles = try metrics().cluster.first { $0.name == "/greywave/cycles:cycles" }
      return (cycles?.value ?? 0) >= Double(count) ? true : nil
    }
    if found == nil { throw BenchSkipped("\(count) cycles did not come") }
  }
}

/// What the kernel says of another process.
package enum ProcessFigures {
  package static func cpuSeconds(_ pid: Int) -> Double? {
    Files.text(of: "/proc/\(pid)/stat").flatMap(cpuTicks(inStat:)).map {
      Double($0) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }
  }

  /// User and system time. The program's name stands in brackets and may hold anything.
  package static func cpuTicks(inStat text: String) -> Int? {
    guard let end = text.lastIndex(of: ")") else { return nil }
    let fields = text[end...].split(separator: " ")
    guard fields.count > 13, let user = Int(fields[12]), let system = Int(fields[13]) else {
      return nil
    }
    return user + system
  }

  package static func privateBytes(_ pid: Int) -> Int? {
    Files.text(of: "/proc/\(pid)/smaps_rollup").flatMap(privateBytes(inRollup:))
  }

  /// `Private_Clean:   12 kB` and `Private_Dirty:`.
  package static func privateBytes(inRollup text: String) -> Int? {
    let lines = text.split(separator: "\n").filter { $0.hasPrefix("Private_") }
    let sizes = lines.filter { !$0.hasPrefix("Private_Hugetlb") }.compactMap { line in
      Int(line.filter(\.isNumber))
    }
    return sizes.isEmpty ? nil : sizes.reduce(0, +) << 10
  }
}
