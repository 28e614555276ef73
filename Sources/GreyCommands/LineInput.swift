// Lines from stdin, until Ctrl-C.
//
// `readLine` begins its read anew after a signal, so whoever holds a cycle by hand could press
// Ctrl-C and nothing would happen before the next Enter. Here the wait is short, and between two
// waits the caller's flag is looked at: a signal that comes just before a wait is seen, too.

import Glibc
import GreyBasics

enum LineInput {
  /// What was read behind the last line. One command reads at a time; it may be on any thread.
  private static let rest = Guarded<[UInt8]>([])

  /// The next line without its end; nil at the end of the input, or once `isOver` says so.
  /// - Parameter idle: called several times a second while there is none.
  static func next(isOver: () -> Bool, idle: () -> Void) -> String? {
    rest.withLock { rest in
      while true {
        if let feed = rest.firstIndex(of: 10) {
          defer { rest.removeFirst(feed + 1) }
          return String(decoding: rest[..<feed], as: UTF8.self)
        }
        if isOver() { return nil }
        var entry = pollfd(fd: 0, events: Int16(POLLIN), revents: 0)
        guard poll(&entry, 1, 100) > 0 else {
          idle()
          continue
        }
        var bytes = [UInt8](repeating: 0, count: 4_096)
        let count = read(0, &bytes, bytes.count)
        if count > 0 {
          rest += bytes[..<count]
        } else if count == 0 || errno != EINTR {
          defer { rest = [] }
          return rest.isEmpty ? nil : String(decoding: rest, as: UTF8.self)
        }
      }
    }
  }
}
