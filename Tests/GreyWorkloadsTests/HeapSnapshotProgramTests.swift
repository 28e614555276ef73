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
    // Three parsed documents; a full cache of sessions, and those that left it and are still
    // neighbours of one in it.
    #expect(objects("DocumentNode") > 1000)
    #expect((300...1500).contains(objects("Session")))
    #expect((1...3).contains(objects("LruCache")))
    #expect(heap.types.count < 60_000)
    #expect(heap.types.contains { $0.description == "string" })
    #expect(heap.types.reduce(0) { $0 + $1.objects } == heap.objectCount)
  }

  @Test("has room for its edges, and little that its root does not reach")
  func shape() throws {
    let heap = try Self.program.get()
    let isRoomy = (0..<heap.objectCount).allSatisfy { object in
      Int(heap.words[object]) >= heap.edges(of: object).count
    }
    #expect(isRoomy)
    let alive = heap.reachable()
    #expect(alive.count > heap.objectCount * 9 / 10)
  }

  @Test("is cut least by growing regions, most by scattering")
  func partitions() throws {
    let heap = try Self.program.get()
    let scattered = heap.partition(.hash, parts: 4)
    let inOrder = heap.partition(.contiguous, parts: 4)
    let grown = heap.partition(.bfs, parts: 4)
    // A fifth of the edges lead to a dozen objects (maps, the internalized strings) and are cut
    // whatever is done.
    #expect(grown.cutEdges < scattered.cutEdges * 3 / 4)
    #expect(grown.cutEdges < inOrder.cutEdges)
    #expect(inOrder.cutEdges < scattered.cutEdges)
    let fair = heap.totalWords / 4
    for partition in [scattered, inOrder, grown] {
      for words in partition.words { #expect((fair / 2...fair * 2).contains(words)) }
    }
  }

  @Test("loses large subgraphs by one slot each")
  func dropping() throws {
    let heap = try Self.program.get()
    let alive = heap.reachable()
    let drops = heap.drops(count: 5, seed: 5)
    #expect(drops.count == 5)
    let freed = drops.reduce(0) { $0 + $1.freedObjects }
    #expect(freed > alive.count / 100)
    let rest = heap.reachable(without: drops.map(\.edge))
    #expect(alive.count - rest.count >= freed)
    #expect(heap.reachable(without: []) == alive)
    for drop in drops {
      #expect(rest.contains(drop.holder))
      #expect(!rest.contains(drop.target))
    }
  }

  @Test("is refused when any of it is missing", arguments: [1, 1000, 4_000_000])
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
