// The raw chunks that stacks are made of, and the pool that a worker keeps of them.
//
// Chunks have powers of two of bytes, from 512 (so that 100 000 tasks cost 50 MB) to 64 KiB; a
// frame that is larger gets a chunk of its own. A freed chunk goes to its worker's pool, up to a
// bound, because a task that comes and goes should not cost two calls of the system's allocator.
//
//      0  the chunk below (null for a task's first)
//      8  the chunk above, kept for the next call although nothing is on it now
//     16  bytes of this chunk
//     24  where the top was when the chunk above was entered
//     32  the first frame's header

import Foundation

enum StackChunk {
  @inline(__always) static var headerBytes: Int { 32 }
  static let smallest = 512
  static let largest = 65_536
}

/// Confined to its worker.
final class StackChunkPool {
  private var free: [[UnsafeMutableRawPointer]] = Array(repeating: [], count: 8)
  private var pooledBytes = 0
  /// All chunks that tasks hold now: what the pacer calls stack bytes.
  private(set) var bytesInUse = 0
  private static let mostPooledBytes = 8 << 20

  /// A chunk of at least `bytes`, its header filled in.
  func take(atLeast bytes: Int, below: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer {
    var size = StackChunk.smallest
    var index = 0
    while size < bytes {
      size *= 2
      index += 1
    }
    let chunk: UnsafeMutableRawPointer
    if index < free.count, let pooled = free[index].popLast() {
      pooledBytes -= size
      chunk = pooled
    } else {
      chunk = .allocate(byteCount: size, alignment: 16)
    }
    bytesInUse += size
    chunk.storeBytes(of: below, as: UnsafeMutableRawPointer?.self)
    chunk.storeBytes(of: nil, toByteOffset: 8, as: UnsafeMutableRawPointer?.self)
    chunk.storeBytes(of: size, toByteOffset: 16, as: Int.self)
    chunk.storeBytes(of: chunk, toByteOffset: 24, as: UnsafeMutableRawPointer.self)
    return chunk
  }

  func give(_ chunk: UnsafeMutableRawPointer) {
    let size = chunk.load(fromByteOffset: 16, as: Int.self)
    bytesInUse -= size
    let index = size.trailingZeroBitCount - StackChunk.smallest.trailingZeroBitCount
    if index < free.count, pooledBytes + size <= Self.mostPooledBytes {
      free[index].append(chunk)
      pooledBytes += size
    } else {
      chunk.deallocate()
    }
  }

  deinit {
    for list in free { for chunk in list { chunk.deallocate() } }
  }
}
