// Finds connections over which a message comes that has no end.
//
// ZeroMQ hands over a message when all its parts are there. It limits the size of a part and the
// number of messages that wait, but not the number of parts: a stranger that announces part after
// part makes it keep them all, without bound, and the program hears nothing of it. The kernel
// counts what a connection has received, though, and every message that is handed over says which
// connection it came over. One that has received more than any message may have, and handed over
// none, is at such a message, and is ended.
//
// A pure value: what was accepted, what was heard and the kernel's counts in, the connections to be
// ended out. It holds an entry a connection, and those are bounded by the process's descriptors.

struct EndlessMessages {
  /// Bytes that may arrive between two messages: of a peer that is known, of any other.
  struct Limits {
    var known: UInt64
    var strangers: UInt64
  }

  private struct Connection {
    /// The kernel's count when a message was last known to have come.
    var base: UInt64 = 0
    var isKnown = false
    var wasHeard = false
  }

  private let limits: Limits
  private var connections: [Int32: Connection] = [:]

  init(_ limits: Limits) { self.limits = limits }

  var isEmpty: Bool { connections.isEmpty }
  var count: Int { connections.count }

  mutating func accepted(_ connection: Int32) { connections[connection] = Connection() }
  mutating func gone(_ connection: Int32) { connections[connection] = nil }

  /// A whole message came over it.
  mutating func heard(_ connection: Int32, isKnown: Bool) {
    guard connections[connection]?.wasHeard == false else { return }
    connections[connection]?.wasHeard = true
    connections[connection]?.isKnown = isKnown
  }

  /// Everything that was whole has been read before this.
  /// - Parameter received: the kernel's count of a connection's bytes; nil where there is none.
  /// - Returns: those to be ended, ascending.
  mutating func look(received: (Int32) -> UInt64?) -> [Int32] {
    var endless: [Int32] = []
    for (descriptor, connection) in connections {
      guard let count = received(descriptor) else {
        connections[descriptor] = nil
        continue
      }
      if connection.wasHeard {
        connections[descriptor]?.wasHeard = false
        connections[descriptor]?.base = count
      } else if count &- connection.base
        > (connection.isKnown ? limits.known : limits.strangers)
      {
        connections[descriptor] = nil
        endless.append(descriptor)
      }
    }
    return endless.sorted()
  }
}
