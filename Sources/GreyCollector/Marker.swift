// A marker: what one thread holds while it shades and scans. Workers have one for their roots and
// assists, mark workers one each. It is confined to its thread; only what passes through the
// collector's lock is seen by others.
//
// What it holds in private, all tagged with one epoch:
//   edges     references shaded by `shade`, not yet looked at
//   seen      objects that were found, to be scanned and marked a page at a time
//   stack     grey objects that were shared or claimed: marked, and about to be scanned
//   remote    references into other nodes, not yet posted to their queues
//   received  references of a batch that were shaded here, not yet counted
// A marker that holds any of it is counted in `GreyState.holders`: it becomes one in the critical
// section in which it takes grey (or, for edges, before it holds the first), and stops being one in
// the section in which the last of it was posted.

import GreyBasics
import GreyHeap

package final class Marker {
  let collector: Collector
  let view: HeapView

  /// The epoch of everything below; zero: nothing is held.
  var epoch: UInt64 = 0
  /// This marker is counted in `holders` of its epoch.
  var isHolder = false

  var edges: GreySegment?
  /// Grey objects: those before `stackHead` are scanned.
  var stack: GreySegment
  var stackHead = 0
  var seen: SeenPages
  /// Whether visits of pages pay.
  var visits = VisitRecord()
  /// The bits of `seen` are of an epoch that is over; they are cleared before they are looked at.
  var seenIsStale = false
  /// Most of the references looked up last were interior ones, and so will be the next.
  var mostAreInside = false
  /// Where the references found in a few objects lead (bytes from the beginning of the arena),
  /// about to be looked up; empty outside of the scanning loop.
  let found: UnsafeMutablePointer<UInt64>
  let remote: UnsafeMutablePointer<UInt64>
  var remoteCount = 0
  /// Remote references posted lately in this epoch, by hash: they need not be posted again.
  let recent: UnsafeMutablePointer<UInt64>
  var received: (from: NodeID, count: UInt64)?
  /// Counts not yet added to the collector's.
  var totals = MarkTotals()

  /// A chunk of objects of up to 63 words.
  static let foundCapacity = chunk * 63
  /// A marker that has more pages than this gives some to others who have nothing.
  static let pagesToShare = 16
  static let remoteCapacity = 1024
  static let recentSize = 512

  init(collector: Collector) {
    self.collector = collector
    view = collector.view
    stack = .allocate()
    seen = SeenPages(arenaBytes: Int(view.arenaBytes))
    // And one place to write to what is not kept.
    found = .allocate(capacity: Self.foundCapacity + 1)
    found.initialize(repeating: 0, count: Self.foundCapacity + 1)
    remote = .allocate(capacity: Self.remoteCapacity)
    remote.initialize(repeating: 0, count: Self.remoteCapacity)
    recent = .allocate(capacity: Self.recentSize)
    recent.initialize(repeating: 0, count: Self.recentSize)
  }

  deinit {
    publish()
    stack.deallocate()
    edges?.deallocate()
    found.deallocate()
    remote.deallocate()
    recent.deallocate()
  }

  /// Shades a root, or what a message brings or takes: any reference, null, local, interior or
  /// remote. Nothing happens when the node is not marking. Call `publish` after the last of a
  /// batch of roots, or the node will not become quiescent.
  package func shade(_ raw: UInt64) {
    let armed = collector.armedWord.relaxedWord
    if raw == 0 || armed == 0 { return }
    if view.isLocal(raw) {
      // Of a base reference this is the object's mark; of an interior one it is never set.
      if view.isMarked(view.address(of: raw)) { return }
    } else if epoch == armed, recent[recentIndex(raw)] == raw {
      return
    }
    if let edges, epoch == armed, !edges.isEmpty, edges.room > 0 {
      edges.append(raw)
    } else {
      beginEdges(with: raw, armed: armed)
    }
  }

  /// The first edge in private makes this marker a holder; a full segment is handed over.
  @inline(never)
  private func beginEdges(with raw: UInt64, armed: UInt64) {
    collector.withState { state in
      guard join(&state), state.epoch.rawValue == armed else { return }
      if let full = edges, full.room == 0 {
        state.edges.append(full)
        state.changes += 1
        edges = nil
      }
      let segment = edges ?? state.takeSpare()
      edges = segment
      segment.append(raw)
      hold(&state)
    }
  }

  /// Hands everything that this marker holds to the others. A worker calls it after scanning roots,
  /// after an assist, and before it parks.
  package func publish() {
    guard isHolder || epoch != 0 else { return }
    if !seen.isEmpty { return publishSeen() }
    collector.withState { state in
      guard join(&state) else { return }
      post(&state)
      postStack(&state)
      release(&state)
    }
  }

  /// What was seen has to be claimed before others can have it, and only who is inside sets marks.
  private func publishSeen() {
    guard enter() else { return }
    let armed = epoch
    var claimed: [GreySegment] = []
    while !seen.isEmpty {
      let segment = GreySegment.allocate()
      claim(into: segment, atLeast: Self.claimedToShare)
      claimed.append(segment)
    }
    collector.withState { state in
      state.inside -= 1
      guard join(&state), epoch == armed else {
        for segment in claimed { state.giveSpare(segment) }
        return
      }
      for segment in claimed { state.giveGrey(segment) }
      post(&state)
      postStack(&state)
      release(&state)
    }
  }
  // MARK: under the lock

  /// Makes sure that what is held belongs to the epoch of `state`, by discarding what does not.
  /// False: no epoch is armed.
  func join(_ state: inout GreyState) -> Bool {
    if epoch != state.epoch.rawValue {
      stack.count = 0
      stackHead = 0
      seen.discardQueue()
      seenIsStale = true
      edges?.count = 0
      recent.update(repeating: 0, count: Self.recentSize)
      remoteCount = 0
      received = nil
      totals = MarkTotals()
      // The count of holders began anew with the epoch.
      isHolder = false
      epoch = state.epoch.rawValue
    }
    return epoch != 0
  }

  func hold(_ state: inout GreyState) {
    if isHolder { return }
    isHolder = true
    state.holders += 1
    state.changes += 1
  }

  /// Posts edges, remote references, counts: all but the grey objects.
  func post(_ state: inout GreyState) {
    if let segment = edges, !segment.isEmpty {
      state.appendEdges(segment.entries, count: segment.count)
      segment.count = 0
    }
    state.shadeRemote(remote, count: remoteCount)
    remoteCount = 0
    if let (from, count) = received {
      if let index = state.peerIndex(from) { state.peers[index].received += count }
      received = nil
      totals.batchesReceived += 1
      state.changes += 1
    }
    state.totals += totals
    totals = MarkTotals()
  }

  private func postStack(_ state: inout GreyState) {
    let left = stack.count - stackHead
    stack.entries.update(from: stack.entries + stackHead, count: left)
    stack.count = left
    stackHead = 0
    if left > 0 {
      state.giveGrey(stack)
      stack = state.takeSpare()
    }
  }

  /// Stops being a holder if nothing is held any more.
  func release(_ state: inout GreyState) {
    guard isHolder, stackHead == stack.count, seen.isEmpty else { return }
    isHolder = false
    state.holders -= 1
    state.changes += 1
  }

  @inline(__always)
  func recentIndex(_ raw: UInt64) -> Int {
    Int(truncatingIfNeeded: Reference.placementFreeHash(raw) >> 55)
  }
}

extension Collector {
  /// A marker for one thread.
  package func makeMarker() -> Marker { Marker(collector: self) }
}
