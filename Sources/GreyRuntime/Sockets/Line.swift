// One end of a stop line: a unix socket of messages between a node and its coordinator, both on one
// host, that each reads on its own I/O thread.
//
// Why not libzmq: its threads stand between a socket and its user, so a message costs two more
// changes of thread each way, and each of them queues for a CPU behind tasks that are busy. Nothing
// is lost on a line while both processes live; what does not fit into the kernel's buffer is not
// sent, and the sender uses its other connection, from then on for everything.

import CGrey
import Glibc

final class Line {
  enum Received {
    case message([UInt8])
    case nothing
    /// The other end is closed, or what came is no message of a stop line.
    case ended
  }

  /// Reports of a cluster of hundreds of nodes fit; a longer one goes the other way.
  static let longest = 64 << 10

  let descriptor: Int32

  init(adopting descriptor: Int32) { self.descriptor = descriptor }

  /// Nil when nobody listens there.
  init?(to path: String) {
    descriptor = grey_line_connect(path)
    if descriptor < 0 { return nil }
  }

  deinit { close(descriptor) }

  /// - Returns: whether it was sent.
  func send(_ bytes: [UInt8]) -> Bool {
    guard bytes.count <= Self.longest else { return false }
    return bytes.withUnsafeBytes { raw in
      guard let start = raw.baseAddress else { return false }
      return grey_line_send(descriptor, start, raw.count) == Int64(raw.count)
    }
  }

  func receive(into buffer: inout [UInt8]) -> Received {
    if buffer.count < Self.longest { buffer = Array(repeating: 0, count: Self.longest) }
    let descriptor = descriptor
    return buffer.withUnsafeMutableBytes { raw in
      guard let start = raw.baseAddress else { return .ended }
      let count = grey_line_receive(descriptor, start, raw.count)
      if count < 0 { return errno == EAGAIN || errno == EINTR ? .nothing : .ended }
      guard count > 0, count <= Int64(raw.count) else { return .ended }
      return .message(Array(raw[..<Int(count)]))
    }
  }
}

/// Where a coordinator that listens at an endpoint has its lines, in the same folder; nil for one
/// that may be on another host.
func linePath(besides endpoint: String) -> String? {
  guard endpoint.hasPrefix("ipc:///"), let slash = endpoint.lastIndex(of: "/") else { return nil }
  return endpoint[...slash].dropFirst("ipc://".count) + "stops"
}
