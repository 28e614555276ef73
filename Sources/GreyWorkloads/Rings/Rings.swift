// rings: cycles through every node of the run, built, kept for a while, walked around and dropped.
//
// A ring has an anchor on the node that builds it and then a stretch of objects on every node of
// the run, beginning at home; the last one leads back to the anchor. Every node builds rings at the
// same time. It keeps the last few in an array that a global holds; each new ring takes the place
// of the oldest, which is walked around once more and then dropped.
//
//     anchor ─▶ ● ─▶ … ─▶ ● ─▶ ● ─▶ … ─▶ ● ─▶ … ─▶ ● ─▶ back to the anchor
//     ╰─── home node ─────╯    ╰ next node ╯       ╰ last node ╯
//
// A dropped ring is garbage that no node can recognize: on every node its stretch is referenced
// from another one. Reference counting, or local collections that take remote references for
// roots, never free any of it. Only a marking that all nodes finish together does.
//
// Why the check is right. Every object carries its ring's number and its place in the ring. A walk
// follows the references from the anchor, node after node, and must meet the numbers 0, 1, 2, … of
// this ring and then the very anchor where it began. A kept ring lives through the cycles that
// happen meanwhile; if any of them freed one object of it, that object's words are no longer what
// they were and the walk fails there.

import GreyBasics
import GreyHeap
import GreyMutator

package struct Rings: Workload {
  package static let name = "rings"
  package static let summary =
    "Cycles through every node, built, walked around and dropped: only a global cycle frees them"
  package static let parameters: [ParameterDescription] = [
    .integer(
      "rings", default: 600, in: 1...10_000_000, help: "Rings that each node builds."),
    .integer(
      "length", default: 200, in: 1...1_000_000, help: "Objects of a ring on each node."),
    .integer(
      "keep", default: 16, in: 1...100_000, help: "Rings that each node keeps alive."),
  ]
  package static let typeLimit = 2

  let rings: Int
  let length: Int
  let keep: Int

  package init(parameters: ParameterValues) throws(ParameterError) {
    rings = parameters.integer("rings")
    length = parameters.integer("length")
    keep = parameters.integer("keep")
  }

  package func types() throws(WorkloadError) -> [TypeDescription] {
    [
      try .of("rings.link", words: 3, references: [Link.next]),
      try .of("rings.anchors", words: 1, references: [0]),
    ]
  }

  package var globals: Int { 1 }

  package var functions: [FunctionDescription] {
    [
      FunctionDescription(name: "main", layout: Main.layout) { Main() },
      FunctionDescription(name: "build", layout: RingBuilder.layout, arguments: 1) {
        RingBuilder(self)
      },
      FunctionDescription(
        name: "stretch", layout: RingStretch.layout, arguments: 4, results: 1
      ) { RingStretch() },
      FunctionDescription(name: "walk", layout: RingWalk.layout, arguments: 4, results: 2) {
        RingWalk()
      },
    ]
  }

  enum Function {
    static let build: FunctionIndex = 1
    static let stretch: FunctionIndex = 2
    static let walk: FunctionIndex = 3
  }

  /// An object of a ring.
  enum Link {
    static let next = 0
    static let ring = 1
    static let place = 2
  }

  /// What is wrong with an object of a ring; nil when it is the one that was put there.
  static func mistake(ring: Int, place: Int, found: (ring: UInt64, place: UInt64)) -> String? {
    if found == (UInt64(ring), UInt64(place)) { return nil }
    return "ring \(ring) has at its place \(place) an object of ring \(found.ring), "
      + "place \(found.place)"
  }
}

/// Starts a builder on every node and adds up what they did.
private final class Main: TaskBody {
  static let home: Slot = 0
  static let started: Slot = 1
  static let rings: Slot = 2
  static let objects: Slot = 3
  static let kept: Slot = 4
  static let walks: Slot = 5
  static let layout = FrameLayout(slots: 6)

  private var builders = FanOut(
    Rings.Function.build, arguments: [home], address: started,
    report: [rings, objects, kept, walks])
  private var sums = (rings: 0, objects: 0, kept: 0, walks: 0)

  func step(_ task: TaskContext, budget: Int) -> Step {
    if let failure = task.failure(in: "rings") { return failure }
    task[data: Self.home] = task.address.rawValue
    while true {
      switch builders.next(task) {
      case .wait(let operation): return .wait(operation)
      case .report:
        sums.rings += task[integer: Self.rings]
        sums.objects += task[integer: Self.objects]
        sums.kept += task[integer: Self.kept]
        sums.walks += task[integer: Self.walks]
      case .finished:
        let result: ResultObject = [
          "rings": .integer(sums.rings), "objects": .integer(sums.objects),
          "kept_rings": .integer(sums.kept), "walks": .integer(sums.walks),
        ]
        task.finish(ok: true, result: result.json)
        return .done
      }
    }
  }
}
