// Several threads at once: workers allocate, a mark worker marks beside them, a sweeper sweeps.
// Between the phases all threads are joined, which is this test's stop of the world.

import Dispatch
import Foundation
import GreyBasics
import GreyHeap
import Synchronization
import Testing

@Suite struct ThreadTests {
  static let workers = 3

  /// Objects of one worker, each with its own stamp in its first and last word.
  private struct Holding: Sendable {
    var objects: [(reference: Reference, words: Int, stamp: UInt64)] = []
  }

  private final class Worker: @unchecked Sendable {
    let cache: AllocationCache
    var random: SplitMix
    var holding = Holding()
    var notZero = 0

    init(heap: Heap, seed: UInt64) {
      cache = heap.makeCache()
      random = SplitMix(seed: seed)
    }

    func allocate(_ count: Int) {
      for _ in 0..<count {
        let type = random.chance(1, in: 5) ? SomeType.bytes : SomeType.scanned[random.below(2) * 3]
        let elements = random.chance(1, in: 200) ? 6_000 : 1 + random.below(30)
        guard let object = try? cache.allocate(type: type, count: elements) else { continue }
        let words = elements * cache.heap.types.entry(type).words
        let memory = cache.heap.words(of: object)
        for word in 0..<words where memory[word] != 0 { notZero += 1 }
        let stamp = random.next() | 1
        memory[0] = stamp
        memory[words - 1] = stamp
        holding.objects.append((object, words, stamp))
      }
    }

    /// Objects that are not as this worker left them.
    func broken(in heap: Heap) -> Int {
      holding.objects.filter { object in
        let memory = heap.words(of: object.reference)
        return memory[0] != object.stamp || memory[object.words - 1] != object.stamp
          || heap.exactObject(containing: object.reference.address)?.base
            != object.reference.address
      }.count
    }
  }

  private func together(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
    DispatchQueue.concurrentPerform(iterations: count, execute: body)
  }

  @Test func allocationMarkingAndSweepingBesideEachOtherLoseNothing() throws {
    let heap = try makeHeap(megabytes: 256)
    let workers = (0..<Self.workers).map { Worker(heap: heap, seed: UInt64($0 + 1)) }
    for round in 0..<12 {
      #expect(heap.finishSweep())
      for worker in workers {
        worker.holding.objects.removeAll { _ in worker.random.chance(1, in: 2) }
      }
      let kept = workers.flatMap(\.holding.objects)
      heap.armAllocateBlack()
      together(Self.workers + 2) { index in
        if index < Self.workers {
          workers[index].allocate(400)
        } else {
          // Two mark workers over the same objects: each is white exactly once.
          let view = heap.view
          for object in kept {
            let inner = object.reference.advanced(by: object.words * 4).rawValue
            _ = view.testAndSetMark(view.base(of: inner))
          }
        }
      }
      for object in kept { #expect(heap.view.isMarked(object.reference.address)) }
      if round % 2 == 0 { heap.dropAllRuns() }
      heap.beginSweep()
      together(Self.workers + 1) { index in
        if index < Self.workers {
          workers[index].allocate(200)
          if round % 2 == 1 { workers[index].cache.dropRuns() }
        } else {
          while heap.sweepQuantum(maxPages: 4) {}
          _ = heap.scavenge(now: Moment(nanoseconds: UInt64(round) * 100_000_000_000), maxPages: 50)
        }
      }
      heap.dropAllRuns()
      #expect(heap.finishSweep())
      try heap.checkInvariants()
      for worker in workers {
        #expect(worker.broken(in: heap) == 0)
        #expect(worker.notZero == 0)
      }
      let held = workers.map(\.holding.objects.count).reduce(0, +)
      #expect(heap.statistics.objects == held, "what nobody held was freed")
    }
  }

  @Test func onlyOneOfManyMarkersFindsAnObjectWhite() throws {
    let heap = try makeHeap()
    let cache = heap.makeCache()
    let objects = try (0..<20_000).map { _ in try cache.allocate(type: SomeType.pair) }
    let found = Guarded(0)
    together(4) { _ in
      var white = 0
      for object in objects where heap.view.testAndSetMark(object.address) { white += 1 }
      found.withLock { $0 += white }
    }
    #expect(found.withLock { $0 } == objects.count)
  }

  /// Runs of one free slot lie between live objects of 16 bytes, in one page: while one thread
  /// allocates them, and blackens each, another marks the live ones in the same eight words.
  /// (`MarkRaceTests` shows the one interleaving in which a plain OR loses a mark.)
  @Test func blackeningARunLosesNoMarkBesideIt() throws {
    let heap = try makeHeap()
    let cache = heap.makeCache()
    let all = try (0..<512).map { _ in try cache.allocate(type: SomeType.slot, count: 2) }
    let live = all.enumerated().filter { $0.offset % 2 == 0 }.map(\.element)
    heap.collect(keeping: live)
    let marker = RoundMarker(view: heap.view, objects: live)
    let thread = Thread { marker.run() }
    thread.start()
    var lost = 0
    for round in 1...800 {
      heap.armAllocateBlack()
      marker.begin(round)
      for _ in live { _ = try cache.allocate(type: SomeType.slot, count: 2) }
      marker.wait(round)
      lost += live.filter { !heap.view.isMarked($0.address) }.count
      heap.clearMarks()
      heap.collect(keeping: live)
    }
    marker.end()
    #expect(lost == 0)
    try heap.checkInvariants()
  }

  /// A mark worker that marks the same objects once a round.
  private final class RoundMarker: Sendable {
    private let round = Atomic<Int>(0)
    private let finished = Atomic<Int>(0)
    private let view: HeapView
    private let objects: [Reference]

    init(view: HeapView, objects: [Reference]) {
      self.view = view
      self.objects = objects
    }

    func begin(_ number: Int) { round.store(number, ordering: .releasing) }
    func end() { round.store(-1, ordering: .releasing) }
    func wait(_ number: Int) {
      while finished.load(ordering: .acquiring) != number { sched_yield() }
    }

    func run() {
      var done = 0
      while true {
        let next = round.load(ordering: .acquiring)
        if next < 0 { return }
        if next == done {
          sched_yield()
          continue
        }
        for object in objects { _ = view.testAndSetMark(object.address) }
        done = next
        finished.store(next, ordering: .releasing)
      }
    }
  }
}
