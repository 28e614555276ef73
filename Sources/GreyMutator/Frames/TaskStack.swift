// A task's stack: frames in linked chunks that never move.
//
// Why frame slots need no write barrier. A stack is scanned as a whole while its task does not run,
// on the task's own worker; before that it is *grey*, afterwards *black*, and both kinds run.
//
// - Grey: whatever its slots hold when it is scanned gets shaded then. What left the slots before
//   that went somewhere through a shade: a store to an object or global (Dijkstra's half of the
//   barrier), a mailbox, a called or spawned task, a result (the hand-over), a message (S, T, R).
// - Black: everything in its slots was shaded at the scan. What comes in later is an allocation
//   (born black), a message or a hand-over (shaded), or a load from an object, global or mailbox.
//   A black object's fields were shaded when it was scanned or when they were stored to; a grey
//   one's will be, unless they are overwritten first, and that shades them too (Yuasa's half).
// - A slot that is overwritten or popped loses a copy that nobody else relies on, by the above.
//
// So a store to a slot is a plain store. A large stack is scanned in pieces, over several quanta,
// and its task waits until that is done: one stack is never half grey while it runs. What is
// placed into it meanwhile, the answer it waits for, is shaded by the sender or on receipt.
//
// Inside one step a body may hold references in Swift locals as well: a stop, the scan of its
// stack and the placing of a message all happen between steps. Across steps only slots count.
//
// Growing: a chunk is twice its predecessor, up to 64 KiB. When the last frame of a chunk is
// popped the chunk is kept as "above", so that a call at a chunk's edge does not allocate at every
// turn of a loop.

import GreyBasics

enum TaskStack {
  /// Go's limit; a recursion that passes it is taken for an endless one.
  static let mostBytes = 1 << 30

  /// The first chunk and the first frame.
  static func begin(
    _ core: UnsafeMutablePointer<TaskCore>, layout: FrameLayout, pool: StackChunkPool
  ) {
    let chunk = pool.take(
      atLeast: StackChunk.headerBytes + layout.record.pointee.bytes, below: nil)
    enter(chunk, core)
    _ = place(layout.record, below: nil, core)
  }

  /// The slow half of `push`: the next chunk, an old one or a new one.
  static func pushInNextChunk(
    _ core: UnsafeMutablePointer<TaskCore>, record: UnsafePointer<FrameRecord>,
    pool: StackChunkPool
  ) -> Frame {
    let chunk = core.pointee.chunk
    chunk.storeBytes(of: core.pointee.top, toByteOffset: 24, as: UnsafeMutableRawPointer.self)
    let needed = StackChunk.headerBytes + record.pointee.bytes
    let size = chunk.load(fromByteOffset: 16, as: Int.self)
    var above = chunk.load(fromByteOffset: 8, as: UnsafeMutableRawPointer?.self)
    if let kept = above, kept.load(fromByteOffset: 16, as: Int.self) < needed {
      core.pointee.stackBytes -= kept.load(fromByteOffset: 16, as: Int.self)
      pool.give(kept)
      above = nil
    }
    if let kept = above {
      core.pointee.stackBytes -= kept.load(fromByteOffset: 16, as: Int.self)
    }
    let next =
      above
      ?? pool.take(
        atLeast: max(needed, min(size * 2, StackChunk.largest)), below: chunk)
    chunk.storeBytes(of: next, toByteOffset: 8, as: UnsafeMutableRawPointer?.self)
    let below = core.pointee.slots
    enter(next, core)
    return place(record, below: below, core)
  }

  /// The slow half of `pop`: the frame was the only one on its chunk.
  static func leaveChunk(_ core: UnsafeMutablePointer<TaskCore>, pool: StackChunkPool) {
    let left = core.pointee.chunk
    if let unused = left.load(fromByteOffset: 8, as: UnsafeMutableRawPointer?.self) {
      core.pointee.stackBytes -= unused.load(fromByteOffset: 16, as: Int.self)
      pool.give(unused)
      left.storeBytes(of: nil, toByteOffset: 8, as: UnsafeMutableRawPointer?.self)
    }
    let chunk = left.load(as: UnsafeMutableRawPointer.self)
    core.pointee.chunk = chunk
    core.pointee.top = chunk.load(fromByteOffset: 24, as: UnsafeMutableRawPointer.self)
    core.pointee.end = chunk + chunk.load(fromByteOffset: 16, as: Int.self)
  }

  /// Gives all chunks back. The task has no frames afterwards.
  static func end(_ core: UnsafeMutablePointer<TaskCore>, pool: StackChunkPool) {
    if let unused = core.pointee.chunk.load(fromByteOffset: 8, as: UnsafeMutableRawPointer?.self) {
      pool.give(unused)
    }
    var chunk: UnsafeMutableRawPointer? = core.pointee.chunk
    while let this = chunk {
      chunk = this.load(as: UnsafeMutableRawPointer?.self)
      pool.give(this)
    }
    core.pointee.stackBytes = 0
    core.pointee.depth = 0
  }

  private static func enter(
    _ chunk: UnsafeMutableRawPointer, _ core: UnsafeMutablePointer<TaskCore>
  ) {
    let bytes = chunk.load(fromByteOffset: 16, as: Int.self)
    core.pointee.chunk = chunk
    core.pointee.top = chunk + StackChunk.headerBytes
    core.pointee.end = chunk + bytes
    core.pointee.stackBytes += bytes
  }

  private static func place(
    _ record: UnsafePointer<FrameRecord>, below: UnsafeMutableRawPointer?,
    _ core: UnsafeMutablePointer<TaskCore>
  ) -> Frame {
    let slots = core.pointee.top + Frame.headerBytes
    (slots - 16).storeBytes(of: record, as: UnsafePointer<FrameRecord>.self)
    (slots - 8).storeBytes(of: below, as: UnsafeMutableRawPointer?.self)
    slots.initializeMemory(as: UInt64.self, repeating: 0, count: record.pointee.slots)
    core.pointee.slots = slots
    core.pointee.top = slots + record.pointee.slots * 8
    core.pointee.depth += 1
    return Frame(slots: slots)
  }
}

extension TaskStack {
  /// Calls `body` with every reference (raw, not null) in the frames from `frame` downwards, until
  /// about `words` slots were looked at; returns the frame to go on with.
  static func scan(
    from frame: UnsafeMutableRawPointer?, words: inout Int, _ body: (UInt64) -> Void
  ) -> UnsafeMutableRawPointer? {
    var next = frame
    while let slots = next, words > 0 {
      let record = Frame(slots: slots).record
      for index in 0..<record.pointee.mapWords {
        var map = record.pointee.map[index]
        while map != 0 {
          let slot = index << 6 + map.trailingZeroBitCount
          map &= map &- 1
          let value = (slots + slot << 3).load(as: UInt64.self)
          if value != 0 { body(value) }
        }
      }
      words -= record.pointee.slots + 2
      next = Frame(slots: slots).below
    }
    return next
  }
}
