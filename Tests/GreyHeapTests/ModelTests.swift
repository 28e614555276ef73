// Thousands of random operations against a naive model, with every invariant checked after each.
//
// The model is a dictionary of what was allocated: base, size, type, and a word written into the
// object that nobody else may ever change. Two objects never overlap, a live one is never touched
// or freed, a dead one is never found again.

import GreyBasics
import GreyHeap
import Testing

private struct Model {
  struct Object {
    let reference: Reference
    let type: TypeIndex
    let words: Int
    let stamp: UInt64
  }

  let heap: Heap
  var caches: [AllocationCache]
  var random: SplitMix
  var objects: [Object] = []
  var freed = 0
  var allocated = 0
  var isMarking = false
  /// Of the objects that live at the time: those born while marking, and those marked.
  var black: Set<UInt64> = []

  init(seed: UInt64, heap: Heap, caches: Int) {
    self.heap = heap
    self.caches = (0..<caches).map { _ in heap.makeCache() }
    random = SplitMix(seed: seed)
  }

  mutating func allocate() throws {
    let types = [
      SomeType.pair, SomeType.bytes, SomeType.record, SomeType.wide, SomeType.slot, SomeType.slot,
    ]
    let type = types[random.below(types.count)]
    let elements =
      switch random.below(20) {
      case 0: 1 + random.below(12_000 / heap.types.entry(type).words)
      case 1...3: 1 + random.below(600 / heap.types.entry(type).words)
      default: 1 + random.below(12 / min(12, heap.types.entry(type).words))
      }
    let cache = caches[random.below(caches.count)]
    let object: Reference
    do {
      object = try cache.allocate(type: type, count: elements)
    } catch AllocationFailure.limitReached {
      return
    }
    let words = elements * heap.types.entry(type).words
    let memory = heap.words(of: object)
    let isZero = (0..<words).allSatisfy { memory[$0] == 0 }
    if !isZero { Issue.record("\(heap.name(of: object)) is not zeroed") }
    let stamp = random.next() | 1
    memory[0] = stamp
    memory[words - 1] = stamp
    objects.append(Object(reference: object, type: type, words: words, stamp: stamp))
    allocated += 1
    if isMarking {
      black.insert(object.rawValue)
      if !heap.view.isMarked(object.address) { Issue.record("born white while marking") }
    } else if !heap.isSweeping, heap.view.isMarked(object.address) {
      Issue.record("born black while not marking")
    }
  }

  func checkObject(_ object: Object, inner offset: Int) {
    let memory = heap.words(of: object.reference)
    if memory[0] != object.stamp || memory[object.words - 1] != object.stamp {
      Issue.record("\(heap.name(of: object.reference)) was touched")
    }
    let address = object.reference.address + UInt(offset)
    let raw = object.reference.advanced(by: offset).rawValue
    let found = heap.exactObject(containing: address)
    if found?.base != object.reference.address || found?.type != object.type
      || heap.view.base(of: raw) != object.reference.address
      || heap.view.typeIndex(object.reference.address) != object.type
      || found!.bytes < object.words * 8
    {
      Issue.record("\(heap.name(of: object.reference)) + \(offset) is not found")
    }
  }

  mutating func mark(_ share: Int) {
    for object in objects where random.chance(1, in: share) {
      let inner = object.reference.advanced(by: random.below(object.words * 8)).rawValue
      let isNew = heap.view.testAndSetMark(heap.view.base(of: inner))
      if isNew != black.insert(object.reference.rawValue).inserted {
        Issue.record("a mark that was not there, or was")
      }
    }
  }

  mutating func sweep(step: Int) {
    isMarking = false
    if step % 2 == 0 { heap.dropAllRuns() }
    heap.beginSweep()
    let before = objects.count
    objects.removeAll { !black.contains($0.reference.rawValue) }
    freed += before - objects.count
    black.removeAll()
  }

  /// Everything the heap says is allocated is what the model says, no more and no less.
  func compareAll() {
    let expected = Set(objects.map { $0.reference.address })
    var found = Set<UInt>()
    heap.forEachObject { location, _ in found.insert(location.base) }
    if found != expected {
      let (more, fewer) = (found.subtracting(expected).count, expected.subtracting(found).count)
      Issue.record("\(more) too many, \(fewer) missing")
    }
    for object in objects { checkObject(object, inner: object.words * 4) }
  }
}

@Suite struct ModelTests {
  /// Cycles in which everything may happen between everything: allocation by several caches, lazy
  /// and explicit sweeping, runs dropped early and late, aborted attempts, scavenging.
  @Test(arguments: [1, 2, 3])
  func aHeapUnderRandomOperationsIsWhatTheModelSays(seed: UInt64) throws {
    let heap = try makeHeap(
      megabytes: 3, limitBytes: seed % 2 == 0 ? 2 << 20 : nil, scavengeAfter: .seconds(1),
      poison: seed == 3)
    var model = Model(seed: seed, heap: heap, caches: 3)
    var clock = Moment.zero
    for step in 0..<1_000 {
      switch model.random.below(100) {
      case 0..<80:
        for _ in 0..<(1 + model.random.below(8)) { try model.allocate() }
      case 80..<84:
        if heap.isSweeping { _ = heap.sweepQuantum(maxPages: 1 + model.random.below(40)) }
      case 84..<87: model.caches[model.random.below(3)].dropRuns()
      case 87..<89: model.caches[model.random.below(3)] = heap.makeCache()
      case 89..<92:
        clock = clock + .milliseconds(700)
        _ = heap.scavenge(now: clock, maxPages: 1 + model.random.below(100))
      case 92..<94:
        if model.isMarking {
          model.isMarking = false
          model.black.removeAll()
          heap.clearMarks()
        }
      case 94..<98:
        if model.isMarking {
          model.mark(2)
        } else if !heap.isSweeping {
          heap.armAllocateBlack()
          model.isMarking = true
        } else {
          heap.dropAllRuns()
          _ = heap.finishSweep()
        }
      default:
        if model.isMarking { model.sweep(step: step) }
      }
      do {
        try heap.checkInvariants()
      } catch {
        Issue.record("after step \(step): \(error)")
        return
      }
      if step % 10 == 0, let object = model.objects.last { model.checkObject(object, inner: 3) }
      if step % 50 == 0, !heap.isSweeping { model.compareAll() }
    }
    heap.dropAllRuns()
    _ = heap.finishSweep()
    heap.clearMarks()
    model.compareAll()
    #expect(model.freed > 500, "the test collects something")
    #expect(model.allocated - model.freed == model.objects.count)

    heap.collect(keeping: [])
    try heap.checkInvariants()
    #expect(heap.statistics.bytesInUse == 0)
    #expect(heap.statistics.allocatedObjects == heap.statistics.freedObjects)
  }
}
