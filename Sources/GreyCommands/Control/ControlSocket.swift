// The control channel over ZeroMQ: a DEALER connected to the cluster's `ctl` socket.
//
// Connecting to a path where nobody listens never fails in ZeroMQ, it only waits. So what can be
// known beforehand is looked at first: no folder, no socket, no coordinator of that pid and start
// time: no cluster.

import Foundation
import GreyEvents
import ZeroMQ

package final class ControlSocket: ControlChannel {
  private let socket: Socket
  private var poller = Poller()

  private init(_ endpoint: String) throws(ZeroMQError) {
    socket = try Socket(try Context(), .dealer)
    try socket.connect(endpoint)
    poller.add(socket, tag: 0)
  }

  package static func connect(_ paths: ClusterPaths) throws -> any ControlChannel {
    guard try paths.checkRuntime() else {
      throw CommandFailure.noCluster(paths.name, "there is no \(paths.runtime)")
    }
    guard
      let coordinator = ProcessTable.registered(in: paths).first(where: { $0.role == .coordinator })
    else { throw CommandFailure.noCluster(paths.name, "no coordinator in \(paths.runtime)") }
    guard coordinator.isAlive else {
      throw CommandFailure.noCluster(
        paths.name, "its coordinator, pid \(coordinator.pid), is gone")
    }
    return try ControlSocket(paths.controlEndpoint)
  }

  package func send(_ line: String) throws {
    guard try socket.send(Array(line.utf8), .dontWait) else {
      throw CommandFailure(.timeout, "the coordinator takes no more requests")
    }
  }

  package func receive(upTo limit: Duration) throws -> [UInt8]? {
    if let parts = try socket.receive(.dontWait) { return parts.last }
    guard !(try poller.wait(upTo: limit)).isEmpty else { return nil }
    return try socket.receive(.dontWait)?.last
  }
}
