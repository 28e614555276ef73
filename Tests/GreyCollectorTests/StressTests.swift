// Real threads: two mark workers, a mutator with a barrier buffer and roots of its own, and an
// engine that aborts. Built to run under ThreadSanitizer; nobody sleeps, everybody waits by doing.

import Foundation
import GreyBasics
import GreyHeap
import Synchronization
import Testing

@testable import GreyCollector

/// A word that several threads read and write.
private final class SharedFlag: Sendable {
  private let word = Atomic<Int>(0)
  var value: Int {
    get { word.load(ordering: .acquiring) }
    set { word.store(newValue, ordering: .releasing) }
  }
}

/// Runs the bodies on threads of their own and returns when all have ended.
private func run(_ bodies: [@Sendable () -> Void]) {
  let group = DispatchGroup()
  for body in bodies {
    group.enter()
    let thread = Thread {
      body()
      group.leave()
    }
    thread.start()
  }
  group.wait()
}

@Suite(.serialized) struct StressTests {
  @Test(arguments: 0..<4 as Range<UInt64>)
  func twoMarkersAndAMutatorLoseNothing(seed: UInt64) throws {
    nonisolated(unsafe) let node = try TestNode()
    var rng = SplitMix(seed: seed)
    var objects: [Reference] = []
    for _ in 0..<4_000 { objects.append(try node.allocate(2)) }
    for object in objects {
      for word in 0..<4 where rng.chance(1, in: 2) {
        node.slot(object, word).relaxedWord = objects[rng.below(objects.count)].rawValue
      }
    }
    let start = (0..<8).map { _ in objects[rng.below(objects.count)].rawValue }
    node.arm()
    let collector = node.collector
    let parked = SharedFlag()
    let held = Guarded<[UInt64]>([])
    let markWorker: @Sendable () -> Void = {
      let marker = collector.makeMarker()
      while parked.value == 0 || !collector.isQuiescent { _ = marker.drain(objects: 50) }
    }
    nonisolated(unsafe) var mutatorRng = rng.split()
    run([
      markWorker, markWorker,
      {
        // The mutator's frame is scanned first: what it loads later it holds as a black task.
        let marker = collector.makeMarker()
        var frame = start
        for reference in frame { marker.shade(reference) }
        marker.publish()
        for step in 0..<20_000 {
          let place = mutatorRng.below(frame.count)
          let object = Reference(rawValue: frame[place])
          let slot = node.slot(object, mutatorRng.below(4))
          switch mutatorRng.below(4) {
          case 0: node.buffer.store(frame[mutatorRng.below(frame.count)], to: slot)
          case 1: node.buffer.store(0, to: slot)
          case 2:
            let loaded = slot.relaxedWord
            if loaded != 0 { frame[place] = loaded }
          default:
            if let new = try? node.allocate(2) {
              node.buffer.store(new.rawValue, to: slot)
              frame[place] = new.rawValue
            }
          }
          if step % 500 == 0 {
            _ = marker.drain(objects: 10)
            marker.publish()
          }
        }
        node.buffer.flush()
        held.withLock { $0 = frame }
        parked.value = 1
      },
    ])
    let reachable = node.reachable(held.withLock { $0 }).bases
    #expect(reachable.count { !node.heap.view.isMarked($0) } == 0)
    #expect(collector.isQuiescent)
  }

  @Test func twoMarkersMarkEveryObjectOnce() throws {
    nonisolated(unsafe) let node = try TestNode()
    var rng = SplitMix(seed: 5)
    var objects: [Reference] = []
    for _ in 0..<30_000 { objects.append(try node.allocate(2)) }
    objects.append(try node.allocate(0, count: 30_000))
    for object in objects.dropLast() {
      for word in 0..<4 {
        node.slot(object, word).relaxedWord = objects[rng.below(objects.count)].rawValue
      }
    }
    let collector = node.collector
    for _ in 0..<3 {
      let expected = node.reachable([objects[0].rawValue]).bases
      node.arm()
      let first = collector.makeMarker()
      first.shade(objects[0].rawValue)
      first.publish()
      let work: @Sendable () -> Void = {
        let marker = collector.makeMarker()
        while !collector.isQuiescent { _ = marker.drain(objects: 100) }
      }
      run([work, work])
      #expect(collector.totals.objectsMarked == expected.count)
      #expect(node.markedBases() == expected)
      collector.disarm()
      node.heap.clearMarks()
    }
  }

  @Test func abortsWhileMarkersRunLeaveNoMarkBehind() throws {
    nonisolated(unsafe) let node = try TestNode()
    let objects = try (0..<3_000).map { _ in try node.allocate(2) }
    var rng = SplitMix(seed: 9)
    for object in objects {
      for word in 0..<4 {
        node.slot(object, word).relaxedWord = objects[rng.below(objects.count)].rawValue
      }
    }
    let collector = node.collector
    let over = SharedFlag()
    let markWorker: @Sendable () -> Void = {
      let marker = collector.makeMarker()
      while over.value == 0 { _ = marker.drain(objects: 30) }
    }
    let dirty = SharedFlag()
    run([
      markWorker, markWorker,
      {
        // The engine, and a worker's marker that shades roots in whatever epoch there is.
        let worker = collector.makeMarker()
        for round in 0..<60 {
          node.arm()
          worker.shade(objects[round].rawValue)
          worker.publish()
          for _ in 0..<round % 7 { _ = collector.isQuiescent }
          collector.abort()
          worker.shade(objects[round].rawValue)
          while !collector.canClearMarks {}
          node.heap.clearMarks()
          if !node.markedBases().isEmpty { dirty.value = 1 }
        }
        over.value = 1
      },
    ])
    #expect(dirty.value == 0)
    #expect(collector.canClearMarks)
  }
}
