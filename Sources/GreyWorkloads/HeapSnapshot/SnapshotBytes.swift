// The bytes of a snapshot file, one after the other, through a buffer of fixed size.
//
// Reading in chunks, not by `mmap`: a file that shrinks while it is mapped kills the process with
// SIGBUS, here it ends in a typed error. Every error names the offset in the file, so the stream
// knows where its buffer begins. A stream can be moved back (`move(to:)`): strings stand last in
// the file and are read a second time, when it is known which of them are wanted.

import Foundation
import Glibc

struct SnapshotBytes: ~Copyable {
  private enum Source {
    /// Open for reading; closed by `deinit`.
    case file(Int32, path: String)
    case memory([UInt8])
  }

  private let source: Source
  private let buffer: UnsafeMutablePointer<UInt8>
  private let capacity: Int
  /// The offset in the file of the buffer's first byte.
  private var bufferStart = 0
  private var filled = 0
  private var position = 0
  /// The offset of the first digit of the number read last: where an error about it points.
  var numberStart = 0
  /// The size of the whole, when it was opened: an upper bound for what any count in it can be.
  let size: Int

  /// - Parameter chunk: bytes a read; a test passes a few, so that every token meets a boundary.
  init(path: String, chunk: Int = 1 << 20) throws(HeapSnapshotError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Self.unreadable(path, errno) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      let code = errno
      close(descriptor)
      throw Self.unreadable(path, code)
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw .unreadable(path: path, reason: "not a regular file")
    }
    source = .file(descriptor, path: path)
    size = Int(status.st_size)
    capacity = max(1, chunk)
    buffer = .allocate(capacity: capacity)
  }

  init(bytes: [UInt8], chunk: Int = 1 << 16) {
    source = .memory(bytes)
    size = bytes.count
    capacity = max(1, chunk)
    buffer = .allocate(capacity: capacity)
  }

  deinit {
    buffer.deallocate()
    if case .file(let descriptor, _) = source { close(descriptor) }
  }

  /// The offset of the next byte.
  var offset: Int { bufferStart + position }

  mutating func move(to offset: Int) {
    bufferStart = offset
    filled = 0
    position = 0
  }

  /// The next byte, which stays; nil at the end of the file.
  @inline(__always)
  mutating func peek() throws(HeapSnapshotError) -> UInt8? {
    if position == filled {
      guard try refill() else { return nil }
    }
    return buffer[position]
  }

  /// Takes the byte that `peek` has just shown.
  @inline(__always)
  mutating func advance() { position += 1 }

  /// Takes the next byte; its absence is a truncated file.
  @inline(__always)
  mutating func next(_ expected: @autoclosure () -> String) throws(HeapSnapshotError) -> UInt8 {
    guard let byte = try peek() else {
      throw .truncated(offset: offset, expected: expected())
    }
    position += 1
    return byte
  }

  /// False at the end of the file.
  @inline(never)
  private mutating func refill() throws(HeapSnapshotError) -> Bool {
    bufferStart += filled
    filled = 0
    position = 0
    switch source {
    case .memory(let bytes):
      let count = min(capacity, bytes.count - bufferStart)
      guard count > 0 else { return false }
      for index in 0..<count { buffer[index] = bytes[bufferStart + index] }
      filled = count
    case .file(let descriptor, let path):
      var count = pread(descriptor, buffer, capacity, bufferStart)
      while count < 0, errno == EINTR { count = pread(descriptor, buffer, capacity, bufferStart) }
      guard count >= 0 else { throw Self.unreadable(path, errno) }
      filled = count
    }
    return filled > 0
  }

  private static func unreadable(_ path: String, _ code: Int32) -> HeapSnapshotError {
    .unreadable(path: path, reason: String(cString: strerror(code)))
  }
}
