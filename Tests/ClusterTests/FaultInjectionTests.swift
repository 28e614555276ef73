// Faults of real processes, sockets and files, drawn from a seed, in every phase of a cycle.
//
// `GREYWAVE_FAULTS` says how many there are in each of the four tests (5; where only the quick
// tests run, 1, and at four nodes only), `GREYWAVE_FAULT_SEED` which. To the file
// `GREYWAVE_FAULT_REPORT`, one line a fault, its fields between tabs: milliseconds from the strike
// to the end of the next cycle, milliseconds until the fault was taken away, what it was, where a
// cycle was walked to, and the phase in which the coordinator was then.

import Foundation
import Testing

extension ClusterTests {
  @Suite("Faults of real processes") struct FaultInjectionTests {
    private static let count =
      Int(Settings.environment["GREYWAVE_FAULTS"] ?? "") ?? (Settings.all ? 5 : 1)
    private static let sizes =
      Settings.all || Settings.environment["GREYWAVE_FAULTS"] != nil ? [4, 8] : [4]
    private static let seed = UInt64(Settings.environment["GREYWAVE_FAULT_SEED"] ?? "") ?? 1

    /// Cycles follow one another closely.
    private static let limits = """
      heartbeat: 100ms
      stop_limit: 500ms
      fence_after: 2s
      GOGC: 10

      """

    @Test(
      "over ipc, at four nodes and at eight", .timeLimit(.minutes(60)),
      arguments: sizes)
    func ipc(nodes: Int) throws {
      // It outlives the cluster whose records lie on it.
      var disk: (folder: String, disk: SmallDisk)?
      defer {
        disk?.disk.end()
        if let disk { try? FileManager.default.removeItem(atPath: disk.folder) }
      }
      try withCluster("faults") { cluster in
        disk = SmallDisk(at: "\(cluster.folder)/state").map { (cluster.folder, $0) }
        let file = try cluster.write("faults.yaml", Self.limits)
        try cluster.up(nodes: nodes, ["--config", file])
        try inject(
          FaultSession(
            cluster, nodes: nodes, disk: disk?.disk, seed: Self.seed &* 1_000 &+ UInt64(nodes)))
      }
    }

    @Test(
      "over tcp, through a bad network, at four nodes and at eight", .timeLimit(.minutes(60)),
      arguments: sizes)
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

    /// What one fault breaks is told, and the next ones strike all the same; but a cluster that
    /// cannot be made whole again, or breaks again and again, ends it.
    private func inject(_ session: FaultSession) throws {
      defer { report(session) }
      var failures = 0
      for number in 1...Self.count {
        do { try session.strike(number: number) } catch {
          failures += 1
          if failures == 5 { throw error }
          Issue.record("\(error)\n\(session.warnings())")
          try session.beginAnew()
        }
      }
      try session.finish()
    }

    private func report(_ session: FaultSession) {
      guard let path = Settings.environment["GREYWAVE_FAULT_REPORT"],
        let file = FileHandle(forWritingAtPath: path)
      else { return }
      file.seekToEndOfFile()
      for recovery in session.recoveries {
        let fields = [
          "\(recovery.milliseconds)", "\(recovery.heldMilliseconds)", recovery.fault.name,
          recovery.fault.point.rawValue, recovery.phase,
        ]
        file.write(Data((fields.joined(separator: "\t") + "\n").utf8))
      }
    }
  }
}
