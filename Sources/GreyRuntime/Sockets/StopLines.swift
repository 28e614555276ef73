// The coordinator's ends of the stop lines.
//
// Whoever connects says first under which name it speaks to the coordinator's socket, a name that
// no other process knows. It is taken in if a member has that name; until it has said so, it is one
// of a few, and the oldest of those gives way to the next. A line that ends, or that takes no more
// messages, is gone: its node is spoken to over the socket from then on.
//
// Confined to the coordinator's thread.

import CGrey
import Glibc
import GreyBasics
import GreyEngine
import GreyEvents
import ZeroMQ

final class StopLines {
  private struct Entry {
    let line: Line
    /// Nil until it has said who it is.
    var name: RoutingName?
  }

  /// Tags of the poller from here on are lines.
  static let firstTag = 1 << 32
  /// Lines that may be open without a name.
  static let namelessAtMost = 16
  /// Of one line, before others have their turn.
  private static let messagesAtOnce = 16

  private let path: String
  private let listener: Int32
  private let listenerTag: Int
  private var entries: [Int: Entry] = [:]
  private var tags: [RoutingName: Int] = [:]
  /// In the order of their arrival.
  private var nameless: [Int] = []
  private var nextTag = StopLines.firstTag
  private var buffer: [UInt8] = []
  /// Connections cannot be taken: when to look again.
  private(set) var resumesAt = Moment.distantFuture

  /// The socket of the lines cannot be bound: everything goes over ZeroMQ then.
  struct BindError: Error, Hashable {
    let path: String
    let code: Int32
    var event: Event {
      .stopLinesUnavailable(
        path: path, errno: Int(code), reason: String(cString: strerror(code)))
    }
  }

  init(at path: String, tag: Int) throws(BindError) {
    listener = grey_line_listen(path)
    if listener < 0 { throw BindError(path: path, code: errno) }
    self.path = path
    listenerTag = tag
  }

  deinit {
    close(listener)
    unlink(path)
  }

  func watch(with poller: inout Poller) { poller.add(fileDescriptor: listener, tag: listenerTag) }

  /// - Returns: whether it has gone over the line of that name.
  func send(_ bytes: [UInt8], to name: RoutingName, _ poller: inout Poller) -> Bool {
    guard let tag = tags[name], let entry = entries[tag] else { return false }
    if entry.line.send(bytes) { return true }
    remove(tag, &poller)
    return false
  }

  /// Takes in who has connected.
  func accept(_ poller: inout Poller) {
    while true {
      let descriptor = grey_line_accept(listener)
      if descriptor < 0 {
        if errno == ECONNABORTED || errno == EINTR { continue }
        if errno != EAGAIN {
          // What cannot be accepted stays there, and would be reported at once again.
          poller.change(tag: listenerTag, to: [])
          resumesAt = MonotonicClock.now + .seconds(1)
        }
        return
      }
      if nameless.count >= Self.namelessAtMost { remove(nameless[0], &poller) }
      entries[nextTag] = Entry(line: Line(adopting: descriptor))
      nameless.append(nextTag)
      poller.add(fileDescriptor: descriptor, tag: nextTag)
      nextTag += 1
    }
  }

  /// Looks again for connections when it is time to.
  func tick(_ poller: inout Poller) {
    guard MonotonicClock.now >= resumesAt else { return }
    resumesAt = .distantFuture
    poller.change(tag: listenerTag, to: .input)
  }

  /// Reads what a line has.
  /// - Parameters:
  ///   - isKnown: a member speaks under that name.
  func read(
    _ tag: Int, _ poller: inout Poller, isKnown: (RoutingName) -> Bool,
    _ body: (RoutingName, [UInt8]) -> Void
  ) {
    for _ in 0..<Self.messagesAtOnce {
      guard let entry = entries[tag] else { return }
      switch entry.line.receive(into: &buffer) {
      case .nothing: return
      case .ended: return remove(tag, &poller)
      case .message(let bytes):
        if let name = entry.name {
          body(name, bytes)
        } else {
          guard isKnown(bytes) else { return remove(tag, &poller) }
          name(tag, bytes, &poller)
        }
      }
    }
  }

  private func name(_ tag: Int, _ name: RoutingName, _ poller: inout Poller) {
    // It has connected anew: the old line is one that it does not read any more.
    if let old = tags[name] { remove(old, &poller) }
    nameless.removeAll { $0 == tag }
    entries[tag]?.name = name
    tags[name] = tag
  }

  private func remove(_ tag: Int, _ poller: inout Poller) {
    guard let entry = entries.removeValue(forKey: tag) else { return }
    poller.remove(tag: tag)
    nameless.removeAll { $0 == tag }
    if let name = entry.name, tags[name] == tag { tags[name] = nil }
  }
}
