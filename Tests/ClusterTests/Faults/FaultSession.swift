// Faults, one after the other, in a cluster at work; after each it must be whole again.
//
// Whole: a cycle is completed, the runs that lost no node go on, those of limited time end well
// (`FaultLoad`), no reachable object of the survivors is lost, no garbage is left (`verify`), the
// members are as many as before, the log tells what happened, and memory stays within its bound.

import Foundation
import Glibc
import Testing

final class FaultSession {
  struct Recovery {
    let fault: InjectedFault
    /// Where the strike found the cluster, by the coordinator's log.
    let phase: String
    /// From the strike to the end of the first cycle that began after it.
    let milliseconds: Int
    /// From the strike until the fault was taken away.
    let heldMilliseconds: Int
  }

  let cluster: Cluster
  let nodes: Int
  let forwarder: Forwarder?
  let disk: SmallDisk?
  private let load: FaultLoad
  private var random: FaultRandom
  private(set) var recoveries: [Recovery] = []
  /// What heals, in the order in which it is undone.
  var remedies: [() throws -> Void] = []
  /// Members that were made unable to answer.
  var silenced: Set<Int> = []
  /// Since when the fault has been in force.
  var struck = WallInstant.now
  /// A node that is to join meanwhile.
  var joining: Follower?
  /// Whoever should find no descriptor at the coordinator got one all the same.
  var foundRoom = false

  /// Bytes of a process, more than which is a leak at this load.
  static let mostMemory = 400 << 20
  /// A strike at a cycle of the load's own comes within so many milliseconds: some cycles.
  private static let longestWait = 400

  init(
    _ cluster: Cluster, nodes: Int, forwarder: Forwarder? = nil, disk: SmallDisk? = nil,
    seed: UInt64
  ) {
    self.cluster = cluster
    self.nodes = nodes
    self.forwarder = forwarder
    self.disk = disk
    load = FaultLoad(cluster)
    random = FaultRandom(seed: seed)
  }

  /// Injects one fault and sees the cluster recover.
  func strike(number: Int) throws {
    let fault = try draw()
    do {
      let start = WallInstant.now
      silenced = []
      let before = try load.begin()
      let walk =
        fault.point == .free
        ? nil : try WalkedCycle(cluster, to: fault.point, fifo: "\(cluster.folder)/keys")
      if let walk, fault.point.entersStop {
        // A stop that one member does not answer goes on for as long as the fault needs.
        let members = try before.members
        try freeze(.node(random.below(members.count)), before)
        walk.press("p\n")
      }
      if fault.point == .free { wait(milliseconds: random.below(Self.longestWait)) }
      struck = .now
      try inject(fault, before)
      walk?.letGo()
      try heal()
      let healed = WallInstant.now
      try walk?.end()
      // The survivors by themselves, where there is somebody to lead them.
      if try Pid.isAlive(before.coordinator) { try collect() }
      try cluster.up(nodes: nodes)
      try dismissNewcomer()
      try collect()
      try check(fault, before, since: start, healed: healed)
    } catch {
      for remedy in remedies.reversed() { try? remedy() }
      remedies = []
      joining?.end()
      joining = nil
      throw TestFailure("fault \(number), \(fault): \(error)")
    }
  }

  /// All tasks can be ended, and nothing is left of them.
  func finish() throws {
    try load.finish()
    try cluster.verifyEmpty()
  }

  /// After a failure: nothing runs, and everybody is there.
  func beginAnew() throws {
    try cluster.up(nodes: nodes)
    try load.cancelAll()
    try collect()
  }

  /// The end of what the logs warn of.
  func warnings() -> String {
    let log = try? cluster.command(["logs", "--level", "warning"])
    return String(log?.output.suffix(3_000) ?? "no logs")
  }

  /// Only those that `GREYWAVE_FAULT_ONLY` is a part of, if it is set.
  private func draw() throws -> InjectedFault {
    let only = Settings.environment["GREYWAVE_FAULT_ONLY"] ?? ""
    for _ in 0..<100_000 {
      let fault = InjectedFault(
        from: &random, nodes: nodes, hasForwarder: forwarder != nil, hasDisk: disk != nil)
      if only.isEmpty || "\(fault)".contains(only) { return fault }
    }
    throw TestFailure(
      "no fault here is described by '\(only)'; the words are in FaultKind and FaultPoint, as in "
        + "'the coordinator killed, stop 2'")
  }

  private func wait(milliseconds: Int) {
    var nothing: [pollfd] = []
    _ = poll(&nothing, 0, Int32(milliseconds))
  }

  private func heal() throws {
    let all = remedies
    remedies = []
    for remedy in all.reversed() { try remedy() }
  }

  private func collect() throws {
    // The first may have been under way when the fault struck, and be aborted for it.
    for attempt in 1...5 {
      let reply = try cluster.command(["gc", "--timeout", "20s"], limit: 40)
      // Nobody is there to ask: a disk without room ends a coordinator.
      if reply.code == 0 || reply.code == 3 { return }
      if attempt == 5 { throw TestFailure("no cycle comes to its end: \(reply.story)") }
    }
  }

  // MARK: Afterwards

  private func check(
    _ fault: InjectedFault, _ before: ClusterStatus, since start: WallInstant,
    healed: WallInstant
  ) throws {
    let after = try cluster.status()
    guard try after.members.count == nodes else { throw TestFailure("members: \(after.json)") }
    let lost = try Set(before.members).subtracting(after.members)
    if !lost.isSubset(of: silenced) {
      throw TestFailure("node \(lost.subtracting(silenced)) is gone, and nothing was done to it")
    }
    try load.judge(lost: lost)
    try cluster.verifyClean()
    let story = try FaultStory(cluster, since: start)
    try story.expectNoLoss(of: fault)
    // What could be said again and again is said once a minute.
    let told =
      fault.kind == .noDescriptors
      ? try FaultStory(cluster, since: start.earlier(bySeconds: 70)) : story
    // Who turned nobody away has nothing to tell.
    if fault.kind != .noDescriptors || !foundRoom {
      try told.expectTelling(fault, before: before, after: after)
    }
    for pid in try after.pids {
      let bytes = try Consumption.residentBytes(of: pid)
      if bytes >= Self.mostMemory { throw TestFailure("process \(pid) has \(bytes >> 20) MiB") }
    }
    recoveries.append(
      Recovery(
        fault: fault, phase: try story.phase(at: struck),
        milliseconds: try story.recovery(from: struck),
        heldMilliseconds: (healed - struck) / 1_000))
  }
}
