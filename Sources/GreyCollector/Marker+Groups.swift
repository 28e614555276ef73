// Shading what another node sent: a kibibyte at a time.
//
// A group says which granules of a kibibyte are referred to. Where its page holds objects of one
// type, those of them at which an allocation bit is set are bases of objects, all found with one
// AND: they become *seen* with one OR, and the page is queued once, as by any reference
// (`Marker+See`). What is marked already is left out; it needs no visit. Groups come in the order
// of addresses, so the heap's tables are read from front to back.
//
// What is left is looked up one by one and with all checks: an interior reference (its granule
// leads to the base of the object around it), one into a page of several types (whose slots are
// allocated before they have a type), and, where a rule is switched off or a process is mad, one
// that leads nowhere. An address outside of the heap is counted and dropped. So nothing that comes
// in a batch can set a bit where no object begins.

import GreyBasics
import GreyHeap

extension Marker {
  @inline(never)
  func shadeGroups(_ batch: GreyBatch) {
    let view = self.view
    let first = (view.taggedBase & Reference.addressMask) >> GreyGroup.bytesShift
    let kibibytes = view.arenaBytes >> GreyGroup.bytesShift
    var count = 0
    for group in batch.groups {
      let place = group.kibibyte &- first
      guard place < kibibytes else {
        totals.strayReferences += group.granules.nonzeroBitCount
        continue
      }
      let word = Int(truncatingIfNeeded: place)
      let entry = PageEntry(rawValue: (view.pageTable + (word >> 3) &* 8).acquiredWord)
      var rest = group.granules
      if entry.isInUse, entry.uniformType.rawValue != 0 {
        let bases = rest & (view.allocationBits + word &* 8).relaxedWord
        let known = seen.bits[word] | (view.markBits + word &* 8).relaxedWord
        if bases & ~known != 0 {
          seen.bits[word] |= bases
          seen.queue(word >> 3)
        }
        rest &= ~bases
      }
      while rest != 0 {
        let offset =
          place << GreyGroup.bytesShift | UInt64(truncatingIfNeeded: rest.trailingZeroBitCount) << 4
        rest &= rest &- 1
        guard view.isIntoAllocatedSlot(offset &+ view.taggedBase) else {
          noteStray()
          continue
        }
        found[count] = offset
        count &+= 1
        if count == Self.foundCapacity {
          see(count: count)
          count = 0
        }
      }
    }
    see(count: count)
  }
}
