// The concurrent tri-color marker of one node: it turns roots, barrier entries and batches into
// marks, and what belongs to others into references that wait for a batch. It sees no message,
// reads no clock and starts no thread; whoever drives it calls `drain` in quanta, from as many
// threads as there are markers.
//
// One epoch: `arm` (workers parked) · markers drain while workers shade roots and flush barrier
// buffers · the engine carries batches · `isQuiescent` and equal counts everywhere, confirmed in a
// stop · `disarm` (workers parked). Or `abort`, at any time.
//
// The barrier is Go's hybrid one, both halves unconditional: a store shades the value that it
// overwrites (Yuasa) and the one that it writes (Dijkstra). Entries wait in a buffer per worker
// (`BarrierBuffer`); deferring a shade is safe because marking cannot end before every buffer was
// flushed: workers flush when they park, and marking is confirmed only while they are parked.
//
// Why quiescence is exact while the workers are parked. Grey is in one of these places: (1) a
// barrier buffer: empty, its worker flushed it before it parked; (2) a list or queue of
// `GreyState`; (3) the private pages and segments of a marker, which is then counted in `holders`,
// until what it has seen is scanned and marked. Moving
// between (2) and (3) happens together with the counting, under the lock (see `GreyState`), and
// nothing else creates grey: markers create it only from grey that they hold, mutators do not run,
// and batches from other nodes are put into (2) under the lock. So if the lock's holder sees empty
// lists and no holder, there is no grey on this node, and none can appear except by a batch, which
// the pairwise counts know of: `sent` was counted when the batch was taken, `received` only in the
// section in which its last reference had been shaded. While workers run the same answer is a hint:
// a barrier buffer may hold something.
//
// Why aborting is safe while markers run. Everything private is tagged with its epoch. `abort`
// empties the lists and sets the epoch to zero under the lock; a marker sees it at the latest when
// it comes for the lock, or at its next look (every page), and then discards what it holds. Until
// it is no longer inside (draining, or publishing) it may still set mark bits: `canClearMarks` says
// when nobody can.
//
// Memory order. Mark bits and slots are relaxed: a bit decides alone who marks an object, and a
// slot's old values come through the barrier. Grey that changes hands does so under the lock. A
// marker that reads a reference to an object younger than the epoch must find it black: its mark
// and its shape were written before the reference was stored, which x86 keeps in order (its stores
// are not reordered with stores, nor its loads with loads).

import GreyBasics
import GreyHeap
import Synchronization

package final class Collector: @unchecked Sendable {
  package let heap: Heap
  package let rules: RuleSet
  let view: HeapView
  /// References of other nodes' batches held at most before `receiveGrey` says no.
  let incomingLimit: Int
  /// Pages of one known-shaded set at most (some 150 bytes each).
  let knownLimit: Int

  /// The armed epoch, zero when the barrier is off. One word on a cache line of its own, read by
  /// every store of every worker. Written under the lock of `state`; arming and disarming only
  /// while the workers are parked, aborting at any time.
  let armedWord: UnsafeMutableRawPointer
  /// Everything grey that is in nobody's hands. Through `locked` and `withState` only.
  private let state = Guarded(GreyState())
  /// A mirror of `GreyState.available` for those who only want to know whether to come. Written
  /// under the lock.
  private let availableHint = Atomic<Int>(0)
  /// A mirror of `GreyState.changes`. Written under the lock.
  private let progress = Atomic<UInt64>(0)
  /// Called, outside of the lock and on whatever thread caused it, when work for markers or grey
  /// for peers appears where there was none. Set before any thread runs, then never again.
  nonisolated(unsafe) package var waitHook: (@Sendable () -> Void)?

  package init(
    heap: Heap, rules: RuleSet, incomingLimit: Int = 1 << 20, knownLimit: Int = 1 << 19
  ) {
    self.heap = heap
    self.rules = rules
    self.incomingLimit = incomingLimit
    self.knownLimit = knownLimit
    view = heap.view
    armedWord = .allocate(byteCount: 64, alignment: 64)
    for offset in stride(from: 0, to: 64, by: 8) {
      armedWord.storeBytes(of: 0, toByteOffset: offset, as: UInt64.self)
    }
  }

  deinit {
    locked { state in
      state.discard()
      for segment in state.spares { segment.deallocate() }
      for buffer in state.buffers { buffer.block.deallocate() }
    }
    armedWord.deallocate()
  }

  /// The epoch under which the barrier is on; zero when this node is not marking.
  package var armedEpoch: Epoch { Epoch(rawValue: armedWord.relaxedWord) }

  /// Work for a marker is waiting. A hint: another may take it first.
  package var hasWork: Bool { availableHint.load(ordering: .relaxed) > 0 }

  /// Changes whenever a queue or a count does: equal numbers mean that nothing happened between.
  package var progressNumber: UInt64 { progress.load(ordering: .acquiring) }

  /// Runs `body` under the lock.
  func locked<Result>(_ body: (inout sending GreyState) -> sending Result) -> sending Result {
    state.withLock { state in body(&state) }
  }

  /// Runs `body`, which changes something, under the lock; then tells the world if it made work
  /// appear.
  func withState<Result>(_ body: (inout sending GreyState) -> sending Result) -> sending Result {
    let (result, appeared) = locked { state in
      let (available, unsent) = (state.available, state.unsent)
      let result = body(&state)
      let now = state.available
      if now != available { availableHint.store(now, ordering: .relaxed) }
      progress.store(state.changes, ordering: .releasing)
      return (result, available == 0 && now > 0 || unsent == 0 && state.unsent > 0)
    }
    if appeared { waitHook?() }
    return result
  }
}
