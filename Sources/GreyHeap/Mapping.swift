// Address space from the system: reserved once, used as it is needed.
//
// A mapping that is not touched costs nothing (MAP_NORESERVE: not even a promise), so the side
// tables of the largest arena are reserved in full and found by plain arithmetic. The arena itself
// is reserved without access rights and opened as it grows, so that a wild address faults.

import Foundation

package enum HeapError: Error, Equatable, CustomStringConvertible {
  case reservation(purpose: String, bytes: Int, errno: Int32)
  case arenaSize(bytes: Int)
  case limit(bytes: Int)

  package var description: String {
    switch self {
    case .reservation(let purpose, let bytes, let code):
      """
      cannot reserve \(bytes) bytes of address space for the \(purpose): \
      \(String(cString: strerror(code))); lower arena_bytes, or raise `ulimit -v`
      """
    case .arenaSize(let bytes):
      "an arena of \(bytes) bytes: it must hold 64 KiB to 16 TiB, in whole pages of 8 KiB"
    case .limit(let bytes): "a heap limit of \(bytes) bytes: it must be positive"
    }
  }
}

/// One mapping, unmapped with its last owner. It is aligned to eight heap pages, so that two
/// addresses that differ in their last 16 bits only are in one mapping or in its guard pages.
package final class Mapping: @unchecked Sendable {
  package let base: UnsafeMutableRawPointer
  let bytes: Int
  private let start: UnsafeMutableRawPointer
  private let length: Int

  package init(bytes: Int, readWrite: Bool, purpose: String) throws(HeapError) {
    let rights = readWrite ? PROT_READ | PROT_WRITE : PROT_NONE
    let flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE
    let alignment = HeapLayout.pageBytes * HeapView.guardPages
    let length = bytes + alignment
    guard let start = mmap(nil, length, rights, flags, -1, 0), start != MAP_FAILED else {
      throw .reservation(purpose: purpose, bytes: bytes, errno: errno)
    }
    self.start = start
    self.length = length
    self.bytes = bytes
    let mask = UInt(alignment - 1)
    base = UnsafeMutableRawPointer(bitPattern: (UInt(bitPattern: start) + mask) & ~mask)!
  }

  deinit { munmap(start, length) }

  /// Opens a part for reading and writing. False: the system refuses (its own limits).
  func open(from offset: Int, bytes: Int) -> Bool {
    mprotect(base + offset, bytes, PROT_READ | PROT_WRITE) == 0
  }

  /// Gives the memory behind a part back; it reads as zeros afterwards.
  package func discard(from offset: Int, bytes: Int) -> Bool {
    madvise(base + offset, bytes, MADV_DONTNEED) == 0
  }
}
