// A client's connection to a coordinator's control interface: a DEALER, one frame a request.
//
// Connecting to a path where nobody listens never fails in ZeroMQ, it only waits; so a client looks
// first whether there is a coordinator.

import GreyBasics
import ZeroMQ

package final class ControlConnection {
  private let socket: Socket
  private var poller = Poller()

  package init(endpoint: String) throws(ZeroMQError) {
    socket = try Socket(try Context(), .dealer)
    try socket.connect(endpoint)
    poller.add(socket, tag: 0)
  }

  /// False: nobody takes requests any more.
  package func send(_ bytes: [UInt8]) throws(ZeroMQError) -> Bool {
    try socket.send(bytes, .dontWait)
  }

  /// The next reply; nil when none came within the limit.
  package func receive(upTo limit: Duration) throws(ZeroMQError) -> [UInt8]? {
    if let parts = try socket.receive(.dontWait) { return parts.last }
    if try poller.wait(upTo: limit).isEmpty { return nil }
    return try socket.receive(.dontWait)?.last
  }
}
