// Waiting for several sockets and file descriptors at once, always with a limit.
//
// Entries have a tag of the caller's choice and are reported in the order in which they were added,
// so the order of handling does not depend on addresses. A socket that was closed in the meantime
// drops out by itself: its handle is never passed to libzmq again. A signal ends a wait early with
// nothing ready, like a timeout: the caller looks at its stop flag and waits again.
//
// Not `zmq_poll`, which asks every socket before and after it waits, at two system calls a socket:
// with a monitor for each peer that was most of what a turn of an I/O thread cost. A socket has a
// descriptor that becomes readable when libzmq's own thread has news for it, and only then: what a
// call on the socket takes in by the way is not announced again. So a socket is asked for its state
// when its descriptor is readable, or when it was used since it last had nothing; one `poll` waits
// for all the others. (The descriptor and its edges: `ZMQ_FD` in zmq_getsockopt(3).)
//
// Waiting is in whole milliseconds; limits are rounded up, so a short one is a wait and not a busy
// loop.

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

  package init(tag: Int, events: PollEvents) {
    self.tag = tag
    self.events = events
  }
}

package struct Poller: ~Copyable {
  private struct Entry {
    let tag: Int
    /// Nil for a file descriptor.
    let core: SocketCore?
    var wanted: PollEvents
    var found: PollEvents = []
  }

  private var entries: [Entry] = []
  /// Parallel to `entries`.
  private var descriptors: [pollfd] = []
  private var owner = ThreadOwner()

  package init() {}

  /// As for a socket. Hand over its sockets as well.
  package mutating func adoptByCurrentThread() { owner = ThreadOwner() }

  package var count: Int { entries.count }

  package mutating func add(_ socket: borrowing Socket, tag: Int, _ events: PollEvents = .input) {
    socket.core.checkThread()
    append(
      Entry(tag: tag, core: socket.core, wanted: events), descriptor: socket.core.descriptor)
  }

  package mutating func add(_ monitor: borrowing Monitor, tag: Int) {
    add(monitor.reader, tag: tag, .input)
  }

  package mutating func add(fileDescriptor: Int32, tag: Int, _ events: PollEvents = .input) {
    append(Entry(tag: tag, core: nil, wanted: events), descriptor: fileDescriptor)
  }

  private mutating func append(_ entry: Entry, descriptor: Int32) {
    precondition(index(of: entry.tag) == nil, "tag \(entry.tag) is in this poller already")
    entries.append(entry)
    descriptors.append(pollfd(fd: descriptor, events: 0, revents: 0))
    prepare(entries.count - 1)
  }

  /// Changes what is waited for; nothing at all (`[]`) pauses the entry.
  package mutating func change(tag: Int, to events: PollEvents) {
    guard let index = index(of: tag) else { return }
    entries[index].wanted = events
    entries[index].core?.wasUsed = true
    prepare(index)
  }

  /// Takes an entry out; nothing happens when there is none (its socket may have been closed).
  package mutating func remove(tag: Int) {
    guard let index = index(of: tag) else { return }
    remove(at: index)
  }

  private mutating func remove(at index: Int) {
    entries.remove(at: index)
    descriptors.remove(at: index)
  }

  private func index(of tag: Int) -> Int? { entries.firstIndex { $0.tag == tag } }

  /// What `poll` is to look for: of a socket, that its descriptor has news.
  private mutating func prepare(_ index: Int) {
    let wanted = entries[index].wanted
    var events: Int32 = 0
    if entries[index].core != nil {
      if !wanted.isEmpty { events = POLLIN }
    } else {
      if wanted.contains(.input) { events |= POLLIN }
      if wanted.contains(.output) { events |= POLLOUT }
    }
    descriptors[index].events = Int16(events)
  }

  /// Waits until something is ready, at most for `limit`, and writes what is to `ready` (which is
  /// emptied first and keeps its memory): nothing after the limit, or after a signal.
  package mutating func wait(
    upTo limit: Duration, into ready: inout [Ready]
  ) throws(ZeroMQError) {
    owner.check("A ZeroMQ poller")
    ready.removeAll(keepingCapacity: true)
    dropClosedSockets()
    var isReady = try askUsedSockets()
    let milliseconds = limit.milliseconds
    var left = Int32(clamping: milliseconds)
    let watch = zmq_stopwatch_start()
    defer { zmq_stopwatch_stop(watch) }
    while true {
      let found = poll(&descriptors, nfds_t(descriptors.count), isReady ? 0 : left)
      if found < 0, errno != EINTR { throw ZeroMQError(errno: errno, operation: "poll") }
      if found < 0, !isReady { return }
      if found > 0, try takeNews() { isReady = true }
      if isReady { break }
      if found == 0 { return }
      // News that were none: a connection that libzmq made or lost. The rest of the limit is left.
      let passed = Int64(clamping: zmq_stopwatch_intermediate(watch) / 1_000)
      left = Int32(clamping: max(0, milliseconds - passed))
    }
    for entry in entries where !entry.found.isEmpty {
      ready.append(Ready(tag: entry.tag, events: entry.found))
    }
  }

  /// Sockets that were used since they last had nothing: their descriptors need not tell of what
  /// is there already.
  private mutating func askUsedSockets() throws(ZeroMQError) -> Bool {
    var isReady = false
    for index in entries.indices {
      entries[index].found = []
      guard let core = entries[index].core, core.wasUsed, !entries[index].wanted.isEmpty else {
        continue
      }
      if try ask(core, index) { isReady = true }
    }
    return isReady
  }

  private mutating func ask(_ core: SocketCore, _ index: Int) throws(ZeroMQError) -> Bool {
    let found = PollEvents(rawValue: try core.events()).intersection(entries[index].wanted)
    entries[index].found = found
    core.wasUsed = !found.isEmpty
    return !found.isEmpty
  }

  /// - Returns: whether any entry is ready.
  private mutating func takeNews() throws(ZeroMQError) -> Bool {
    var isReady = false
    for index in descriptors.indices where descriptors[index].revents != 0 {
      let news = Int32(descriptors[index].revents)
      if let core = entries[index].core {
        if try ask(core, index) { isReady = true }
      } else {
        var found: PollEvents = []
        if news & POLLIN != 0 { found.insert(.input) }
        if news & POLLOUT != 0 { found.insert(.output) }
        if news & ~(POLLIN | POLLOUT | POLLPRI) != 0 { found.insert(.failure) }
        entries[index].found = found
        isReady = true
      }
    }
    return isReady
  }

  package mutating func wait(upTo limit: Duration) throws(ZeroMQError) -> [Ready] {
    var ready: [Ready] = []
    try wait(upTo: limit, into: &ready)
    return ready
  }

  private mutating func dropClosedSockets() {
    guard entries.contains(where: { $0.core?.isOpen == false }) else { return }
    for index in entries.indices.reversed() where entries[index].core?.isOpen == false {
      remove(at: index)
    }
  }
}

@available(*, unavailable)
extension Poller: Sendable {}
