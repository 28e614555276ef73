// Waiting for several sockets and file descriptors at once, always with a limit.
//
// Entries have a tag of the caller's choice and are reported in the order in which they were added,
// so the order of handling does not depend on addresses. A socket that was closed in the meantime
// drops out by itself: its handle is never passed to libzmq again. A signal ends a wait early with
// nothing ready, like a timeout: the caller looks at its stop flag and waits again.
//
// libzmq waits in whole milliseconds; limits are rounded up, so a short one is a wait and not a
// busy loop.

internal import CZeroMQ
import Glibc

package struct PollEvents: OptionSet, Sendable, Hashable {
  package let rawValue: Int16
  package init(rawValue: Int16) { self.rawValue = rawValue }

  package static let input = PollEvents(rawValue: 1)
  package static let output = PollEvents(rawValue: 2)
  /// Only file descriptors: an error, or the other end hung up.
  package static let failure = PollEvents(rawValue: 4)
}

/// An entry of a poller that can do something now.
package struct Ready: Hashable, Sendable {
  package let tag: Int
  package let events: PollEvents
}

package struct Poller: ~Copyable {
  private struct Entry {
    let tag: Int
    /// Nil for a file descriptor.
    let core: SocketCore?
  }

  private var items: [zmq_pollitem_t] = []
  /// Parallel to `items`.
  private var entries: [Entry] = []
  private var owner = ThreadOwner()

  package init() {}

  /// As for a socket. Hand over its sockets as well.
  package mutating func adoptByCurrentThread() { owner = ThreadOwner() }

  package var count: Int { entries.count }

  package mutating func add(_ socket: borrowing Socket, tag: Int, _ events: PollEvents = .input) {
    socket.core.checkThread()
    append(Entry(tag: tag, core: socket.core), socket: socket.handle, descriptor: -1, events)
  }

  package mutating func add(_ monitor: borrowing Monitor, tag: Int) {
    add(monitor.reader, tag: tag, .input)
  }

  package mutating func add(fileDescriptor: Int32, tag: Int, _ events: PollEvents = .input) {
    append(Entry(tag: tag, core: nil), socket: nil, descriptor: fileDescriptor, events)
  }

  private mutating func append(
    _ entry: Entry, socket: UnsafeMutableRawPointer?, descriptor: Int32, _ events: PollEvents
  ) {
    precondition(index(of: entry.tag) == nil, "tag \(entry.tag) is in this poller already")
    entries.append(entry)
    items.append(
      zmq_pollitem_t(socket: socket, fd: descriptor, events: events.rawValue, revents: 0))
  }

  /// Changes what is waited for; nothing at all (`[]`) pauses the entry.
  package mutating func change(tag: Int, to events: PollEvents) {
    guard let index = index(of: tag) else { return }
    items[index].events = events.rawValue
  }

  /// Takes an entry out; nothing happens when there is none (its socket may have been closed).
  package mutating func remove(tag: Int) {
    guard let index = index(of: tag) else { return }
    entries.remove(at: index)
    items.remove(at: index)
  }

  private func index(of tag: Int) -> Int? { entries.firstIndex { $0.tag == tag } }

  /// Waits until something is ready, at most for `limit`, and writes what is to `ready` (which is
  /// emptied first and keeps its memory): nothing after the limit, or after a signal.
  package mutating func wait(
    upTo limit: Duration, into ready: inout [Ready]
  ) throws(ZeroMQError) {
    owner.check("A ZeroMQ poller")
    ready.removeAll(keepingCapacity: true)
    dropClosedSockets()
    var found = zmq_poll(&items, Int32(items.count), Int(limit.milliseconds))
    if found < 0 {
      if zmq_errno() == EINTR { return }
      throw .last("poll \(items.count) sockets")
    }
    for index in items.indices where found > 0 && items[index].revents != 0 {
      found -= 1
      ready.append(
        Ready(tag: entries[index].tag, events: PollEvents(rawValue: items[index].revents)))
    }
  }

  package mutating func wait(upTo limit: Duration) throws(ZeroMQError) -> [Ready] {
    var ready: [Ready] = []
    try wait(upTo: limit, into: &ready)
    return ready
  }

  private mutating func dropClosedSockets() {
    guard entries.contains(where: { $0.core?.isOpen == false }) else { return }
    for index in entries.indices.reversed() where entries[index].core?.isOpen == false {
      entries.remove(at: index)
      items.remove(at: index)
    }
  }
}

@available(*, unavailable)
extension Poller: Sendable {}
