// Whether the machine has a processor that nobody wants at this moment.
//
// Go lets idle processors mark: it owns the machine and knows which are idle. A node shares the
// machine with others, but the kernel counts for all of them: `/proc/loadavg` tells how many
// threads can run now, the asking one included. While they are no more than the processors, marking
// beyond the background's share takes time from nobody. With one busy worker on two processors the
// share alone is a quarter of one: marking then takes four times as long, and what the pacer misses
// the task pays in assists.
//
// The file is kept open and read again from its start: one system call, some microseconds, once a
// quantum of marking. Where there is no such file nothing is ever spare.

import Glibc

package final class SpareProcessor: Sendable {
  private let file: Int32
  private let processors: Int

  package init(
    path: String = "/proc/loadavg", processors: Int = sysconf(Int32(_SC_NPROCESSORS_ONLN))
  ) {
    file = open(path, O_RDONLY | O_CLOEXEC)
    self.processors = processors
  }

  deinit { if file >= 0 { close(file) } }

  package var isThere: Bool {
    guard file >= 0 else { return false }
    return withUnsafeTemporaryAllocation(byteCount: 128, alignment: 1) { bytes in
      let count = pread(file, bytes.baseAddress, bytes.count, 0)
      guard count > 0 else { return false }
      return Self.runnable(in: UnsafeRawBufferPointer(rebasing: bytes[..<count])).map {
        $0 <= processors
      } ?? false
    }
  }

  /// `0.42 0.38 0.30 2/713 24021`: 2 of the 713 threads can run.
  package static func runnable(in text: UnsafeRawBufferPointer) -> Int? {
    guard let slash = text.firstIndex(of: UInt8(ascii: "/")) else { return nil }
    let digits = text[..<slash].reversed().prefix { (48...57).contains($0) }.reversed()
    guard !digits.isEmpty else { return nil }
    return digits.reduce(0) { $0 &* 10 &+ Int($1 - 48) }
  }
}
