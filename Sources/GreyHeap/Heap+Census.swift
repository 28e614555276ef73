// How many objects of some types there are, counted while everybody goes on.
//
// A program sees what it holds and nothing else, so it cannot say by itself that what it dropped is
// gone. The heap can: after a cycle that has been swept, whatever has an allocation bit is there.
// The pass goes from page to page, over entries and bits only. A span whose objects are all of one
// type costs a population count a word; in a mixed one every object's type is looked up.
//
// It takes no lock, and it is never too low: an object does not move, and as long as it lives its
// page is in use, its bit set, and its type told by the page's entry or, since before the entry
// said "mixed", by its slot (sweeping replaces a word of bits by one that has it as well). It may
// be too high: by what is born and freed meanwhile, by a span that changes hands between two looks,
// and by the slots that an allocation cache has ready for one of these types. A program at rest,
// whose types nobody else has, counts exactly; and if the number is too high, counting again after
// another cycle tells garbage from chance.

import GreyBasics
import Synchronization

package struct HeapCensus: Sendable {
  package let types: Range<UInt16>
  package fileprivate(set) var objects = 0
  fileprivate var nextPage = 0

  package init(ofTypes types: Range<UInt16>) { self.types = types }
}

extension Heap {
  /// Goes on counting for a while: `budget` is about the pages and objects that are looked at.
  /// - Returns: whether everything has been counted.
  package func count(_ census: inout HeapCensus, budget: Int) -> Bool {
    let pages = pageHeap.withLock { $0.grownPages }
    var left = budget
    while census.nextPage < pages, left > 0 {
      let page = census.nextPage
      census.nextPage += 1
      left -= 1
      let entry = PageEntry(rawValue: (view.pageTable + page * 8).acquiredWord)
      guard entry.isInUse else { continue }
      if entry.uniformType == .none {
        left -= countMixed(page, entry, &census)
      } else if census.types.contains(entry.uniformType.rawValue) {
        for word in allocationWords(ofPage: page) {
          census.objects += memory.allocationWord(word).relaxedWord.nonzeroBitCount
        }
      }
    }
    return census.nextPage >= pages
  }

  private func allocationWords(ofPage page: Int) -> Range<Int> {
    let first = page * HeapLayout.bitmapWordsPerPage
    return first..<first + HeapLayout.bitmapWordsPerPage
  }

  /// - Returns: how many objects were looked at.
  private func countMixed(_ page: Int, _ entry: PageEntry, _ census: inout HeapCensus) -> Int {
    var looks = 0
    for word in allocationWords(ofPage: page) {
      var bits = memory.allocationWord(word).relaxedWord
      while bits != 0 {
        let granule = word * 64 + bits.trailingZeroBitCount
        bits &= bits - 1
        let base = view.arenaBase + UInt(granule * HeapLayout.granuleBytes)
        looks += 1
        if census.types.contains(view.typeIndex(base, entry: entry).rawValue) {
          census.objects += 1
        }
      }
    }
    return looks
  }
}
