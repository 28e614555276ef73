// A mutator that does everything a program can do to a heap while it is being marked: it loads,
// stores, stores nil, drops, allocates, uses globals and a mailbox; its tasks are scanned one at a
// time in between, and markers drain in small quanta.
//
// It keeps to the protocol (barrier on every store but those to frames, hand-overs shaded), so what
// is lost is lost by a rule that was switched off. What counts is in `lost`: everything that the
// frames and globals can reach when marking is complete must be marked.

import GreyBasics
import GreyHeap

@testable import GreyCollector

struct RandomMutator {
  let node: TestNode
  var rng: SplitMix
  var frames: [[UInt64]]
  var isScanned: [Bool]
  let globals: UnsafeMutableRawPointer
  let markers: [Marker]
  static let globalCount = 3

  init(seed: UInt64, rules: RuleSet) throws {
    node = try TestNode(rules: rules, arenaBytes: 4 << 20)
    rng = SplitMix(seed: seed)
    frames = Array(repeating: Array(repeating: 0, count: 3), count: 2)
    isScanned = [false, false]
    globals = .allocate(byteCount: Self.globalCount * 8, alignment: 8)
    for index in 0..<Self.globalCount { (globals + index * 8).relaxedWord = 0 }
    let collector = node.collector
    markers = (0..<2).map { _ in collector.makeMarker() }
    var objects: [Reference] = []
    for _ in 0..<4 + rng.below(12) { objects.append(try node.allocate(1)) }
    func any() -> UInt64 { rng.chance(1, in: 4) ? 0 : objects[rng.below(objects.count)].rawValue }
    for object in objects {
      for word in 0..<2 { node.slot(object, word).relaxedWord = any() }
    }
    for task in 0..<2 { for index in 0..<3 { frames[task][index] = any() } }
    for index in 0..<Self.globalCount { (globals + index * 8).relaxedWord = any() }
  }

  /// Runs one cycle. Returns how many reachable objects were left white; `check` looks at every
  /// step that nothing in the heap is corrupt.
  mutating func run(steps: Int) throws -> Int {
    defer { globals.deallocate() }
    node.arm()
    var globalsScanned = false
    for _ in 0..<steps {
      try mutate()
      switch rng.below(12) {
      case 0: scan(task: rng.below(2))
      case 1:
        if !globalsScanned {
          globalsScanned = true
          scanGlobals()
        }
      case 2: node.buffer.flush()
      case 3, 4: _ = markers[rng.below(2)].drain(objects: 1 + rng.below(3))
      default: break  // A slow marker leaves the mutator time to do harm.
      }
    }
    scan(task: 0)
    scan(task: 1)
    if !globalsScanned { scanGlobals() }
    node.buffer.flush()
    while !node.collector.isQuiescent { for marker in markers { _ = marker.drain(objects: 5) } }
    let roots =
      frames.flatMap { $0 } + (0..<Self.globalCount).map { (globals + $0 * 8).relaxedWord }
    let reachable = node.reachable(roots).bases
    return reachable.count { !node.heap.view.isMarked($0) }
  }

  private mutating func scan(task: Int) {
    if isScanned[task] { return }
    isScanned[task] = true
    for reference in frames[task] { markers[task].shade(reference) }
    markers[task].publish()
  }

  private func scanGlobals() {
    for index in 0..<Self.globalCount { markers[0].shade((globals + index * 8).relaxedWord) }
    markers[0].publish()
  }

  private mutating func mutate() throws {
    let task = rng.below(2)
    let (a, b) = (rng.below(3), rng.below(3))
    let held = Reference(rawValue: frames[task][a])
    let global = globals + rng.below(Self.globalCount) * 8
    switch rng.below(16) {
    case 0, 1, 2:
      if !held.isNull { frames[task][b] = node.slot(held, rng.below(2)).relaxedWord }
    case 3, 4:
      if !held.isNull { node.buffer.store(frames[task][b], to: node.slot(held, rng.below(2))) }
    case 5:
      if !held.isNull { node.buffer.store(0, to: node.slot(held, rng.below(2))) }
    case 6, 7:
      // Takes what a slot holds, as from a queue: afterwards the frame alone has it.
      if !held.isNull {
        let slot = node.slot(held, rng.below(2))
        let taken = slot.relaxedWord
        node.buffer.store(rng.chance(1, in: 2) ? 0 : frames[task][b], to: slot)
        frames[task][b] = taken
      }
    case 8:
      // Seldom: what is born meanwhile is black, and the program would soon hold nothing else.
      if rng.chance(1, in: 3) { frames[task][a] = try node.allocate(1).rawValue }
    case 9: if rng.chance(1, in: 2) { frames[task][a] = 0 }
    case 10: node.buffer.storeGlobal(frames[task][a], to: global)
    case 11:
      if rng.chance(1, in: 2) {
        node.buffer.storeGlobal(0, to: global)
      } else {
        frames[task][a] = global.relaxedWord
      }
    default:
      // From one task's frame into the other's, as a spawn argument goes.
      node.buffer.handOver(frames[task][a])
      frames[1 - task][b] = frames[task][a]
      if rng.chance(1, in: 2) { frames[task][a] = 0 }
    }
  }
}
