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
  private let paths: ClusterPaths
  private let coordinator: ClusterProcess

  private init(_ paths: ClusterPaths, _ coordinator: ClusterProcess) throws(ZeroMQError) {
    self.paths = paths
    self.coordinator = coordinator
    socket = try Socket(try Context(), .dealer)
    try socket.connect(paths.controlEndpoint)
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
    return try ControlSocket(paths, coordinator)
  }

  package func send(_ line: String) throws {
    guard try socket.send(Array(line.utf8), .dontWait) else {
      throw CommandFailure(.timeout, "the coordinator takes no more requests")
    }
  }

  package func receive(upTo limit: Duration) throws -> [UInt8]? {
    if let parts = try socket.receive(.dontWait) { return parts.last }
    if try poller.wait(upTo: limit).isEmpty {
      // ZeroMQ would wait for a successor for ever, which knows nothing of this request.
      if coordinator.isAlive { return nil }
      throw CommandFailure.noCluster(
        paths.name, "its coordinator, pid \(coordinator.pid), ended before it answered")
    }
    return try socket.receive(.dontWait)?.last
  }
}
