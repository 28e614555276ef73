// The few things a collector does to the heap around marking; marking itself goes through the view.

import GreyBasics
import Synchronization

extension Heap {
  /// Objects are born black. It begins with `armAllocateBlack` and ends by `beginSweep` or
  /// `clearMarks`, which do it together with what they are named for: between a separate switch
  /// and either of them an object could be born white and swept.
  package var allocateBlack: Bool { control.load(ordering: .acquiring) & 1 != 0 }

  /// From now on objects are born black. Only while the world is stopped: what the caches have left
  /// of their runs is blackened here, since no refill will do it. Bounded by two runs a class and
  /// cache, whatever the size of the heap.
  package func armAllocateBlack() {
    control.bitwiseOr(1, ordering: .sequentiallyConsistent)
    guard blackensRuns.load(ordering: .relaxed) else { return }
    let tables = caches.withLock { $0 }
    for table in tables {
      for index in 2..<table.count {
        let run = table.runs[index]
        guard let record = run.span, run.cursor < run.end else { continue }
        let end = record.pointee.freeIndex
        let rest = Int(run.end - run.cursor) / record.pointee.elementBytes
        blacken(
          end - rest..<end, span: memory.firstPage(of: Span(record: record)),
          sizeClass: memory.classes[index >> 1])
      }
    }
  }

  func blacken(_ slots: Range<Int>, span firstPage: Int, sizeClass: SizeClass) {
    if blackensAtomically.load(ordering: .relaxed) {
      memory.blacken(slots, span: firstPage, sizeClass: sizeClass)
    } else {
      memory.blackenPlainly(slots, span: firstPage, sizeClass: sizeClass) {
        meanwhile.withLock { $0 }?()
      }
    }
  }

  /// Ends an aborted attempt: objects are born white again and no mark is left. Nobody may be
  /// marking; mutators may run. Not while sweeping, whose marks still say what lives.
  package func clearMarks() {
    precondition(!isSweeping, "marks are cleared while sweeping: finish the sweep first")
    control.bitwiseAnd(~1, ordering: .sequentiallyConsistent)
    let pages = pageHeap.withLock { $0.grownPages }
    for word in 0..<pages * HeapLayout.bitmapWordsPerPage {
      let marks = memory.markWord(word)
      // Looking first leaves the untouched parts of the bitmap without memory.
      if marks.relaxedWord != 0 {
        marks.atomicWord.pointee.store(0, ordering: .sequentiallyConsistent)
      }
    }
  }
}
