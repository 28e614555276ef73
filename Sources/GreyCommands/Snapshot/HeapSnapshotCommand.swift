// `heap snapshot`: what a V8 snapshot holds and how it would lie on a cluster, before any cluster.
//
// The same reader and the same partition as the workload `heap-snapshot`, so what is refused here
// is refused there, with the same byte offset; and what the reader needs beside the heap, which is
// built elsewhere, can be measured: this process does nothing else.

import ArgumentParser
import GreyBasics
import GreyEvents
import GreyRuntime
import GreyWorkloads

package struct HeapSnapshotCommand: Verb {
  package static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "snapshot",
      abstract: "Read a V8 heap snapshot: what it holds, how it would lie on the nodes.",
      discussion: """
          $ node --heapsnapshot-signal=SIGUSR2 program.js
          $ greywave heap snapshot Heap.heapsnapshot --partition bfs --nodes 4
        """)
  }
  @Argument(help: "A .heapsnapshot file, as Node and Chrome write it.")
  package var file: String
  @Option(help: "How the objects are divided: \(SnapshotPartitioning.list).")
  package var partition = SnapshotPartitioning.bfs
  @Option(help: "Over how many nodes.")
  package var nodes = 4
  @Flag(help: "Print one JSON object on one line; everything else goes to stderr.")
  package var json = false
  package init() {}
  package var wantsJSON: Bool { json }

  package func execute(_ context: CommandContext) throws -> CommandStatus {
    guard (1...1024).contains(nodes) else {
      throw CommandFailure(.usage, "--nodes takes 1 to 1024, not \(nodes)")
    }
    let path = file.hasPrefix("/") ? file : context.folder + "/" + file
    context.progress?("reading \(file) …")
    let start = context.clock.now()
    let memory = ResidentMemory.begin()
    let heap: HeapSnapshot
    do {
      heap = try HeapSnapshot(path: path)
    } catch {
      context.progress?("")
      throw CommandFailure(.usage, "\(file): \(error)")
    }
    let peak = memory?.peak()
    let elapsed = context.clock.now() - start
    context.progress?("")
    let result = SnapshotResult(
      file, heap, partition, parts: nodes, elapsed: elapsed, peakBytes: peak)
    context.print(result, json: json) { Render.snapshot(result, $0) }
    return .ok
  }
}

extension SnapshotPartitioning: ExpressibleByArgument {
  static var list: String { allCases.map(\.rawValue).joined(separator: ", ") }
}
