// heap-snapshot: exactly what the file says is alive is there, and nothing else of it.

import GreyBasics
import GreyHeap
import GreyMutator
import Testing

@testable import GreyWorkloads

@Suite("A program from a snapshot")
struct HeapProgramTests {
  private func parameters(_ more: [String: String] = [:]) -> [String: String] {
    SmallRun.named("heap-snapshot").parameters.merging(more) { $1 }
  }

  @Test(
    "leaves exactly the objects that the file says can be reached",
    arguments: ["hash", "contiguous", "bfs"], [1, 3])
  func exactly(partition: String, nodes: Int) throws {
    let cluster = try TestCluster(nodes: nodes, roundsBetweenCycles: nil)
    let ending = cluster.run("heap-snapshot", parameters(["partition": partition]))
    #expect(try #require(ending).ok, "\(ending?.message ?? "")")
    let result = try numbers(ending)
    let alive = try #require(result["expected_live_objects"])
    let all = try #require(result["objects"])
    #expect(alive < all)
    // The last collection found nothing but the file's objects, and these without the tables.
    #expect(cluster.objects(ofTypes: 2...) == alive)
    #expect(result["counted_live_objects"] == alive)
    #expect(cluster.objects(ofTypes: 0...) == alive)
    #expect(cluster.output.contains("round 3: "))
    // What was freed in the first two rounds was built again.
    #expect(try #require(result["objects_built"]) > all)
  }

  @Test("holds its heap for an inspection when it is told to")
  func hold() throws {
    let cluster = try TestCluster(nodes: 1, roundsBetweenCycles: nil)
    let ending = cluster.run("heap-snapshot", parameters(["rounds": "1", "hold": "1"]))
    let alive = try #require(try numbers(ending)["expected_live_objects"])
    #expect(cluster.output.contains("holding \(alive) objects"))
    #expect(cluster.now - Moment(nanoseconds: 1) >= .seconds(1))
  }

  @Test("clears other slots with another seed")
  func seeds() throws {
    let alive = try (1...6).map { seed in
      let cluster = try TestCluster(nodes: 2, roundsBetweenCycles: nil)
      return try numbers(
        cluster.run("heap-snapshot", parameters(["rounds": "1"]), seed: UInt64(seed)))
    }.map { $0["expected_live_objects"] }
    #expect(Set(alive).count > 1)
  }

  @Test("notices an edge that is gone, one that was bent, and contents that changed")
  func damage() throws {
    let snapshot = try HeapSnapshot(path: SmallProgram.path)
    let holder = try #require(snapshot.types.firstIndex { $0.description == "object Holder" })
    let text = try #require(snapshot.types.firstIndex { $0.kind == "string" })
    for (type, word, value, message) in [
      (2 + 2 * holder, 0, UInt64(0), "is null, its edge was never cut"),
      (2 + 2 * text + 1, 0, UInt64(4), "where its stamp was written"),
    ] {
      let cluster = try TestCluster(nodes: 2, roundsBetweenCycles: nil)
      let ending = cluster.run("heap-snapshot", parameters()) { cluster in
        // After the first collection every link is made and the walk begins.
        guard cluster.cycles > 0 else { return }
        cluster.forEachObject(ofType: type) { _, words, _ in words[word] = value }
      }
      let end = try #require(ending)
      #expect(!end.ok)
      #expect(end.message.contains(message), "\(end.message)")
    }
    let bent = try TestCluster(nodes: 2, roundsBetweenCycles: nil)
    var previous: UInt64 = 0
    let ending = bent.run("heap-snapshot", parameters()) { cluster in
      guard cluster.cycles > 0, previous == 0 else { return }
      // All that the holders hold is now one and the same.
      cluster.forEachObject(ofType: 2 + 2 * holder) { _, words, _ in
        if previous == 0 { previous = words[0] }
        words[0] = previous
      }
    }
    #expect(try !#require(ending).ok)
  }

  @Test("notices what is there and should not be")
  func garbage() throws {
    let snapshot = try HeapSnapshot(path: SmallProgram.path)
    let holder = try #require(snapshot.types.firstIndex { $0.description == "object Holder" })
    let stray = try #require(snapshot.types.firstIndex { $0.description == "object Stray" })
    let cluster = try TestCluster(nodes: 1, roundsBetweenCycles: nil)
    let ending = cluster.run("heap-snapshot", parameters()) { cluster in
      guard cluster.cycles == 0, cluster.phase == .idle else { return }
      // Nothing leads to it in the file; here, a word of a holder that no edge uses.
      cluster.forEachObject(ofType: 2 + 2 * stray + 1) { node, object, _ in
        let reference = node.heap.view.raw(of: UInt(bitPattern: object))
        cluster.forEachObject(ofType: 2 + 2 * holder) { _, words, _ in words[2] = reference }
      }
    }
    let end = try #require(ending)
    #expect(!end.ok)
    #expect(
      end.message.contains("1 objects are still there after 4 collections"), "\(end.message)")
    #expect(cluster.cycles == ProgramCensus.patience)
  }

  @Test("knows mistakes when it sees them")
  func mistakes() {
    let one = Reference(node: NodeID(1), address: 16)
    let other = Reference(node: NodeID(1), address: 32)
    #expect(ProgramCheck.mistake(number: 3, known: one, met: one) == nil)
    #expect(ProgramCheck.mistake(number: 3, known: one, met: other) != nil)
    #expect(ProgramCheck.mistake(slot: 0, of: 1, isCut: false, isNull: false) == nil)
    #expect(ProgramCheck.mistake(slot: 0, of: 1, isCut: true, isNull: true) == nil)
    #expect(ProgramCheck.mistake(slot: 0, of: 1, isCut: true, isNull: false) != nil)
    #expect(ProgramCheck.mistake(slot: 0, of: 1, isCut: false, isNull: true) != nil)
    #expect(ProgramCheck.mistake(number: 3, isFound: true, isAlive: true) == nil)
    #expect(ProgramCheck.mistake(number: 3, isFound: true, isAlive: false) != nil)
    #expect(ProgramCheck.mistake(number: 3, isFound: false, isAlive: true) != nil)
    #expect(ProgramMain.mistake(alive: 5, expected: 5) == nil)
    #expect(ProgramMain.mistake(alive: 5, expected: 6) != nil)
    func weigh(_ counted: Int, after collections: Int) -> ProgramCensus.Verdict {
      ProgramCensus.judge(counted: counted, expected: 5, collections: collections)
    }
    #expect(weigh(5, after: 1) == .right && weigh(5, after: 4) == .right)
    #expect(weigh(6, after: 1) == .again && weigh(6, after: 3) == .again)
    guard case .wrong = weigh(6, after: 4), case .wrong = weigh(4, after: 1) else {
      Issue.record("a mistake that nobody sees")
      return
    }
  }
}
