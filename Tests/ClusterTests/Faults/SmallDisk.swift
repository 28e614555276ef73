// A file system of its own for the records of a cluster, so that it can be full: every process of
// the cluster meets ENOSPC then, in whatever it writes, and nobody else of the machine does.
//
// It is kept in memory and mounted, which takes root. Elsewhere the fault is left out, and what
// comes nearest remains: one process that may not make any file larger.

import Foundation
import Glibc

final class SmallDisk {
  private let path: String
  private var ballast: String { "\(path)/ballast" }
  private static let bytes = 256 << 20

  /// - Parameter path: an empty folder.
  /// - Returns: nil where nothing may be mounted.
  init?(at path: String) {
    guard mount("none", path, "tmpfs", 0, "size=\(Self.bytes),mode=0700") == 0 else { return nil }
    self.path = path
  }

  /// No byte is left, nor will one be that somebody frees.
  func fill() throws {
    let file = open(ballast, O_CREAT | O_WRONLY | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw TestFailure("no ballast at \(ballast)") }
    defer { close(file) }
    var room = statvfs()
    guard fstatvfs(file, &room) == 0 else { throw TestFailure("no statvfs of \(path)") }
    let free = off_t(room.f_bavail) * off_t(room.f_frsize)
    // Somebody may have written meanwhile; then smaller pieces find the rest.
    var (offset, piece) = (off_t(0), free)
    while piece >= 4_096 {
      if posix_fallocate(file, offset, piece) == 0 { offset += piece } else { piece /= 2 }
    }
  }

  func empty() { unlink(ballast) }

  /// Whoever has a file open there keeps it; the folder is nobody's any more.
  func end() { umount2(path, Int32(MNT_DETACH)) }
}
