// What was white when marking was complete, kept for whoever judges the sweep.
//
// A sweep turns the marks of a span into its allocation bits, so afterwards the heap itself cannot
// tell an object that survived from one that should have been freed and was not. Whoever wants to
// know asks for it before: at the decision, while nobody runs, what is allocated and not marked is
// copied, a bit a granule. A slot that is handed out later holds another object, so its bit goes
// then; a slot that is freed is not allocated. What is left over, allocated and in the copy, is an
// object that was white and is still there. Nothing here asks the sweep what it did.
//
// The copy is made only when somebody wants it (it grows with the heap, which a stop otherwise does
// not). Refills and large allocations look at one flag; nothing faster does.

import GreyBasics
import Synchronization

extension Heap {
  /// Marks are complete and sweeping has not begun. Only while the world is stopped.
  package func keepWhite() {
    let words = pageHeap.withLock { $0.grownPages } * HeapLayout.bitmapWordsPerPage
    white.withLock { kept in
      kept = (0..<words).map {
        memory.allocationWord($0).relaxedWord & ~memory.markWord($0).relaxedWord
      }
    }
    keepsWhite.store(true, ordering: .releasing)
  }

  package func forgetWhite() {
    keepsWhite.store(false, ordering: .relaxed)
    white.withLock { $0 = [] }
  }

  /// Whether this very object was allocated and white at the decision. Only while the world is
  /// stopped.
  package func wasWhite(_ object: ObjectLocation) -> Bool {
    let granule = Int(object.base - view.arenaBase) / HeapLayout.granuleBytes
    return white.withLock { kept in
      kept.indices.contains(granule / 64) && kept[granule / 64] & (1 << UInt64(granule % 64)) != 0
    }
  }

  /// These slots hold other objects from now on.
  @inline(never)
  func forgetWhite(_ slots: Range<Int>, span firstPage: Int, sizeClass: SizeClass) {
    white.withLock { kept in
      memory.forEachWord(ofSlots: slots, span: firstPage, sizeClass: sizeClass) { word, bits in
        if kept.indices.contains(word) { kept[word] &= ~bits }
      }
    }
  }

  /// The same of a large object.
  @inline(never)
  func forgetWhite(atWord word: Int) {
    white.withLock { kept in
      if kept.indices.contains(word) { kept[word] &= ~1 }
    }
  }
}
