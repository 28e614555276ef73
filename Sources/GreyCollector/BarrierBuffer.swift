// The slow side of the write barrier: making, flushing and retiring a worker's buffer.
//
// The fast side (`BarrierBuffer+FastPath`) appends pairs (overwritten, stored) and decides nothing.
// Everything is decided here, up to 508 pairs at a time: which half counts (the fault switches),
// nulls, objects that are marked already, repetitions. What is left goes to the shared list of
// edges in one critical section; a marker shades it there. A filter in the store itself would cost
// four times what the buffering does.
//
// Layout of a block of 8 KiB, aligned to its size so that "full" is a test of a cursor's low bits:
//   words 0, 1  cursors     of the lanes; owned by the worker
//   word 2      epoch       the epoch of the pairs; written by `arm`, with the worker parked
//   word 3      collector   unretained; a buffer must not outlive its collector
//   word 4      bypass      not zero: stores to globals pass it by (a fault switch)
//   from 8      pairs       of lane 0, to the middle of the block; owned by the worker
//   from 512    pairs       of lane 1
// Behind the block lies a small table of values that this buffer has handed over in its epoch, by
// hash: a program that stores the same few white or remote references for as long as no marker gets
// to them hands each over once, not at every flush. Owned by the worker, emptied by `arm`.
//
// A worker that was not parked when its epoch was aborted still has pairs of it, and may append
// more. They are dropped by the flush, which compares the block's epoch with the armed one under
// the lock; the next epoch cannot be armed before the worker has parked, which flushes.

import CGrey
import GreyBasics
import GreyHeap

extension BarrierBuffer {
  private static var bytes: Int { 2 * laneBytes }
  /// A cache line, so that the flush reads whole ones.
  private static var headerBytes: Int { 64 }
  /// Pairs that fit, if both lanes fill.
  package static var capacity: Int { (bytes - headerBytes) / 16 }
  private static var recentCount: Int { 1024 }

  static func make(for collector: Collector, epoch: Epoch) -> BarrierBuffer {
    let block = UnsafeMutableRawPointer.allocate(
      byteCount: bytes + recentCount * 8, alignment: bytes)
    let buffer = BarrierBuffer(armedWord: collector.armedWord, block: block)
    block.storeBytes(
      of: UInt(bitPattern: Unmanaged.passUnretained(collector).toOpaque()), toByteOffset: 24,
      as: UInt.self)
    block.storeBytes(
      of: MarkingRules.globalsPassBarrier(collector.rules) ? 0 : 1, toByteOffset: 32,
      as: UInt64.self)
    buffer.recent.initialize(repeating: 0, count: recentCount)
    buffer.reset(epoch: epoch)
    return buffer
  }

  func reset(epoch: Epoch) {
    clear()
    recent.update(repeating: 0, count: Self.recentCount)
    block.storeBytes(of: epoch.rawValue, toByteOffset: 16, as: UInt64.self)
  }
  func clear() {
    for lane in 0..<2 {
      block.storeBytes(of: UInt(bitPattern: pairs(lane)), toByteOffset: lane * 8, as: UInt.self)
    }
  }

  var epoch: Epoch { Epoch(rawValue: block.load(fromByteOffset: 16, as: UInt64.self)) }
  func pairs(_ lane: Int) -> UnsafeMutablePointer<UInt64> {
    (block + (lane == 0 ? Self.headerBytes : Self.laneBytes)).assumingMemoryBound(to: UInt64.self)
  }
  func pairCount(_ lane: Int) -> Int {
    let cursor = block.load(fromByteOffset: lane * 8, as: UInt.self)
    return Int(cursor - UInt(bitPattern: pairs(lane))) / 16
  }
  private var recent: UnsafeMutablePointer<UInt64> {
    (block + Self.bytes).assumingMemoryBound(to: UInt64.self)
  }

  /// Of the first `count` values, those that lead to a heap and were not handed over lately; they
  /// move to the front.
  func dropRecent(_ pairs: UnsafeMutablePointer<UInt64>, count: Int) -> Int {
    let recent = recent
    var kept = 0
    for index in 0..<count {
      let raw = pairs[index]
      let place = Int(truncatingIfNeeded: Reference.placementFreeHash(raw) >> 54)
      let isKept = !Reference(rawValue: raw).isNowhere && recent[place] != raw
      recent[place] = raw
      pairs[kept] = raw
      kept &+= isKept ? 1 : 0
    }
    return kept
  }

  private var collector: Collector {
    let raw = UnsafeRawPointer(bitPattern: block.load(fromByteOffset: 24, as: UInt.self))
    return Unmanaged<Collector>.fromOpaque(raw.unsafelyUnwrapped).takeUnretainedValue()
  }

  /// Hands all pairs to the collector. A worker calls it when it parks and when a lane is full.
  @usableFromInline @inline(never)
  package func flush() { collector.flush(self) }

  /// A store to a global: like any other, unless that rule is switched off.
  @inline(never)
  package func storeGlobal(_ new: UInt64, to slot: UnsafeMutableRawPointer) {
    if block.load(fromByteOffset: 32, as: UInt64.self) == 0 {
      store(new, to: slot)
    } else {
      slot.relaxedWord = new
    }
  }

  /// Shades what one task hands to another. Both places of the pair hold it, so that it counts
  /// whichever half of the barrier is switched off.
  @inline(never)
  package func handOver(_ raw: UInt64) {
    guard raw != 0, armedWord.relaxedWord != 0 else { return }
    if MarkingRules.shadesHandover(collector.rules) { append(raw, raw, lane: 0) }
  }
}

extension Collector {
  /// A buffer for one worker. It must be given back with `retire` before the collector goes.
  package func makeBuffer() -> BarrierBuffer {
    locked { state in
      let buffer = BarrierBuffer.make(for: self, epoch: state.epoch)
      state.buffers.append(buffer)
      return buffer
    }
  }

  /// Flushes a buffer and gives it back.
  package func retire(_ buffer: BarrierBuffer) {
    flush(buffer)
    locked { state in state.buffers.removeAll { $0.block == buffer.block } }
    buffer.block.deallocate()
  }

  package func flush(_ buffer: BarrierBuffer) {
    let counts = (buffer.pairCount(0), buffer.pairCount(1))
    if counts == (0, 0) { return }
    buffer.clear()
    guard buffer.epoch == armedEpoch else { return }
    let (one, other) = (buffer.pairs(0), buffer.pairs(1))
    let kept = (
      buffer.dropRecent(one, count: filter(one, count: counts.0)),
      buffer.dropRecent(other, count: filter(other, count: counts.1))
    )
    withState { state in
      // Aborted since the look above: the pairs are of no epoch any more.
      guard state.epoch == buffer.epoch else { return }
      state.totals.barrierEntries += 2 * (counts.0 + counts.1)
      state.totals.barrierShaded += kept.0 + kept.1
      state.appendEdges(one, count: kept.0)
      state.appendEdges(other, count: kept.1)
    }
  }

  /// Moves what may have to be shaded to the front of the buffer, never further than it was, and
  /// returns how many that are. A mark bit is set at the granule of a base only: whatever a value
  /// is into, a set bit at its granule says that it is marked. No branch depends on the values,
  /// which are as random as the program is. Nulls are kept, as what is not local: for both
  /// the look falls on the guard behind the bitmap.
  private func filter(_ pairs: UnsafeMutablePointer<UInt64>, count: Int) -> Int {
    if !rules.isComplete { applyRules(pairs, count: count) }
    return Int(
      grey_keep_unset(
        pairs, UInt64(2 * count), view.markBits.assumingMemoryBound(to: UInt64.self),
        view.taggedBase, view.arenaBytes))
  }

  /// With a rule switched off: what it would have shaded becomes null.
  @inline(never)
  private func applyRules(_ pairs: UnsafeMutablePointer<UInt64>, count: Int) {
    for index in 0..<count {
      let storesNil = pairs[2 * index + 1] == 0
      if !MarkingRules.shadesOverwritten(rules, storesNil: storesNil) { pairs[2 * index] = 0 }
      if !MarkingRules.shadesStored(rules) { pairs[2 * index + 1] = 0 }
    }
  }
}
