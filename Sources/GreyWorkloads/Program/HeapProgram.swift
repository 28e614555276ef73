// heap-snapshot: the heap of a real program, divided over the nodes, losing and regaining parts.
//
// The file is a V8 heap snapshot: every object and every strong edge of a running Node program or
// a browser tab. Each node reads it by itself and, because every decision is a function of the
// file, the parameters and the seed, all nodes come to the same plan (`ProgramPlan`) and send each
// other nothing but references. One round:
//
//   build     each node allocates the objects of its part that it has not (`ProgramBuild`), asks
//             the others for the references to which its edges lead (`ProgramExchange`), and
//             stores them (`ProgramLink`), except in a few slots that the program clears in this
//             round: behind each of them hangs a subgraph that nothing else holds
//   release   the tables in which objects were found by number are dropped; from now on only the
//             file's own root is a root, in a global of the node that owns it
//   collect   as `runtime.GC`: a full cycle that began afterwards
//   census    every heap counts the program's objects, whatever leads to them (`ProgramCensus`)
//   walk      from the root along the edges, all nodes together (`ProgramWalk`), which fills new
//             tables with whatever is still there
//   check     the objects found are exactly those that the file says can be reached
//             (`ProgramCheck`)
//
// and the next round builds again what was freed and mends the slots, then clears others.
//
// Why the check is right. The walk numbers objects by the file: it begins with the root as number
// zero, and the object in slot k of number n is, by the file, of a known number. Every edge of
// every object found is compared: two ways to one number must lead to the same reference, a cleared
// slot must be null, and no other may be. So what was found is the file's graph, edge by edge, and
// nothing of it was lost. That nothing else is left is the census: as many objects of the program's
// types as the file says can be reached, by the heaps' own count. The cluster's inspection
// (`verify`) can count once more while the run holds its heap at the end (`hold`).

import GreyBasics
import GreyHeap
import GreyMutator

package struct HeapProgram: Workload {
  package static let name = "heap-snapshot"
  package static let summary =
    "A real program's heap from a V8 snapshot, over all nodes: parts are dropped and rebuilt"
  package static let parameters: [ParameterDescription] = [
    .file(
      "file", default: "configs/snapshots/node-program.heapsnapshot",
      help: "The snapshot, read by every node: the sample that comes along, from anywhere."),
    .choice(
      "partition", default: SnapshotPartitioning.bfs.rawValue,
      among: SnapshotPartitioning.allCases.map(\.rawValue),
      help: "Which node gets which object: anywhere, in the file's order, or by regions."),
    .integer("rounds", default: 3, in: 1...1_000, help: "Times that parts are dropped."),
    .integer("drops", default: 8, in: 1...1_000, help: "Slots of which some are cleared a round."),
    .integer(
      "hold", default: 0, in: 0...86_400,
      help: "Seconds for which the heap is held at the end, for an inspection."),
  ]
  package static let typeLimit = 4096

  let rounds: Int
  let hold: Int
  let image: ProgramImage

  package init(parameters: ParameterValues) throws(ParameterError) {
    let path = parameters.text("file")
    if path.isEmpty { throw .impossible("'file' names no file: give the path of a .heapsnapshot") }
    guard let partition = SnapshotPartitioning(rawValue: parameters.text("partition")) else {
      throw .impossible("'partition' cannot be '\(parameters.text("partition"))'")
    }
    rounds = parameters.integer("rounds")
    hold = parameters.integer("hold")
    image = ProgramImage(
      path: path, partition: partition, rounds: rounds, drops: parameters.integer("drops"),
      typeLimit: ProgramTypes.limit(of: Self.typeLimit))
  }

  package func types() throws(WorkloadError) -> [TypeDescription] {
    try ProgramTypes.tables()
  }

  /// The three tables and the program's root.
  package var globals: Int { ProgramTables.globals }

  package var functions: [FunctionDescription] {
    let image = image
    func phase<Work: ProgramWork>(_ name: String, _: Work.Type) -> FunctionDescription {
      FunctionDescription(name: name, layout: ProgramFrame.layout, arguments: 2) {
        ProgramPhase<Work>(image)
      }
    }
    return [
      FunctionDescription(name: "main", layout: ProgramMain.layout) { ProgramMain(self) },
      phase("prepare", ProgramPrepare.self),
      phase("build", ProgramBuild.self),
      phase("exchange", ProgramExchange.self),
      phase("link", ProgramLink.self),
      phase("release", ProgramRelease.self),
      phase("walk", ProgramWalk.self),
      phase("check", ProgramCheck.self),
      phase("census", ProgramCensus.self),
      FunctionDescription(
        name: "look-up", layout: ProgramBatch.layout, arguments: ProgramBatch.size,
        results: ProgramBatch.size
      ) { ProgramLookUp(image) },
      FunctionDescription(
        name: "arrive", layout: ProgramBatch.layout, arguments: 2 * ProgramBatch.size
      ) { ProgramArrival(image) },
    ]
  }

  enum Function {
    static let prepare: FunctionIndex = 1
    static let build: FunctionIndex = 2
    static let exchange: FunctionIndex = 3
    static let link: FunctionIndex = 4
    static let release: FunctionIndex = 5
    static let walk: FunctionIndex = 6
    static let check: FunctionIndex = 7
    static let census: FunctionIndex = 8
    static let lookUp: FunctionIndex = 9
    static let arrive: FunctionIndex = 10
  }
}
