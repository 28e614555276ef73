// The control channel of a cluster: a connection to its `ctl` socket.
//
// The connection itself never fails, it only waits. So what can be known beforehand is looked at
// first: no folder, no socket, no coordinator of that pid and start time: no cluster.

import Foundation
import GreyEvents
import GreyRuntime

package final class ControlSocket: ControlChannel {
  private let connection: ControlConnection
  private let paths: ClusterPaths
  private let coordinator: ClusterProcess

  private init(_ paths: ClusterPaths, _ coordinator: ClusterProcess) throws {
    self.paths = paths
    self.coordinator = coordinator
    connection = try ControlConnection(endpoint: paths.controlEndpoint)
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
    guard try connection.send(Array(line.utf8)) else {
      throw CommandFailure(.timeout, "the coordinator takes no more requests")
    }
  }

  package func receive(upTo limit: Duration) throws -> [UInt8]? {
    if let reply = try connection.receive(upTo: limit) { return reply }
    // The connection would wait for a successor for ever, which knows nothing of this request.
    if coordinator.isAlive { return nil }
    throw CommandFailure.noCluster(
      paths.name, "its coordinator, pid \(coordinator.pid), ended before it answered")
  }
}
