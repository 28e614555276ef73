// A real Node program's heap, as it stands in the repository, and a file of 200 MB made here.

import Foundation
import Testing

@testable import GreyWorkloads

@Suite("The heap of a real program")
struct HeapSnapshotProgramTests {
  static let path =
    packageRoot.appendingPathComponent("configs/snapshots/node-program.heapsnapshot").path

  /// Read once for all tests here.
  static let program = Result { try HeapSnapshot(path: path) }

  @Test("is read whole, with the program's own classes among the types")
  func types() throws {
    let heap = try Self.program.get()
    #expect(heap.objectCount > 40_000)
    #expect(heap.edgeCount > heap.objectCount)
    #expect(heap.weakEdges > 0)
    func objects(_ name: String) -> Int {
      heap.types.first { $0.description == "object \(name)" }?.objects ?? 0
    }
    // Three parsed documents, a full cache of sessions; V8 adds a prototype or so to each.
    #expect(objects("DocumentNode") > 1000)
    #expect((300...700).contains(objects("Session")))
    #expect((1...3).contains(objects("LruCache")))
    #expect(heap.types.count < 60_000)
    #expect(heap.types.contains { $0.description == "string" })
    #expect(heap.types.reduce(0) { $0 + $1.objects } == heap.objectCount)
  }

  @Test("has room for its edges, and little that its root does not reach")
  func shape() throws {
    let heap = try Self.program.get()
    for object in 0..<heap.objectCount {
      #expect(Int(heap.words[object]) >= heap.edges(of: object).count)
    }
    let alive = heap.reachable()
    #expect(alive.count > heap.objectCount * 9 / 10)
  }

  @Test("is cut least by growing regions, most by scattering")
  func partitions() throws {
    let heap = try Self.program.get()
    let scattered = heap.partition(.hash, parts: 4)
    let inOrder = heap.partition(.contiguous, parts: 4)
    let grown = heap.partition(.bfs, parts: 4)
    #expect(grown.cutEdges < scattered.cutEdges * 2 / 3)
    #expect(inOrder.cutEdges < scattered.cutEdges)
    let fair = heap.totalWords / 4
    for partition in [scattered, inOrder, grown] {
      for words in partition.words { #expect((fair / 2...fair * 2).contains(words)) }
    }
  }

  @Test("loses exactly the subgraphs whose edges are dropped, and has them again when mended")
  func dropping() throws {
    let heap = try Self.program.get()
    let alive = heap.reachable()
    let edges = heap.edgesToDrop(count: 3, seed: 5)
    #expect(edges.count == 3)
    #expect(heap.edgesToDrop(count: 3, seed: 5) == edges)
    let rest = heap.reachable(without: edges)
    #expect(rest.count < alive.count)
    #expect(rest.count >= alive.count / 4)
    for edge in edges {
      #expect(rest.contains(heap.source(ofEdge: edge)))
      #expect(!rest.contains(Int(heap.target[edge])))
    }
    #expect(heap.reachable(without: []) == alive)
  }

  @Test("is refused when any of it is missing", arguments: [1, 1000, 2_000_000, 4_000_000])
  func cutOff(length: Int) throws {
    let handle = try #require(FileHandle(forReadingAtPath: Self.path))
    let bytes = try #require(try handle.read(upToCount: length))
    guard case .truncated(let offset, _) = readingError(bytes: Array(bytes)) else {
      Issue.record("cut at \(length)")
      return
    }
    #expect(offset == length)
  }
}
