// Draining: a bounded quantum of turning grey into black, and where the next piece of work comes
// from. The loops over objects and references are in `Marker+Scan`.
//
// Nothing here makes a quantum endless: an object of at most 32 KiB is scanned whole; of a larger
// one, pieces of 32 KiB are taken from a shared list, by several markers at once if they are idle.
//
// The epoch is looked at every page, or every sixteen objects. It changes only by an abort (arming
// needs a stop in which nobody drains); what is held is then discarded at the lock.

import GreyBasics
import GreyHeap

extension Marker {
  /// Takes grey objects and scans them, and what comes of them, until about `objects` are done (one
  /// of more than 256 bytes counts for as many as its 256 bytes) or nothing is left to take.
  package func drain(objects: Int) -> MarkProgress {
    var progress = MarkProgress()
    guard collector.armedWord.relaxedWord != 0, isHolder || collector.hasWork, enter() else {
      progress.isDry = true
      return progress
    }
    var left = max(1, objects)
    while true {
      scan(&left, &progress)
      if left <= 0 { break }
      let work = refill()
      if case .none = work {
        progress.isDry = true
        break
      }
      progress.tookWork = true
      shade(work, &left, &progress)
    }
    leave()
    return progress
  }

  // MARK: what to do next

  private enum Work {
    case none
    /// Already on the stack.
    case grey
    case edges(GreySegment)
    case batch(GreyBatch)
    case piece(LargeScan, end: Int, type: TypeEntry)
  }

  func enter() -> Bool {
    let isArmed = collector.withState { state in
      guard join(&state) else { return false }
      state.inside += 1
      return true
    }
    forgetSeen()
    return isArmed
  }

  /// Outside of the lock: it takes longer the larger the heap is.
  private func forgetSeen() {
    if !seenIsStale { return }
    seen.clear()
    seenIsStale = false
  }

  private func leave() {
    collector.withState { state in
      state.inside -= 1
      guard join(&state) else { return }
      post(&state)
      release(&state)
    }
  }

  /// Posts what is held beside the stack, which is empty, and takes the next piece of work.
  private func refill() -> Work {
    let work: Work = collector.withState { state in
      guard join(&state) else { return .none }
      post(&state)
      let work = take(&state)
      if case .none = work { release(&state) } else { hold(&state) }
      return work
    }
    forgetSeen()
    return work
  }

  private func take(_ state: inout GreyState) -> Work {
    if let batch = state.takeIncoming() {
      received = (batch.from, UInt64(batch.content.count))
      return .batch(batch.content)
    }
    if let segment = state.grey.popLast() {
      state.changes += 1
      state.giveSpare(stack)
      stack = segment
      stackHead = 0
      return .grey
    }
    if let segment = state.edges.popLast() {
      state.changes += 1
      return .edges(segment)
    }
    guard let piece = state.large.last else { return .none }
    let type = view.typeEntry(piece.base)
    let end = piece.end(type: type)
    state.changes += 1
    if end == piece.words {
      state.large.removeLast()
    } else {
      state.large[state.large.count - 1].next = end
    }
    return .piece(piece, end: end, type: type)
  }

  // MARK: shading what was taken

  private func shade(_ work: Work, _ left: inout Int, _ progress: inout MarkProgress) {
    switch work {
    case .none, .grey: return
    case .batch(let batch):
      shadeGroups(batch)
      left -= batch.count / 8
    case .edges(let segment):
      shadeEdges(UnsafeBufferPointer(start: segment.entries, count: segment.count))
      left -= segment.count / 4
      segment.count = 0
      if edges == nil { edges = segment } else { segment.deallocate() }
    case .piece(let piece, let end, let type):
      scanPiece(piece, end: end, type: type)
      let words = end - piece.next
      left -= 1 + words / 32
      totals.bytesScanned += words * 8
      progress.scannedBytes += words * 8
      if end == piece.words {
        totals.objectsScanned += 1
        progress.scannedObjects += 1
      }
    }
  }

  /// An edge may come from a frame in a cluster with a rule switched off: it is looked up with all
  /// checks.
  private func shadeEdges(_ references: UnsafeBufferPointer<UInt64>) {
    let view = self.view
    var count = 0
    for raw in references {
      if view.isLocal(raw) {
        if !view.isIntoAllocatedSlot(raw) {
          noteStray()
          continue
        }
        found[count] = raw &- view.taggedBase
        count += 1
        if count == Self.foundCapacity {
          see(count: count)
          count = 0
        }
      } else {
        noteRemote(raw)
      }
    }
    see(count: count)
  }

  private func scanPiece(_ piece: LargeScan, end: Int, type: TypeEntry) {
    let object = UnsafeMutableRawPointer(bitPattern: piece.base).unsafelyUnwrapped
    let inElement = type.wideMap == nil ? 0 : piece.next % type.words
    if inElement == 0 {
      scanLong(object, type: type, words: piece.next, end: end)
      return
    }
    // From the middle of an element of many words: the rest of it, taken for a type of its own.
    let rest = TypeEntry(
      map: 0, wideMap: type.wideMap.unsafelyUnwrapped + inElement / 64,
      header: UInt64(type.words - inElement) << 32)
    scanLong(object + piece.next * 8, type: rest, words: 0, end: end - piece.next)
  }

  // MARK: what is seldom

  @inline(never)
  func noteRemote(_ raw: UInt64) {
    if Reference(rawValue: raw).isNowhere { return }
    let place = recentIndex(raw)
    if recent[place] == raw { return }
    recent[place] = raw
    if remoteCount == Self.remoteCapacity {
      collector.withState { state in
        if epoch == state.epoch.rawValue {
          state.shadeRemote(remote, count: remoteCount)
        }
      }
      remoteCount = 0
    }
    remote[remoteCount] = raw
    remoteCount += 1
  }

  func noteStray() { totals.strayReferences += 1 }

  /// The inside of a large object; or a freed span, which can be referred to only where a rule was
  /// switched off: its bits stay clear.
  @inline(never)
  func seeUnusual(_ offset: UInt64, entry: PageEntry) {
    guard entry.isInUse else { return noteStray() }
    let base = view.base(of: offset &+ view.taggedBase, entry: entry)
    guard view.testAndSetMark(base) else { return }
    totals.objectsMarked += 1
    blackenLarge(entry.firstPage, entry: entry)
  }

  /// A large object was claimed: it is scanned in pieces, by whoever comes first.
  @inline(never)
  func blackenLarge(_ page: Int, entry: PageEntry) {
    let base = view.arenaBase + UInt(page * HeapLayout.pageBytes)
    let bytes = view.slotBytes(base, entry: entry)
    totals.bytesMarked += bytes
    if entry.isNoscan { return }
    collector.withState { state in
      guard epoch == state.epoch.rawValue else { return }
      state.large.append(LargeScan(base: base, words: bytes >> 3, next: 0))
      state.changes += 1
    }
  }
}

extension LargeScan {
  /// Words of one piece, about: 32 KiB.
  static var pieceWords: Int { 4096 }

  /// Where the piece that begins at `next` ends: where a pointer map begins anew, or, in an element
  /// too long for that, at a multiple of 64 words in it.
  func end(type: TypeEntry) -> Int {
    if type.wideMap == nil {
      return min(words, next + Self.pieceWords / type.period * type.period)
    }
    let inElement = next % type.words
    if inElement == 0, type.words <= Self.pieceWords {
      return min(words, next + Self.pieceWords / type.words * type.words)
    }
    return min(words, next + Self.pieceWords, next - inElement + type.words)
  }
}
