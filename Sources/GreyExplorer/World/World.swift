// The cluster under exploration: one state, and what every step does to it.
//
// A step copies the state it starts from (`now`) to `next`, changes that, and emits it; `emit` lets
// the machines hear what became true, brings the row into canonical form and keeps it among the
// successors. Nothing here draws or waits: the order in which successors come is fixed.

import GreyBasics
import GreyCollector
import GreyProtocol

final class World {
  let scope: Scope
  let rules: RuleSet
  let layout: Layout
  let plane: ControlPlane
  /// The owner of each cell.
  let owners: [Int]

  /// The state whose successors are made. Not changed.
  var now: Row
  /// The successor that is being made.
  let next: Row
  /// Nodes whose marking may have changed in it, a bit each.
  var touched: UInt8 = 0
  /// A cell that was freed and can still be reached (+ 1); zero: none.
  var lost: UInt8 = 0

  let symmetry: Symmetry
  /// Off while a story is told, whose nodes keep their names.
  var takesLeast = true
  /// How many states `next` stands for.
  var orbit = 1
  let original: Row
  let image: Row

  // The successors of `now`.
  private(set) var successors: Row
  private(set) var steps: [Step] = []
  private(set) var losses: [UInt8] = []
  private(set) var orbits: [UInt8] = []
  private var capacity = 64
  var count: Int { steps.count }
  /// Whether one of them is no task's doing.
  private(set) var hasProgress = false

  init(_ scope: Scope) {
    self.scope = scope
    rules = scope.rules
    owners = scope.owners
    layout = Layout(scope)
    plane = ControlPlane(scope)
    symmetry = Symmetry(scope)
    next = Self.allocate(layout.size)
    original = Self.allocate(layout.size)
    image = Self.allocate(layout.size)
    now = next
    successors = Self.allocate(layout.size * capacity)
  }

  deinit {
    for row in [next, original, image, successors] { row.deallocate() }
    symmetry.free()
  }

  /// Aligned, and all zero.
  static func allocate(_ bytes: Int) -> Row {
    let raw = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 16)
    raw.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
    return raw.assumingMemoryBound(to: UInt8.self)
  }

  func successor(_ index: Int) -> Row { successors + index * layout.size }

  // MARK: making successors

  func beginExpanding(_ row: Row) {
    now = row
    steps.removeAll(keepingCapacity: true)
    losses.removeAll(keepingCapacity: true)
    orbits.removeAll(keepingCapacity: true)
    hasProgress = false
  }

  @inline(__always)
  func begin() {
    next.update(from: now, count: layout.size)
    touched = 0
    lost = 0
  }

  func emit(_ step: Step) {
    settle()
    followSilently()
    canonicalize()
    if steps.count == capacity { grow() }
    successor(steps.count).update(from: next, count: layout.size)
    steps.append(step)
    losses.append(lost)
    orbits.append(UInt8(orbit))
    if !step.kind.isTasks { hasProgress = true }
  }

  private func grow() {
    let larger = Self.allocate(layout.size * capacity * 2)
    larger.update(from: successors, count: layout.size * capacity)
    successors.deallocate()
    successors = larger
    capacity *= 2
  }

  // MARK: places in a row

  @inline(__always) func partAt(_ node: Int) -> Int { layout.partsAt + 12 * node }
  @inline(__always) func downAt(_ node: Int) -> Int { layout.partsAt + 12 * node + 4 }
  @inline(__always) func upAt(_ node: Int) -> Int { layout.partsAt + 12 * node + 8 }
  @inline(__always) func budgetAt(_ budget: Budget) -> Int { layout.budgetsAt + budget.rawValue }
  @inline(__always) func flagsAt(_ node: Int) -> Int { layout.flagsAt + node }
  @inline(__always)
  func slotAt(_ node: Int, _ task: Int, _ slot: Int) -> Int {
    layout.slotsAt + (node * layout.tasks + task) * layout.slots + slot
  }
  @inline(__always) func globalAt(_ node: Int) -> Int { layout.globalsAt + node }
  @inline(__always) func colourAt(_ cell: Int) -> Int { layout.cellsAt + 2 * cell }
  @inline(__always) func fieldAt(_ cell: Int) -> Int { layout.cellsAt + 2 * cell + 1 }
  @inline(__always)
  func greyAt(_ node: Int, _ cell: Int) -> Int { layout.greyAt + node * layout.cells + cell }
  /// Of `node` towards `other`: 4 bits sent, 4 bits received.
  @inline(__always)
  func countAt(_ node: Int, _ other: Int) -> Int { layout.countsAt + node * layout.nodes + other }
  @inline(__always)
  func batchAt(_ node: Int, _ cell: Int) -> Int {
    layout.batchesAt + 2 * (node * layout.cells + cell)
  }
  @inline(__always) func messageAt(_ index: Int) -> Int { layout.messagesAt + 8 * index }

  @inline(__always)
  func facts(_ row: Row, _ node: Int) -> NodeFacts {
    plane.partFacts[Int(row.number(partAt(node)))]
  }
  @inline(__always)
  func coordinatorFacts(_ row: Row) -> CoordinatorFacts {
    plane.coordinatorFacts[Int(row.number(0))]
  }

  /// Of a row: two bytes, 2 bits for each epoch.
  @inline(__always)
  func batches(_ row: Row, _ node: Int, _ cell: Int) -> UInt16 {
    let at = batchAt(node, cell)
    return UInt16(row[at]) | UInt16(row[at + 1]) << 8
  }
  @inline(__always)
  func setBatches(_ node: Int, _ cell: Int, _ value: UInt16) {
    let at = batchAt(node, cell)
    next[at] = UInt8(truncatingIfNeeded: value)
    next[at + 1] = UInt8(truncatingIfNeeded: value >> 8)
  }

  /// Its tasks can take steps.
  @inline(__always)
  func runs(_ node: Int) -> Bool {
    let facts = facts(now, node)
    return !facts.isParked && facts.isMember && !facts.hasExited
      && now[flagsAt(node)] & Flag.dead == 0
  }
  @inline(__always)
  func isDead(_ row: Row, _ node: Int) -> Bool { row[flagsAt(node)] & Flag.dead != 0 }
}
