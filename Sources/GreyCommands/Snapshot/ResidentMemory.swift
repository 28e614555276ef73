// How much memory of this process is resident, and how much at most since some moment.
//
// The kernel keeps a high-water mark; writing "5" to `clear_refs` lets it begin again at what is
// resident now (proc(5)). Everything the process does in between counts, so only one that does a
// single thing can say what that needs.

import Foundation
import Glibc

package struct ResidentMemory: Sendable {
  private let start: Int

  /// Begins a new high-water mark; nil where the kernel offers none.
  package static func begin() -> ResidentMemory? {
    let file = open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    guard write(file, "5", 1) == 1, let now = bytes(of: "VmRSS:") else { return nil }
    return ResidentMemory(start: now)
  }

  /// Bytes at the highest point since `begin`, above what was resident then.
  package func peak() -> Int? { Self.bytes(of: "VmHWM:").map { max(0, $0 - start) } }

  private static func bytes(of key: String) -> Int? {
    // The lines of this file are "Key:   123 kB".
    guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8) else {
      return nil
    }
    let line = status.split(separator: "\n").first { $0.hasPrefix(key) }
    return line.flatMap { Int($0.filter(\.isNumber)) }.map { $0 << 10 }
  }
}
