// Partitions and reachability: every object has one owner, shares are even, growing regions cuts
// fewer edges than scattering, and the walk agrees with one that is written differently.

import GreyBasics
import Testing

@testable import GreyWorkloads

@Suite("A heap snapshot is divided and walked")
struct HeapSnapshotGraphTests {
  /// `count` objects in a ring of clusters of ten, each cluster densely linked.
  static func clustered(_ count: Int) throws -> HeapSnapshot {
    var random = SplitMix(seed: 11)
    var writer = SampleWriter()
    for object in 0..<count {
      let cluster = object / 10 * 10
      var edges = (0..<4).map { _ in min(count - 1, cluster + random.below(10)) }
      edges.append((object + 1) % count)
      writer.nodes.append(
        SampleNode(
          kind: "object", name: "Cell", size: 16 + 8 * random.below(8),
          edges: edges.map { SampleEdge(kind: "property", name: "link", to: $0) }))
    }
    return try HeapSnapshot(bytes: writer.bytes)
  }

  @Test(
    "every part has its share, and the sums are the heap's",
    arguments: SnapshotPartitioning.allCases, [1, 2, 3, 7])
  func shares(_ how: SnapshotPartitioning, parts: Int) throws {
    let heap = try Self.clustered(2000)
    let partition = heap.partition(how, parts: parts)
    #expect(partition.owner.count == heap.objectCount)
    #expect(partition.owner.allSatisfy { Int($0) < parts })
    #expect(partition.words.reduce(0, +) == heap.totalWords)
    #expect(partition.objects.reduce(0, +) == heap.objectCount)
    let fair = heap.totalWords / parts
    for words in partition.words { #expect(abs(words - fair) < fair / 5) }
    var cut = 0
    for edge in 0..<heap.edgeCount {
      let source = heap.source(ofEdge: edge)
      if partition.owner[source] != partition.owner[Int(heap.target[edge])] { cut += 1 }
    }
    #expect(partition.cutEdges == cut)
    #expect(parts > 1 || cut == 0)
  }

  @Test("growing regions cuts far fewer edges than scattering")
  func locality() throws {
    let heap = try Self.clustered(2000)
    let scattered = heap.partition(.hash, parts: 4).cutEdges
    let grown = heap.partition(.bfs, parts: 4).cutEdges
    #expect(scattered > heap.edgeCount / 2)
    #expect(grown < scattered / 10)
  }

  @Test("parts without objects, and objects without words, are no trouble")
  func degenerate() throws {
    var writer = SampleWriter.small
    for how in SnapshotPartitioning.allCases {
      let partition = try HeapSnapshot(bytes: writer.bytes).partition(how, parts: 65_535)
      #expect(partition.objects.reduce(0, +) == 5)
    }
    writer = SampleWriter(nodes: [SampleNode(kind: "object", name: "", size: 0)])
    for how in SnapshotPartitioning.allCases {
      #expect(try HeapSnapshot(bytes: writer.bytes).partition(how, parts: 3).words == [0, 0, 0])
    }
  }

  @Test("objects that the root does not reach have owners too")
  func unreachedObjects() throws {
    let heap = try HeapSnapshot(bytes: SampleWriter.small.bytes)
    let partition = heap.partition(.bfs, parts: 2)
    #expect(partition.objects.reduce(0, +) == 5)
    #expect(partition.words.allSatisfy { $0 > 0 })
  }

  @Test("weak edges keep nothing alive")
  func weakEdges() throws {
    let heap = try HeapSnapshot(bytes: SampleWriter.small.bytes)
    let alive = heap.reachable()
    #expect((0..<5).map { alive.contains($0) } == [true, true, true, true, false])
    #expect(alive.count == 4)
    #expect(heap.words(of: alive) == 10)
  }

  @Test("a cut edge frees what only it holds, cycles included")
  func cutting() throws {
    let heap = try HeapSnapshot(bytes: SampleWriter.small.bytes)
    #expect(heap.reachable(without: [0]).count == 1)
    // From object 1 to object 2: the string stays, object 1 holds it too.
    #expect(heap.reachable(without: [1]).count == 3)
    #expect(heap.reachable(without: [2]).count == 4)
    #expect(heap.reachable(from: 2).count == 3)
  }

  @Test("the walk agrees with repeated passes over all edges", arguments: 1...6)
  func secondOpinion(seed: UInt64) throws {
    var random = SplitMix(seed: seed)
    let count = 120
    let heap = try Self.random(count, &random)
    let cut = (0..<10).map { _ in random.below(heap.edgeCount) }
    var alive = [Bool](repeating: false, count: count)
    alive[0] = true
    var changed = true
    while changed {
      changed = false
      for edge in 0..<heap.edgeCount where !cut.contains(edge) {
        let target = Int(heap.target[edge])
        if alive[heap.source(ofEdge: edge)], !alive[target] {
          alive[target] = true
          changed = true
        }
      }
    }
    let walked = heap.reachable(without: cut)
    #expect((0..<count).map { walked.contains($0) } == alive)
    var listed: [Int] = []
    walked.forEach { listed.append($0) }
    #expect(listed == (0..<count).filter { alive[$0] })
  }

  /// A random graph whose root holds five objects.
  static func random(_ count: Int, _ random: inout SplitMix) throws -> HeapSnapshot {
    var writer = SampleWriter()
    for _ in 0..<count {
      let edges = (0..<random.below(4)).map { _ in
        SampleEdge(
          kind: random.chance(1, in: 5) ? "weak" : "property", name: "link", to: random.below(count)
        )
      }
      writer.nodes.append(SampleNode(kind: "object", name: "Cell", size: 16, edges: edges))
    }
    writer.nodes[0].edges = (0..<5).map { SampleEdge(kind: "property", name: "r", to: $0 * 20 + 1) }
    return try HeapSnapshot(bytes: writer.bytes)
  }

  @Test("an object retains exactly what the walk misses when nothing leads to it", arguments: 1...5)
  func dominators(seed: UInt64) throws {
    var random = SplitMix(seed: seed)
    let heap = try Self.random(120, &random)
    let tree = SnapshotDominators(heap)
    let alive = heap.reachable()
    #expect(tree.order.count == alive.count)
    for index in 1..<tree.order.count {
      let object = tree.order[index]
      let into = (0..<heap.edgeCount).filter { heap.target[$0] == object }
      let rest = heap.reachable(without: into)
      #expect(alive.count - rest.count == Int(tree.retained[index]))
      #expect(rest.contains(Int(tree.order[Int(tree.dominator[index])])))
      let holders = into.map { heap.source(ofEdge: $0) }
        .filter { $0 != object && alive.contains($0) }
      #expect(
        tree.soleHolder(index).map { Int(tree.order[$0]) }
          == (holders.count == 1 ? holders[0] : nil))
    }
  }

  @Test("each drop frees what it says, and all together leave every holder alive", arguments: 1...5)
  func drops(seed: UInt64) throws {
    var random = SplitMix(seed: seed)
    let heap = try Self.random(120, &random)
    let alive = heap.reachable()
    let drops = heap.drops(count: 4, seed: seed)
    #expect(drops == heap.drops(count: 4, seed: seed))
    #expect(!drops.isEmpty)
    for drop in drops {
      #expect(heap.edges(of: drop.holder).lowerBound + drop.slot == drop.edge)
      #expect(Int(heap.target[drop.edge]) == drop.target)
      #expect(alive.count - heap.reachable(without: [drop.edge]).count == drop.freedObjects)
    }
    let rest = heap.reachable(without: drops.map(\.edge))
    // More than the sum where two of them share something.
    #expect(alive.count - rest.count >= drops.reduce(0) { $0 + $1.freedObjects })
    #expect(rest.count >= alive.count / 2)
    #expect(drops.allSatisfy { rest.contains($0.holder) && !rest.contains($0.target) })
  }

  @Test("a heap without a subgraph to lose has no drops")
  func noDrops() throws {
    let alone = SampleWriter(nodes: [SampleNode(kind: "object", name: "", size: 0)])
    #expect(try HeapSnapshot(bytes: alone.bytes).drops(count: 3, seed: 1).isEmpty)
    let small = try HeapSnapshot(bytes: SampleWriter.small.bytes)
    // 0→1 frees three of four objects, more than half; object 3 has two holders; 1→2 frees one.
    #expect(small.drops(count: 3, seed: 1).map(\.edge) == [1])
  }
}
