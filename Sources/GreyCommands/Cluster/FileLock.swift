// A lock that ends with its process: `flock` on a file that may be removed under it.
//
// `flock` belongs to the open file, so the kernel frees it whatever kills the process; the file is
// opened close-on-exec, so that no child keeps it. Whoever removes a lock file (it must hold the
// lock) leaves a waiter with a lock on a file that has no name any more: after locking, the name is
// looked up again, and if it is another file or none, all starts anew.

import Glibc
import GreyBasics
import GreyEvents
import GreyRuntime

package final class FileLock {
  package let path: String
  private let descriptor: Int32

  private init(path: String, descriptor: Int32) {
    self.path = path
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

  /// Nil when somebody else holds it.
  package static func take(_ path: String) throws(CommandFailure) -> FileLock? {
    while true {
      let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
      guard descriptor >= 0 else {
        throw CommandFailure(.checkFailed, "cannot open the lock \(path): \(systemError())")
      }
      let lock = FileLock(path: path, descriptor: descriptor)
      if flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
        if errno == EINTR { continue }
        guard errno == EWOULDBLOCK else {
          throw CommandFailure(.checkFailed, "cannot lock \(path): \(systemError())")
        }
        return nil
      }
      var held = stat()
      var named = stat()
      if fstat(descriptor, &held) == 0, stat(path, &named) == 0, held.st_ino == named.st_ino,
        held.st_dev == named.st_dev
      {
        return lock
      }
    }
  }

  /// Waits for it, at most for `limit`.
  package static func take(
    _ path: String, waitingFor holder: String, limit: Duration, clock: WaitingClock,
    preparing: () throws(CommandFailure) -> Void
  ) throws(CommandFailure) -> FileLock {
    let deadline = clock.now() + limit
    while true {
      // The folder may go while we wait: `down` removes it.
      try preparing()
      if let lock = try take(path) { return lock }
      if clock.now() >= deadline {
        throw CommandFailure(
          .timeout,
          "\(path) is held by \(holder) for longer than "
            + Text.microseconds(Int(limit.microseconds)))
      }
      clock.pause()
    }
  }

  /// Removes the file, under the lock.
  package func remove() { unlink(path) }
}
