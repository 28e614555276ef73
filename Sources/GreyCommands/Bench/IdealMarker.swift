// The marker that knows everything beforehand, as a measure for the real one.
//
// One size of object, one thread, no colours but black, no barrier, no type: a byte a mark, a stack
// of object numbers, and a FIFO of sixteen prefetched objects between the stack and the scan. What
// it does is the least that any marker does; it runs as fast as the same loop in C.

import CGrey
import GreyBasics
import GreyHeap

package final class IdealMarker {
  private let marks: UnsafeMutablePointer<UInt8>
  private let stack: UnsafeMutablePointer<UInt32>
  private let ring: UnsafeMutablePointer<UInt32>
  private let extent: Int

  package init(extent: Int) {
    self.extent = extent
    marks = .allocate(capacity: extent)
    marks.initialize(repeating: 0, count: extent)
    // Every object is pushed once at most.
    stack = .allocate(capacity: extent)
    stack.initialize(repeating: 0, count: extent)
    ring = .allocate(capacity: 16)
    ring.initialize(repeating: 0, count: 16)
  }

  deinit {
    marks.deallocate()
    stack.deallocate()
    ring.deallocate()
  }

  package func clear() { marks.update(repeating: 0, count: extent) }

  /// Marks all that can be reached from one object, and says how many that are.
  @inline(never)
  package func mark(from root: UInt64, view: HeapView) -> Int {
    let (marks, stack, ring) = (marks, stack, ring)
    let (taggedBase, arenaBytes) = (view.taggedBase, view.arenaBytes)
    let base = UnsafeMutableRawPointer(bitPattern: view.arenaBase).unsafelyUnwrapped
    let number = Int(truncatingIfNeeded: (root &- taggedBase) >> 5)
    marks[number] = 1
    stack[0] = UInt32(truncatingIfNeeded: number)
    var top = 1
    var hand = 0
    var inRing = 0
    var count = 1
    while true {
      while inRing < 16, top > 0 {
        top &-= 1
        let next = stack[top]
        grey_prefetch(base + Int(next) &* 32)
        ring[(hand &+ inRing) & 15] = next
        inRing &+= 1
      }
      if inRing == 0 { return count }
      let object = base + Int(ring[hand]) &* 32
      hand = (hand &+ 1) & 15
      inRing &-= 1
      for slot in 0..<4 {
        let offset = (object + slot &* 8).relaxedWord &- taggedBase
        guard offset < arenaBytes else { continue }
        let child = Int(truncatingIfNeeded: offset >> 5)
        if marks[child] != 0 { continue }
        marks[child] = 1
        stack[top] = UInt32(truncatingIfNeeded: child)
        top &+= 1
        count &+= 1
      }
    }
  }
}
