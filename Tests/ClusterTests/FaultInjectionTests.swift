// Faults of real processes, sockets and files, drawn from a seed, in every phase of a cycle.
//
// `GREYWAVE_FAULTS` says how many there are in each test (5), `GREYWAVE_FAULT_SEED` which. To the
// file `GREYWAVE_FAULT_REPORT`, one line a fault: the milliseconds until a cycle was complete
// again, and what the fault was.

import Foundation
import Testing

extension ClusterTests {
  @Suite("Faults of real processes") struct FaultInjectionTests {
    private static let count = Int(Settings.environment["GREYWAVE_FAULTS"] ?? "") ?? 5
    private static let seed = UInt64(Settings.environment["GREYWAVE_FAULT_SEED"] ?? "") ?? 1

    private static let limits = """
      heartbeat: 100ms
      stop_limit: 500ms
      fence_after: 2s
      GOGC: 50

      """

    @Test(
      "over ipc, at four nodes and at eight", .timeLimit(.minutes(30)),
      arguments: [4, 8])
    func ipc(nodes: Int) throws {
      try withCluster("faults") { cluster in
        let file = try cluster.write("faults.yaml", Self.limits)
        try cluster.up(nodes: nodes, ["--config", file])
        try inject(
          FaultSession(
            cluster, nodes: nodes, forwarder: nil, seed: Self.seed &* 1_000 &+ UInt64(nodes)))
      }
    }

    @Test(
      "over tcp, through a bad network, at four nodes and at eight", .timeLimit(.minutes(30)),
      arguments: [4, 8])
    func tcp(nodes: Int) throws {
      let forwarder = try Forwarder()
      defer { forwarder.end() }
      try withCluster("weather") { cluster in
        let file = try cluster.write(
          "faults.yaml",
          Self.limits + "transport: tcp\nhost: \(forwarder.inner)\nadvertise: \(forwarder.outer)\n")
        try cluster.up(nodes: nodes, ["--config", file])
        try inject(
          FaultSession(
            cluster, nodes: nodes, forwarder: forwarder,
            seed: Self.seed &* 2_000 &+ UInt64(nodes)))
        #expect(forwarder.figures.connections > nodes, "nobody came through the forwarder")
      }
    }

    private func inject(_ session: FaultSession) throws {
      defer { report(session) }
      for number in 1...Self.count { try session.strike(number: number) }
      try session.finish()
    }

    private func report(_ session: FaultSession) {
      guard let path = Settings.environment["GREYWAVE_FAULT_REPORT"],
        let file = FileHandle(forWritingAtPath: path)
      else { return }
      file.seekToEndOfFile()
      for (fault, milliseconds) in session.recoveries {
        file.write(Data("\(milliseconds) \(fault)\n".utf8))
      }
    }
  }
}
