// The judge's own way to the roots: it sees what the collector's walk passes over.

import GreyBasics
import GreyCollector
import GreyHeap
import Testing

@testable import GreyMutator

@Suite struct OracleRootsTests {
  /// The only reference to a cell is in slot 0, which the map that the scan goes by leaves out.
  @Test func aSlotThatTheScanPassesOverIsALoss() throws {
    let theatre = try Theatre(nodes: 1, slots: 41)
    theatre.give(theatre.first, on: 1)
    #expect(theatre.world.collect().isEmpty)
    let map = UnsafeMutablePointer(
      mutating: FrameLayout(slots: 41, references: [0, 1, 2, 3]).record.pointee.map)
    map[0] &= ~1
    defer { map[0] |= 1 }
    let violations = theatre.world.collect()
    #expect(violations.contains { $0.description.contains("frame") }, "\(violations)")
  }

  /// In every kind of root there is: each is told, and nothing else.
  @Test func everyRootIsTold() throws {
    let theatre = try Theatre(slots: 43)
    let world = theatre.world
    let second = theatre.spawn(on: 1)
    theatre.give(theatre.first, on: 1)
    theatre.first.now { $0.storeGlobal(0, at: 2) }
    theatre.first.wait(.send(to: 4, values: [0]))
    theatre.first.now { _ in }
    theatre.play(theatre.first, on: 1)
    let far = theatre.spawn(on: 2)
    // Under way: node 2 has not got it.
    theatre.first.wait(.send(to: 4, values: [0]))
    world.run(1, 3)
    var told: [RootKind: Set<Reference>] = [:]
    world[1].workers[0].forEachRoot { kind, root in told[kind, default: []].insert(root) }
    let cell = try #require(told[.frame]?.first)
    for kind in [RootKind.frame, .mailbox, .global, .transit] { #expect(told[kind] == [cell]) }
    withExtendedLifetime((second, far)) {}
  }

  @Test func everyFrameOfAStackIsLookedAt() throws {
    let theatre = try Theatre(nodes: 1, slots: 45)
    let layout = FrameLayout(slots: 3, references: [1])
    theatre.first.now { task in
      for _ in 0..<200 {
        task.push(layout)
        task[reference: 1] = try! task.allocate(task.shape(task.type(0)))
      }
    }
    theatre.world.run(1, 2)
    var roots: Set<Reference> = []
    theatre.world[1].workers[0].forEachRoot { kind, root in
      if kind == .frame { roots.insert(root) }
    }
    #expect(roots.count == 200)
  }
}
