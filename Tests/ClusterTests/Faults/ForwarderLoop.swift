// The forwarder's thread: which ports there are, which connections, and what waits to be passed on.

import Foundation
import Glibc

struct ForwarderLoop {
  struct Orders {
    var weather: Forwarder.Weather
    var cuts: Int
    var halfCloses: Int
    /// How often connections to a port were to become holes, and which port.
    var holes: Int
    var holePort: UInt16
  }

  /// Bytes that one direction holds before its source is read no more.
  private static let most = 1 << 18

  /// One direction of a connection.
  private struct Direction {
    let from: Int32
    let to: Int32
    /// With the time from which each may be passed on, in ns.
    var waiting: [(due: UInt64, bytes: [UInt8])] = []
    var bytes = 0
    /// The source has said all; the sink hears so when nothing waits.
    var isEnding = false
    var isOver = false
  }

  private struct Connection {
    let client: Int32
    let server: Int32
    let port: UInt16
    var directions: [Direction]
    /// What comes is taken and never passed on, and nobody is told.
    var isHole = false
  }

  private let inner: String
  private let outer: String
  private var listeners: [(port: UInt16, file: Int32)] = []
  private var connections: [Connection] = []
  private var done = (cuts: 0, halfCloses: 0, holes: 0)
  private var lastScan: UInt64 = 0

  init(inner: String, outer: String) {
    self.inner = inner
    self.outer = outer
  }

  /// Waits until something can be done, 20 ms at most, and does it.
  mutating func turn(_ orders: Orders, bell: Int32, count: (Int, Int) -> Void) {
    let now = Self.now
    if now - lastScan > 20_000_000 { listenToNewPorts(now) }
    if orders.cuts > done.cuts {
      done.cuts = orders.cuts
      closeConnections()
    }
    if orders.halfCloses > done.halfCloses {
      done.halfCloses = orders.halfCloses
      for connection in connections { shutdown(connection.server, Int32(SHUT_WR)) }
    }
    if orders.holes > done.holes {
      done.holes = orders.holes
      for index in connections.indices where connections[index].port == orders.holePort {
        connections[index].isHole = true
      }
    }
    var entries = [pollfd(fd: bell, events: Int16(POLLIN), revents: 0)]
    entries += listeners.map { pollfd(fd: $0.file, events: Int16(POLLIN), revents: 0) }
    if !orders.weather.isStill {
      for connection in connections {
        for direction in connection.directions where !direction.isOver {
          let mayRead = !direction.isEnding && direction.bytes < Self.most
          if mayRead {
            entries.append(pollfd(fd: direction.from, events: Int16(POLLIN), revents: 0))
          }
          if let first = direction.waiting.first, first.due <= now {
            entries.append(pollfd(fd: direction.to, events: Int16(POLLOUT), revents: 0))
          }
        }
      }
    }
    let wait: Int32 = orders.weather.delayMs > 0 ? 1 : 20
    _ = poll(&entries, nfds_t(entries.count), wait)
    var bytes = [UInt8](repeating: 0, count: 256)
    while read(bell, &bytes, bytes.count) > 0 {}
    acceptAll(refusing: orders.weather.refuses, count: count)
    if !orders.weather.isStill { passOn(delayMs: orders.weather.delayMs, count: count) }
  }

  mutating func closeAll() {
    closeConnections()
    for listener in listeners { close(listener.file) }
    listeners = []
  }

  // MARK: Ports

  private mutating func listenToNewPorts(_ now: UInt64) {
    lastScan = now
    let ports = Self.listening(on: inner)
    for index in listeners.indices.reversed() where !ports.contains(listeners[index].port) {
      close(listeners[index].file)
      listeners.remove(at: index)
    }
    for port in ports.sorted() where !listeners.contains(where: { $0.port == port }) {
      let file = socket(AF_INET, Self.stream | Int32(SOCK_NONBLOCK.rawValue), 0)
      var on: Int32 = 1
      setsockopt(file, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
      let isBound = Self.withAddress(outer, port) { bind(file, $0, $1) == 0 }
      if isBound, listen(file, 64) == 0 {
        listeners.append((port, file))
      } else {
        close(file)
      }
    }
  }

  /// From the kernel's table: local address and port in hexadecimal, state 0A for listening.
  private static func listening(on address: String) -> Set<UInt16> {
    let parts = address.split(separator: ".").compactMap { UInt8($0) }
    let wanted = parts.reversed().map { String(format: "%02X", $0) }.joined()
    let table = (try? String(contentsOfFile: "/proc/net/tcp", encoding: .utf8)) ?? ""
    var ports: Set<UInt16> = []
    for line in table.split(separator: "\n").dropFirst() {
      let words = line.split(separator: " ")
      guard words.count > 3, words[3] == "0A" else { continue }
      let local = words[1].split(separator: ":")
      if local.count == 2, local[0] == wanted, let port = UInt16(local[1], radix: 16) {
        ports.insert(port)
      }
    }
    return ports
  }

  /// No child may inherit it: a connection ends when its last descriptor is closed.
  private static let stream = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)

  private static func withAddress<Result>(
    _ address: String, _ port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
  ) -> Result {
    var value = sockaddr_in()
    value.sin_family = sa_family_t(AF_INET)
    value.sin_port = port.bigEndian
    inet_pton(AF_INET, address, &value.sin_addr)
    return withUnsafePointer(to: &value) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
  }

  private static var now: UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }

  // MARK: Connections

  private mutating func acceptAll(refusing: Bool, count: (Int, Int) -> Void) {
    for listener in listeners {
      while true {
        let client = accept(listener.file, nil, nil)
        if client < 0 { break }
        _ = fcntl(client, F_SETFD, FD_CLOEXEC)
        _ = fcntl(client, F_SETFL, O_NONBLOCK)
        let server = refusing ? -1 : socket(AF_INET, Self.stream, 0)
        // On this machine it succeeds or fails at once.
        guard server >= 0,
          Self.withAddress(inner, listener.port, { connect(server, $0, $1) == 0 })
        else {
          close(client)
          if server >= 0 { close(server) }
          continue
        }
        _ = fcntl(server, F_SETFL, O_NONBLOCK)
        connections.append(
          Connection(
            client: client, server: server, port: listener.port,
            directions: [Direction(from: client, to: server), Direction(from: server, to: client)]))
        count(1, 0)
      }
    }
  }

  private mutating func closeConnections() {
    for connection in connections {
      close(connection.client)
      close(connection.server)
    }
    connections = []
  }

  private mutating func passOn(delayMs: Int, count: (Int, Int) -> Void) {
    let now = Self.now
    let due = now + UInt64(delayMs) * 1_000_000
    for index in connections.indices.reversed() {
      var isBroken = false
      for side in 0..<2 {
        var direction = connections[index].directions[side]
        isBroken = !Self.take(&direction, due: due) || isBroken
        if connections[index].isHole {
          direction.waiting = []
          direction.bytes = 0
        }
        let passed = Self.give(&direction, now: now)
        isBroken = passed == nil || isBroken
        count(0, passed ?? 0)
        connections[index].directions[side] = direction
      }
      if isBroken || connections[index].directions.allSatisfy(\.isOver) {
        close(connections[index].client)
        close(connections[index].server)
        connections.remove(at: index)
      }
    }
  }

  /// Reads what there is; false when the connection is broken.
  private static func take(_ direction: inout Direction, due: UInt64) -> Bool {
    while !direction.isEnding, !direction.isOver, direction.bytes < most {
      var bytes = [UInt8](repeating: 0, count: 65_536)
      let count = read(direction.from, &bytes, bytes.count)
      if count > 0 {
        direction.waiting.append((due, Array(bytes[..<count])))
        direction.bytes += count
      } else if count == 0 {
        direction.isEnding = true
      } else {
        return errno == EAGAIN || errno == EINTR
      }
    }
    return true
  }

  /// Passes on what is due; nil when the connection is broken.
  private static func give(_ direction: inout Direction, now: UInt64) -> Int? {
    var passed = 0
    while let first = direction.waiting.first, first.due <= now {
      let count = send(direction.to, first.bytes, first.bytes.count, Int32(MSG_NOSIGNAL))
      if count < 0 { return errno == EAGAIN || errno == EINTR ? passed : nil }
      passed += count
      direction.bytes -= count
      if count == first.bytes.count {
        direction.waiting.removeFirst()
      } else {
        direction.waiting[0].bytes.removeFirst(count)
        return passed
      }
    }
    if direction.isEnding, direction.waiting.isEmpty, !direction.isOver {
      shutdown(direction.to, Int32(SHUT_WR))
      direction.isOver = true
    }
    return passed
  }
}
