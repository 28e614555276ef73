// The walk: breadth first, so that the first loss that is met is one of the shortest.
//
// A state that has been expanded is needed no more, only its hash. So the rows of two layers are
// kept (the one that is expanded and the one that it leads to), and for every state the state that
// it came from and which of its successors it was: 6 bytes, from which a story is made by walking
// it once more from the start.

import GreyBasics

/// How far a search may go.
package struct SearchLimits: Sendable {
  package var bytes: Int
  package var states: Int
  package init(bytes: Int = 8 << 30, states: Int = .max) {
    self.bytes = bytes
    self.states = states
  }
}

/// Where a search is; told now and then.
package struct SearchProgress: Sendable {
  package var states = 0
  /// States that a walk without symmetries would have visited for these.
  package var standsFor = 0
  package var transitions = 0
  package var depth = 0
  /// States not expanded yet.
  package var waiting = 0
  package var bytes = 0
  /// Equal for walks that visited the same states.
  package var digest: UInt64 = 0
}

/// What a search came to.
package struct Finding: Sendable {
  package enum Verdict: String, Sendable {
    /// Every state was visited, and none has lost an object.
    case safe
    /// An object was swept that a task can come to.
    case lost
    /// A cycle is open and nothing but tasks could go on.
    case stuck
    /// Neither, among the states that were visited before a limit was reached.
    case unfinished
  }
  package var verdict: Verdict
  package var progress: SearchProgress
  /// The shortest way to it, a line a step.
  package var story: [String] = []
  /// What came of it, in words: what is lost and who holds it, or what waits for what.
  package var outcome = ""
  package var steps: Int { story.count }

  /// The same states were visited, by as many ways: what differed between the two walks made no
  /// difference.
  package func isSameWalk(as other: Finding) -> Bool {
    let (a, b) = (progress, other.progress)
    return verdict == other.verdict && a.states == b.states && a.transitions == b.transitions
      && a.depth == b.depth && a.digest == b.digest
  }
  /// Why it is unfinished.
  package var limit = ""
}

package final class Search {
  package let scope: Scope
  private let limits: SearchLimits
  private let world: World
  private let visited: VisitedSet
  private var layer: RowStore
  private var nextLayer: RowStore
  /// Of the first row in `layer`.
  private var layerStart = 0
  private var origins: [UInt32] = [0]
  private var ordinals: [UInt16] = [0]
  private var progress = SearchProgress()
  /// Of a walk that goes on where a cycle cannot: the first such state.
  private var stuckAt: Int?

  /// The scope must have no `complaint`.
  package init(_ scope: Scope, limits: SearchLimits = SearchLimits()) {
    precondition(scope.complaint == nil, scope.complaint ?? "")
    self.scope = scope
    self.limits = limits
    world = World(scope)
    visited = VisitedSet(bytes: limits.bytes / 2)
    layer = RowStore(rowBytes: world.layout.size)
    nextLayer = RowStore(rowBytes: world.layout.size)
  }

  deinit {
    layer.free()
    nextLayer.free()
  }

  /// Walks to the end, to a limit, or until `goesOn` says no; that is asked every few thousand
  /// states.
  package func run(goesOn: (SearchProgress) -> Bool = { _ in true }) -> Finding {
    let first = world.makeFirst()
    defer { first.deallocate() }
    _ = visited.insert(Fingerprint(first, count: world.layout.size))
    nextLayer.append(first)
    progress.states = 1
    progress.standsFor = 1
    var states = 0
    while nextLayer.count > 0 {
      layerStart += layer.count
      swap(&layer, &nextLayer)
      nextLayer.removeAll()
      for index in 0..<layer.count {
        if let finding = expand(index) { return finding }
        // Before the table is so full that a state more would not find a place.
        if visited.isFull {
          return Finding(verdict: .unfinished, progress: measured(index), limit: "memory")
        }
        states += 1
        if states & 4095 == 0, let limit = reachedLimit(index, goesOn) {
          return Finding(verdict: .unfinished, progress: progress, limit: limit)
        }
      }
      progress.depth += 1
    }
    if let stuckAt { return told(.stuck, stuckAt, through: nil) }
    progress.bytes = bytes
    return Finding(verdict: .safe, progress: progress)
  }

  private func reachedLimit(_ index: Int, _ goesOn: (SearchProgress) -> Bool) -> String? {
    if measured(index).bytes > limits.bytes { return "memory" }
    if progress.states >= limits.states { return "states" }
    return goesOn(progress) ? nil : "time"
  }

  private func measured(_ index: Int) -> SearchProgress {
    progress.waiting = layer.count - index + nextLayer.count
    progress.bytes = bytes
    return progress
  }

  private var bytes: Int {
    visited.bytes + origins.capacity * 6 + layer.bytes + nextLayer.bytes
  }

  /// Not nil when the search is over.
  private func expand(_ index: Int) -> Finding? {
    let row = layer[index]
    if world.isOver(row) { return nil }
    world.expand(row)
    progress.transitions += world.count
    let origin = layerStart + index
    for ordinal in 0..<world.count {
      if world.losses[ordinal] != 0 {
        return told(.lost, origin, through: ordinal)
      }
      let successor = world.successor(ordinal)
      let print = Fingerprint(successor, count: world.layout.size)
      guard visited.insert(print) else { continue }
      progress.states += 1
      progress.standsFor += Int(world.orbits[ordinal])
      progress.digest &+= print.low
      origins.append(UInt32(origin))
      ordinals.append(UInt16(ordinal))
      nextLayer.append(successor)
    }
    if world.hasProgress { return nil }
    if scope.stopsWhenStuck { return told(.stuck, origin, through: nil) }
    if stuckAt == nil { stuckAt = origin }
    return nil
  }

  // MARK: the story

  private func told(
    _ verdict: Finding.Verdict, _ last: Int, through ordinal: Int?
  ) -> Finding {
    var path: [Int] = ordinal.map { [$0] } ?? []
    var state = last
    while state != 0 {
      path.append(Int(ordinals[state]))
      state = Int(origins[state])
    }
    path.reverse()
    progress.bytes = bytes
    let told = world.tell(path, verdict: verdict)
    return Finding(
      verdict: verdict, progress: progress, story: told.lines, outcome: told.outcome)
  }
}

/// Rows one behind the other; whoever has it frees it.
struct RowStore {
  private let rowBytes: Int
  private var rows: Row
  private var capacity: Int
  private(set) var count = 0

  init(rowBytes: Int) {
    self.rowBytes = rowBytes
    capacity = 256
    rows = World.allocate(rowBytes * 256)
  }

  var bytes: Int { capacity * rowBytes }
  subscript(index: Int) -> Row { rows + index * rowBytes }
  mutating func removeAll() { count = 0 }
  func free() { rows.deallocate() }

  mutating func append(_ row: Row) {
    if count == capacity {
      capacity *= 2
      let raw = UnsafeMutableRawPointer.allocate(byteCount: capacity * rowBytes, alignment: 16)
      let larger = raw.assumingMemoryBound(to: UInt8.self)
      larger.update(from: rows, count: count * rowBytes)
      rows.deallocate()
      rows = larger
    }
    (rows + count * rowBytes).update(from: row, count: rowBytes)
    count += 1
  }
}
