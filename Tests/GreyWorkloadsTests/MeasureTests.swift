// The workloads that are there to be measured: they do what they say, on one node and on several.

import GreyMutator
import GreyWorkloads
import Testing

@Suite("Workloads that are measured")
struct MeasureTests {
  /// What the comparators in C, Go and Java print for the same graphs (Tests/Peers/graph.h).
  private static let checksums: [(ShapeName, interior: Bool, UInt64)] = [
    (.seq, false, 15_126_402_000_171_592_683), (.seq, true, 12_985_441_403_010_141_139),
    (.tree, false, 11_719_186_284_993_724_162), (.tree, true, 3_978_355_835_229_423_158),
    (.perm, false, 8_105_392_955_600_152_353), (.perm, true, 3_300_699_028_163_020_946),
    (.rand, false, 1_427_838_736_526_395_425), (.rand, true, 3_931_520_801_912_480_722),
    (.list, false, 10_915_222_547_191_449_498), (.list, true, 1_283_907_282_398_791_622),
  ]

  @Test("graphs are the comparators' graphs, edge for edge", arguments: checksums.indices)
  func graphs(index: Int) {
    let (shape, interior, expected) = Self.checksums[index]
    let plan = ShapePlan(shape, objects: 20_000, slots: 4, interior: interior, seed: 1).prepared()
    var sum: UInt64 = 0
    for place in 0..<plan.objects {
      let object = plan.object(at: place)
      for slot in 0..<plan.slots {
        let target = plan.target(place: place, object: object, slot: slot)
        sum &+= plan.checksum(object: object, slot: slot, target: target)
      }
    }
    #expect(sum == expected)
  }

  @Test("a graph in parts has about the share of crossing edges that was asked for")
  func crossing() {
    for window in [0, 16] {
      let plan = ShapePlan(
        .rand, objects: 8_000, slots: 2, parts: 4, crossing: 25, window: window)
      var crossing = 0
      for object in 0..<plan.objects {
        for slot in 0..<2 {
          let target = plan.target(place: object, object: object, slot: slot)!
          guard plan.isCrossing(object, target) else { continue }
          crossing += 1
          let distance = (target % 2_000 - object % 2_000 + 2_000) % 2_000
          #expect(window == 0 || distance < window)
        }
      }
      #expect((3_600...4_400).contains(crossing))
    }
  }

  @Test("shapes builds the same graph on any number of nodes", arguments: [1, 2, 3])
  func shapes(nodes: Int) throws {
    let cluster = try TestCluster(nodes: nodes, roundsBetweenCycles: 20)
    let ending = try #require(
      cluster.run(
        "shapes", ["objects": "600", "parts": "4", "crossing": "30", "cycles": "2"]))
    #expect(ending.ok, "\(ending.message)")
    #expect(cluster.lost.isEmpty && cluster.cycles >= 2 && cluster.output == "built\n")
    let one = try #require(
      TestCluster(nodes: 1, roundsBetweenCycles: nil).run(
        "shapes", ["objects": "600", "parts": "4", "crossing": "30", "cycles": "2"]))
    #expect(ending.result == one.result)
  }

  @Test("what is passed lives, and is gone one cycle after the drop", arguments: [1, 2, 3])
  func passing(nodes: Int) throws {
    for (cyclic, batch) in [("false", "7"), ("true", "1000"), ("true", "1")] {
      let cluster = try TestCluster(nodes: nodes)
      let ending = try #require(
        cluster.run("pass", ["objects": "120", "batch": batch, "cyclic": cyclic]))
      #expect(ending.ok, "\(ending.message)")
      #expect(try numbers(ending)["references"] == 120)
      #expect(cluster.lost.isEmpty)
    }
  }

  @Test("what is kept while others are made is there at the end", arguments: [1, 2])
  func allocation(nodes: Int) throws {
    let cluster = try TestCluster(nodes: nodes)
    let ending = try #require(cluster.run("allocate", ["count": "3000", "live": "40"]))
    #expect(ending.ok, "\(ending.message)")
    let figures = try numbers(ending)
    #expect(figures["objects"] == nodes * 3_000 && (figures["elapsed_ns"] ?? 0) > 0)
  }

  @Test("graphs that cannot be are refused")
  func refusals() {
    for parameters in [["shape": "list", "parts": "2"], ["objects": "10", "parts": "3"]] {
      let given = parameters.sorted { $0.key < $1.key }.map { (key: $0.key, value: $0.value) }
      #expect(throws: ParameterError.self) {
        try WorkloadLibrary(Workloads.all).make("shapes", parameters: given)
      }
    }
  }
}
