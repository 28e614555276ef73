// Scanning: a bounded quantum of turning grey into black.
//
// The loop is a FIFO of sixteen prefetched objects between the stack and the scan (Cher, Hosking,
// Vitek: "Software prefetching for mark-sweep garbage collection"): an object taken off the stack
// is prefetched and queued, and the one that has been in the queue longest is scanned, its cache
// line having had eight scans' time to arrive. Eight at a time are taken and prefetched, one right
// after the other: a prefetch waits for its page walk, and only walks that follow each other
// closely overlap. The references that those eight hold are first collected, their mark words
// prefetched, and then visited: collecting mispredicts no branch, visiting seldom misses the cache.
// A child is marked when it is visited, and pushed only if this marker turned it from white and it
// has something to scan.
//
// Nothing here makes a quantum endless: an object of at most 32 KiB is scanned whole; of a larger
// one, pieces of 32 KiB are taken from a shared list, by several markers at once if they are idle.
//
// The epoch is looked at every eight objects. It changes only by an abort (arming needs a stop in
// which nobody drains); what is held is then discarded at the lock.

import GreyBasics
import GreyHeap

/// The hot loop's copy of the marker's stack and counts.
private struct ScanLoop {
  var top: UnsafeMutablePointer<UInt64>
  var floor: UnsafeMutablePointer<UInt64>
  var ceiling: UnsafeMutablePointer<UInt64>
  var objects = 0
  var bytes = 0

  init(_ segment: GreySegment) {
    floor = segment.entries
    top = floor + segment.count
    ceiling = floor + GreySegment.capacity
  }

  /// Turns the object that `raw` is into from white to grey, or to black if it has nothing to scan.
  @inline(__always)
  mutating func visit(_ raw: UInt64, view: HeapView, marker: Marker) {
    guard view.isLocal(raw) else { return marker.noteRemote(raw) }
    // A mark bit is set at the granule of a base only. So a set bit at the granule of any reference
    // says that it is a base and marked: most looks end here, without finding the base.
    if view.isMarked(view.address(of: raw)) { return }
    let entry = view.entry(of: raw)
    // A freed span can be referred to only where a rule was switched off; its bits stay clear.
    guard entry.isInUse else { return marker.noteStray() }
    let base = view.base(of: raw, entry: entry)
    guard view.testAndSetMark(base) else { return }
    objects &+= 1
    if entry.isLarge { return marker.blackenLarge(base, entry: entry) }
    bytes &+= view.slotBytes(base, entry: entry)
    if entry.isNoscan { return }
    if top == ceiling { self = marker.spill(self) }
    top.pointee = GreyObject(offset: view.offset(of: base), entry: entry).packed
    top += 1
  }
}

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
    case batch([UInt64])
    case piece(LargeScan, end: Int, type: TypeEntry)
  }

  private func enter() -> Bool {
    collector.withState { state in
      guard join(&state) else { return false }
      state.inside += 1
      return true
    }
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
    collector.withState { state in
      guard join(&state) else { return .none }
      post(&state)
      let work = take(&state)
      if case .none = work { release(&state) } else { hold(&state) }
      return work
    }
  }

  private func take(_ state: inout GreyState) -> Work {
    if let batch = state.takeIncoming() {
      received = (batch.from, UInt64(batch.references.count))
      return .batch(batch.references)
    }
    if let segment = state.grey.popLast() {
      state.changes += 1
      state.giveSpare(stack)
      stack = segment
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
    var loop = ScanLoop(stack)
    switch work {
    case .none, .grey: return
    case .batch(let references):
      for raw in references { shadeEdge(raw, &loop) }
      left -= references.count / 4
    case .edges(let segment):
      for index in 0..<segment.count { shadeEdge(segment.entries[index], &loop) }
      left -= segment.count / 4
      segment.count = 0
      if edges == nil { edges = segment } else { segment.deallocate() }
    case .piece(let piece, let end, let type):
      scanPiece(piece, end: end, type: type, &loop)
      let words = end - piece.next
      left -= 1 + words / 32
      totals.bytesScanned += words * 8
      progress.scannedBytes += words * 8
      if end == piece.words {
        totals.objectsScanned += 1
        progress.scannedObjects += 1
      }
    }
    settle(loop)
  }

  /// An edge may come from another node, or from a frame in a cluster with a rule switched off: it
  /// is looked up with all checks.
  private func shadeEdge(_ raw: UInt64, _ loop: inout ScanLoop) {
    guard view.isLocal(raw) else { return noteRemote(raw) }
    guard collector.heap.object(containing: view.address(of: raw)) != nil else {
      return noteStray()
    }
    loop.visit(raw, view: view, marker: self)
  }

  private func scanPiece(
    _ piece: LargeScan, end: Int, type: TypeEntry, _ loop: inout ScanLoop
  ) {
    let view = self.view
    let object = UnsafeMutableRawPointer(bitPattern: piece.base).unsafelyUnwrapped
    let inElement = type.wideMap == nil ? 0 : piece.next % type.words
    if inElement == 0 {
      view.forEachReference(at: object, type: type, words: piece.next, end: end) { raw in
        loop.visit(raw, view: view, marker: self)
      }
      return
    }
    // From the middle of an element of many words: the rest of it, taken for a type of its own.
    let rest = TypeEntry(
      map: 0, wideMap: type.wideMap.unsafelyUnwrapped + inElement / 64,
      header: UInt64(type.words - inElement) << 32)
    view.forEachReference(
      at: object + piece.next * 8, type: rest, words: 0, end: end - piece.next
    ) { raw in loop.visit(raw, view: view, marker: self) }
  }

  // MARK: the loop

  /// Scans from the private stack until it is empty, `left` is used up, or the epoch is gone.
  private func scan(_ left: inout Int, _ progress: inout MarkProgress) {
    if stack.isEmpty, spare.isEmpty { return }
    var budget = left
    let armedWord = collector.armedWord
    let epoch = self.epoch
    let view = self.view
    let ring = self.ring
    let found = self.found
    var loop = ScanLoop(stack)
    var hand = 0
    var inRing = 0
    var scanned = 0
    var scannedBytes = 0
    while budget > 0, armedWord.relaxedWord == epoch {
      while inRing < Self.ringSize {
        if loop.top == loop.floor {
          if spare.isEmpty { break }
          loop = swapSegments(loop)
        }
        loop.top -= 1
        let next = loop.top.pointee
        view.prefetchObject(view.arenaBase &+ UInt(GreyObject(packed: next).offset))
        ring[(hand &+ inRing) & (Self.ringSize - 1)] = next
        inRing &+= 1
      }
      if inRing == 0 { break }
      var foundCount = 0
      var batch = min(inRing, Self.ringSize / 2, budget)
      while batch > 0 {
        let object = GreyObject(packed: ring[hand])
        hand = (hand &+ 1) & (Self.ringSize - 1)
        inRing &-= 1
        batch &-= 1
        let base = view.arenaBase &+ UInt(object.offset)
        let bytes = Int(truncatingIfNeeded: view.classTable[object.spanClass] & 0xFFFF_FFFF)
        var type = object.type
        if type == 0 { type = view.typeIndex(base).rawValue }
        let entry = view.types[Int(type)]
        let words = bytes >> 3
        let start = UnsafeMutableRawPointer(bitPattern: base).unsafelyUnwrapped
        if words <= entry.period, words < 64 {
          // Most objects: one look at one map; what they hold is visited after the batch.
          var map = entry.map & ((1 &<< UInt64(truncatingIfNeeded: words)) &- 1)
          while map != 0 {
            let raw = (start + map.trailingZeroBitCount &* 8).relaxedWord
            map &= map &- 1
            found[foundCount] = raw
            foundCount &+= raw == 0 ? 0 : 1
            if view.isLocal(raw) { view.prefetchMark(view.address(of: raw)) }
          }
        } else {
          view.forEachReference(at: start, type: entry, words: 0, end: words) { raw in
            loop.visit(raw, view: view, marker: self)
          }
        }
        scanned &+= 1
        scannedBytes &+= bytes
        budget &-= 1 &+ bytes >> 8
      }
      for index in 0..<foundCount { loop.visit(found[index], view: view, marker: self) }
    }
    while inRing > 0 {
      if loop.top == loop.ceiling { loop = spill(loop) }
      loop.top.pointee = ring[hand]
      loop.top += 1
      hand = (hand &+ 1) & (Self.ringSize - 1)
      inRing &-= 1
    }
    settle(loop)
    left = budget
    totals.objectsScanned += scanned
    totals.bytesScanned += scannedBytes
    progress.scannedObjects += scanned
    progress.scannedBytes += scannedBytes
  }

  private func settle(_ loop: ScanLoop) {
    stack.count = loop.top - loop.floor
    totals.objectsMarked += loop.objects
    totals.bytesMarked += loop.bytes
  }

  /// The other segment takes over.
  @inline(never)
  private func swapSegments(_ loop: ScanLoop) -> ScanLoop {
    stack.count = loop.top - loop.floor
    swap(&stack, &spare)
    var next = ScanLoop(stack)
    next.objects = loop.objects
    next.bytes = loop.bytes
    return next
  }

  /// The stack's segment is full: the other one takes over, after it was handed to the others if it
  /// was full as well.
  @inline(never)
  fileprivate func spill(_ loop: ScanLoop) -> ScanLoop {
    if !spare.isEmpty {
      collector.withState { state in
        if epoch == state.epoch.rawValue {
          state.grey.append(spare)
          state.changes += 1
          spare = state.takeSpare()
        } else {
          // Aborted: what is dropped here would be discarded at the next look anyway.
          spare.count = 0
        }
      }
    }
    return swapSegments(loop)
  }

  @inline(never)
  fileprivate func noteRemote(_ raw: UInt64) {
    let place = recentIndex(raw)
    if recent[place] == raw { return }
    recent[place] = raw
    if remoteCount == Self.remoteCapacity {
      collector.withState { state in
        if epoch == state.epoch.rawValue {
          for index in 0..<remoteCount { state.shadeRemote(remote[index]) }
        }
      }
      remoteCount = 0
    }
    remote[remoteCount] = raw
    remoteCount += 1
  }

  @inline(never)
  fileprivate func noteStray() { totals.strayReferences += 1 }

  /// A large object was marked: it is scanned in pieces, by whoever comes first.
  @inline(never)
  fileprivate func blackenLarge(_ base: UInt, entry: PageEntry) {
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
