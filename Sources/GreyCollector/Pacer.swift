// When a cycle starts and how hard it marks: Go's pacer as a pure value.
//
// The idea (Go's garbage-collector pacer redesign, proposal 44167): a cycle should *end* when the
// heap has grown by GOGC per cent over what the last one marked,
//
//     goal = marked + (marked + stacks + globals) × GOGC / 100
//
// so it must *start* earlier, by what the mutators allocate while it marks (the runway):
//
//     runway = cons/mark × (1 − u) / u × (bytes to scan) + (bytes allocated while waiting)
//     trigger = goal − runway
//
// cons/mark is how many bytes the mutators allocate in a CPU second over how many the markers scan
// in one, learned from past cycles; u is the share of the CPU that marking is meant to use (25 %).
// If cons/mark was right, background marking alone just makes it; if it was too low, mark assists
// (`Pacer+Assist`) make allocating tasks pay for the difference.
//
// The second term is Greywave's own. A cluster's mark ends when its *last* node is done and two
// rounds through the coordinator have said so; meanwhile this node has nothing to scan and its
// mutators go on. That time does not grow with this node's heap, so it is learned apart, in bytes:
// folding it into cons/mark would multiply it with the heap's growth.
//
// Noise: both estimates are the largest of the last measurements. Erring on that side starts a
// cycle early, which costs some CPU; the other side makes tasks pay in assists.
//
// Limits: the trigger lies between 70 % and 95 % of the way from marked to goal (or within a
// minimum heap of the goal, for large heaps). Below 70 % a fast allocator would mark for ever and
// allocate black all the time; above 95 % there is no runway left.
//
// It reads no clock and knows no thread: rates and sizes in, decisions out, so that a scenario of
// fifty cycles is a test (see `PacerScenarioTests`).

/// Bytes of scan work, by where they were found.
package struct ScanWork: Hashable, Sendable {
  package var heap: Int
  package var stacks: Int
  package var globals: Int

  package init(heap: Int = 0, stacks: Int = 0, globals: Int = 0) {
    self.heap = heap
    self.stacks = stacks
    self.globals = globals
  }

  package var total: Int { heap.saturatingAdd(stacks).saturatingAdd(globals) }
}

package struct Pacer: Hashable, Sendable {
  package internal(set) var settings: PacerSettings

  // What the last finished cycle found.
  /// Bytes that it marked (and that were born black in it).
  package internal(set) var heapMarked = 0
  /// Scan work that it did.
  package internal(set) var lastScan = ScanWork()

  // The present.
  /// Bytes in objects not known to be dead: marked plus allocated since.
  package internal(set) var heapLive = 0
  /// Of those, bytes that a marker would have to scan if all were alive.
  package internal(set) var heapScannable = 0
  /// Bytes of frames and globals that the next cycle will scan.
  package internal(set) var stackBytes = 0
  package internal(set) var globalBytes = 0
  /// Memory of the process that is no object: arena overhead, queues, stacks, code.
  package internal(set) var otherMemory = 0
  /// While sweeping, no cycle can start before this much heap.
  var sweepFloor = 0

  // The cycle that runs, if one does.
  /// `heapLive` when it started; nil between cycles.
  package internal(set) var triggered: Int?
  var work = ScanWork()
  /// Scan work that an allocated byte owes, and its inverse.
  package internal(set) var assistWorkPerByte = 0.0
  package internal(set) var assistBytesPerWork = 0.0

  // What was learned.
  var consMark = Learned()
  var waitBytes = Learned()

  package init(settings: PacerSettings = PacerSettings()) {
    self.settings = settings
  }

  /// GOGC and GOMEMLIMIT may change at any time; goal and trigger follow at once.
  package mutating func apply(_ settings: PacerSettings) {
    self.settings = settings
    if triggered != nil { revise() }
  }

  /// Live bytes at which the running cycle, or the next one, should end. `Int.max` is never.
  package var goal: Int {
    var goal = settings.gogc == nil ? Int.max : percentGoal
    goal = min(goal, memoryGoal)
    // However late the start was, a cycle needs some room to run in.
    if let triggered { goal = max(goal, triggered.saturatingAdd(Self.leastRunway)) }
    return goal
  }

  /// Live bytes at which the next cycle should start. `Int.max` is never.
  package var trigger: Int {
    let goal = self.goal
    if goal == .max { return .max }
    // Over the goal already (the limit was lowered, say): start at once.
    if heapMarked >= goal { return goal }
    let distance = Double(goal - heapMarked)
    var low = heapMarked.saturatingAdd((distance * Self.lowestTrigger).asBytes)
    low = min(max(low, sweepFloor), goal)
    var high = heapMarked.saturatingAdd((distance * Self.highestTrigger).asBytes)
    high = max(high, goal - settings.minimumHeapAtHundred, low)
    let runway = expectedRunway
    let aim = runway >= goal ? 0 : goal - runway
    return min(max(aim, low), high)
  }

  /// The goal is the memory limit's doing, not GOGC's: such a node may start a cycle by itself.
  package var isMemoryLimited: Bool {
    settings.memoryLimit != nil && memoryGoal < (settings.gogc == nil ? .max : percentGoal)
  }

  /// Bytes expected to be allocated while the next cycle marks.
  package var expectedRunway: Int {
    let u = settings.backgroundUtilization
    let scan = Double(expectedScan.total)
    return (consMark.value * (1 - u) / u * scan).asBytes.saturatingAdd(waitBytes.value.asBytes)
  }

  /// Scan work expected of the next cycle: the heap as last time, stacks and globals as they are.
  package var expectedScan: ScanWork {
    ScanWork(heap: lastScan.heap, stacks: stackBytes, globals: globalBytes)
  }

  var percentGoal: Int {
    let base = heapMarked.saturatingAdd(stackBytes).saturatingAdd(globalBytes)
    let goal = heapMarked.saturatingAdd(base.scaled(percent: settings.gogc ?? 100))
    return max(goal, settings.minimumHeap)
  }

  /// What the soft limit leaves to live objects: 3 % (at least 1 MiB) of it is kept free, because
  /// fragmentation and the allocation of a cycle's last moments must fit as well. Never below what
  /// is marked: the limit is soft, and marking more often than that frees nothing more.
  var memoryGoal: Int {
    guard let limit = settings.memoryLimit else { return .max }
    guard otherMemory < limit else { return heapMarked }
    let room = limit - otherMemory
    let kept = max(room / 100 * 3, 1 << 20)
    let goal = room < 2 * kept ? min(kept, room) : room - kept
    return max(goal, heapMarked)
  }

  static let lowestTrigger = 0.7
  static let highestTrigger = 0.95
  static let leastRunway = 64 << 10
}

/// A noisy quantity, estimated as the largest of its last measurements.
package struct Learned: Hashable, Sendable {
  private var last = [0.0, 0.0, 0.0, 0.0]
  private var next = 0
  package private(set) var value = 0.0

  package mutating func measure(_ sample: Double) {
    guard sample.isFinite, sample >= 0 else { return }
    // Largest of this one and the four before it: five measurements speak.
    value = max(sample, last.max() ?? 0)
    last[next] = sample
    next = (next + 1) % last.count
  }
}
