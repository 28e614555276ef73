// A connection that belongs to nobody of the cluster, over plain sockets: it says what it likes.
//
// ZMTP 3.1 by hand, as far as it takes to be let in: a greeting of 64 bytes, a READY command, then
// messages of frames. Nothing here waits for the other side unless it is asked to.

import Foundation
import Glibc

final class Stranger {
  private let file: Int32

  /// - Parameter endpoint: `tcp://address:port` or `ipc://path`.
  /// - Returns: nil when nobody accepts the connection, which is an answer too.
  init?(_ endpoint: String) {
    guard let file = Self.connect(endpoint) else { return nil }
    self.file = file
    // From now on a full buffer is something to be told of, not to wait for.
    _ = fcntl(file, F_SETFL, O_NONBLOCK)
  }

  deinit { close(file) }

  private static func connect(_ endpoint: String) -> Int32? {
    let isLocal = endpoint.hasPrefix("ipc://")
    let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    let file = socket(isLocal ? AF_UNIX : AF_INET, kind, 0)
    guard file >= 0 else { return nil }
    let result = isLocal ? local(file, endpoint) : internet(file, endpoint)
    if result == 0 { return file }
    close(file)
    return nil
  }

  private static func local(_ file: Int32, _ endpoint: String) -> Int32 {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) {
      $0.copyBytes(from: endpoint.dropFirst("ipc://".count).utf8.prefix($0.count - 1))
    }
    // A full queue of a unix socket makes `connect` wait; it must not.
    _ = fcntl(file, F_SETFL, O_NONBLOCK)
    return withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.connect(file, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
  }

  private static func internet(_ file: Int32, _ endpoint: String) -> Int32 {
    let parts = endpoint.dropFirst("tcp://".count).split(separator: ":")
    guard parts.count == 2, let port = UInt16(parts[1]) else { return -1 }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    inet_pton(AF_INET, String(parts[0]), &address.sin_addr)
    return withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.connect(file, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
  }

  /// How much of it the kernel took; nil when the connection is gone.
  @discardableResult
  func say(_ bytes: [UInt8]) -> Int? {
    let count = send(file, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    if count >= 0 { return count }
    return errno == EAGAIN || errno == EINTR ? 0 : nil
  }

  /// All of it, waiting for room; false when the connection is gone or the time is over.
  func sayAll(_ bytes: [UInt8], before deadline: Deadline) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      guard let count = say(Array(rest)) else { return false }
      rest = rest.dropFirst(count)
      if rest.isEmpty { return true }
      // The end of the other direction is the end: what is said now is said to nobody.
      var entry = pollfd(fd: file, events: Int16(POLLOUT | Self.hangUp), revents: 0)
      guard poll(&entry, 1, deadline.milliseconds) > 0,
        Int32(entry.revents) & Self.hangUp == 0
      else { return false }
    }
    return true
  }

  /// Goes through the handshake of a DEALER with this name, to its end: who speaks earlier is cut
  /// off, or not, as it happens.
  func greet(_ name: String, before deadline: Deadline) -> Bool {
    guard sayAll(ZMTP.greeting + ZMTP.ready(name), before: deadline) else { return false }
    var heard = 0
    var bytes = [UInt8](repeating: 0, count: 256)
    while heard <= ZMTP.greeting.count, Descriptor.isReady(file, before: deadline) {
      let count = recv(file, &bytes, bytes.count, 0)
      if count <= 0 { return false }
      heard += count
    }
    return heard > ZMTP.greeting.count
  }

  /// POLLRDHUP, which is not imported.
  private static let hangUp: Int32 = 0x2000

  /// Waits until the other side has closed the connection.
  func isClosed(before deadline: Deadline) -> Bool {
    var bytes = [UInt8](repeating: 0, count: 4_096)
    while Descriptor.isReady(file, before: deadline) {
      let count = recv(file, &bytes, bytes.count, 0)
      if count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR) { return true }
    }
    return false
  }
}

/// ZMTP 3.1, of which a stranger may know as much as anybody.
enum ZMTP {
  static let greeting: [UInt8] =
    [0xFF, 0, 0, 0, 0, 0, 0, 0, 0, 0x7F, 3, 1] + Array("NULL".utf8)
    + [UInt8](repeating: 0, count: 48)

  /// The handshake's command, of a DEALER with this name.
  static func ready(_ name: String) -> [UInt8] {
    func property(_ key: String, _ value: [UInt8]) -> [UInt8] {
      let size = UInt32(value.count)
      return [UInt8(key.utf8.count)] + Array(key.utf8)
        + [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: size >> $0) } + value
    }
    let body =
      [5] + Array("READY".utf8) + property("Socket-Type", Array("DEALER".utf8))
      + property("Identity", Array(name.utf8))
    return [0x04, UInt8(body.count)] + body
  }

  static func frame(_ body: [UInt8], more: Bool = false) -> [UInt8] {
    if body.count < 256 { return [more ? 1 : 0, UInt8(body.count)] + body }
    return announced(body.count, more: more) + body
  }

  /// Only that so many bytes will follow.
  static func announced(_ count: Int, more: Bool = false) -> [UInt8] {
    [more ? 3 : 2]
      + stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: count >> $0) }
  }
}
