// Faults, one after the other, in a cluster at work; after each it must be whole again.
//
// Whole: every cycle can be completed, no reachable object of the survivors is lost and no garbage
// is left (`verify`), the members are as many as before, the log tells what happened, and memory
// stays within its bound.

import Foundation
import Glibc
import Testing

final class FaultSession {
  private let cluster: Cluster
  private let nodes: Int
  private let forwarder: Forwarder?
  private var random: FaultRandom
  private(set) var recoveries: [(fault: InjectedFault, milliseconds: Int)] = []
  /// What heals, in the order in which it is undone.
  private var remedies: [() throws -> Void] = []

  /// Private bytes of a process, more than which is a leak at this load.
  private static let mostMemory = 400 << 20

  init(_ cluster: Cluster, nodes: Int, forwarder: Forwarder?, seed: UInt64) {
    self.cluster = cluster
    self.nodes = nodes
    self.forwarder = forwarder
    random = FaultRandom(seed: seed)
  }

  /// Injects one fault and sees the cluster recover.
  func strike(number: Int) throws {
    let fault = try draw()
    do {
      try load()
      let before = try cluster.status()
      let walk =
        fault.point == .free
        ? nil : try WalkedCycle(cluster, to: fault.point, fifo: "\(cluster.folder)/keys")
      let start = ContinuousClock.now
      if let walk, fault.point.entersStop {
        // A stop that one member does not answer goes on for as long as the fault needs.
        let members = try before.members
        let frozen = try before.pid(ofNode: members[random.below(members.count)])
        freeze(frozen)
        walk.press("p\n")
      }
      try inject(fault, before)
      walk?.letGo()
      for remedy in remedies.reversed() { try remedy() }
      remedies = []
      try walk?.end()
      try cluster.up(nodes: nodes)
      try collect()
      recoveries.append((fault, Int((ContinuousClock.now - start) / .milliseconds(1))))
      try check(fault, before)
    } catch {
      for remedy in remedies.reversed() { try? remedy() }
      throw TestFailure("fault \(number), \(fault): \(error)")
    }
  }

  /// Only those that `GREYWAVE_FAULT_ONLY` is a part of, if it is set.
  private func draw() throws -> InjectedFault {
    let only = Settings.environment["GREYWAVE_FAULT_ONLY"] ?? ""
    for _ in 0..<100_000 {
      let fault = InjectedFault(from: &random, nodes: nodes, hasForwarder: forwarder != nil)
      if only.isEmpty || "\(fault)".contains(only) { return fault }
    }
    throw TestFailure(
      "no fault here is described by '\(only)'; the words are in FaultKind and FaultPoint, as in "
        + "'the coordinator killed, stop 2'")
  }

  /// All tasks can be ended, and nothing is left of them.
  func finish() throws {
    for run in try cluster.status().json.array("runs")
    where try run.string("state") == "running" {
      try cluster.run("cancel", "\(run.int("run"))")
    }
    // A node whose connection is being made anew hears of it a little later than the others.
    let deadline = Deadline(seconds: 30)
    while try cluster.status().json.array("nodes").contains(where: { try $0.int("tasks") > 0 }) {
      if deadline.isOver {
        throw TestFailure("cancelled, and tasks go on: \(try cluster.status().json)")
      }
    }
    try cluster.verifyEmpty()
  }

  // MARK: Load

  private func load() throws {
    let status = try cluster.status()
    for run in try status.json.array("runs") where try run.string("state") == "running" { return }
    try cluster.json(
      "run", "graph", "--set", "operations=1000000000", "--set", "anchors=100", "--detach")
    try cluster.json("run", "rings", "--set", "rings=10000000", "--detach")
  }

  private func collect() throws {
    // The first may have been under way when the fault struck, and be aborted for it.
    for attempt in 1...5 {
      let reply = try cluster.command(["gc", "--timeout", "20s"], limit: 40)
      if reply.code == 0 { return }
      if attempt == 5 { throw TestFailure("no cycle comes to its end: \(reply.story)") }
    }
  }

  // MARK: Injection

  private func inject(_ fault: InjectedFault, _ before: ClusterStatus) throws {
    let victim: Int? =
      switch fault.victim {
      case .coordinator: try before.coordinator
      case .node(let place): try before.pid(ofNode: before.members[place])
      case nil: nil
      }
    switch fault.kind {
    case .killed:
      if let victim { try Pid.killHard(victim) }
    case .frozen:
      if let victim { freeze(victim) }
      try impatientCollection()
    case .fenced:
      if let victim { freeze(victim) }
      if case .node(let place) = fault.victim {
        let node = try before.members[place]
        try cluster.event("node_fenced") { try $0.int("node") == node }
      }
    case .diskFull:
      if let victim { try limit(victim, "fsize", as: "Max file size", to: 1) }
      try impatientCollection()
    case .noDescriptors:
      if let victim {
        let open = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(victim)/fd").count
        try limit(victim, "nofile", as: "Max open files", to: open)
      }
      try impatientCollection()
    case .stoppedClient:
      let client = try cluster.start("run", "kv", "--json")
      kill(pid_t(client.child.pid), SIGSTOP)
      remedies.append {
        kill(pid_t(client.child.pid), SIGCONT)
        client.end()
      }
      try impatientCollection()
    case .cut: forwarder?.cut()
    case .halfClosed: forwarder?.halfClose()
    case .delayed:
      weather(.init(delayMs: 20))
      try impatientCollection()
    case .still:
      weather(.init(isStill: true))
      try impatientCollection()
    }
  }

  /// A collection that may or may not come to its end: what it waits for is the fault.
  private func impatientCollection() throws {
    let reply = try cluster.command(["gc", "--timeout", "1s"], limit: 30)
    #expect([0, 1, 3, 4].contains(reply.code), "\(reply.story)")
  }

  private func freeze(_ pid: Int) {
    kill(pid_t(pid), SIGSTOP)
    remedies.append { kill(pid_t(pid), SIGCONT) }
  }

  private func weather(_ weather: Forwarder.Weather) {
    forwarder?.set(weather)
    remedies.append { [forwarder] in forwarder?.set(.init()) }
  }

  /// Of a process that runs; its own limit comes back with the remedy.
  private func limit(_ pid: Int, _ name: String, as title: String, to value: Int) throws {
    let limits = try String(contentsOfFile: "/proc/\(pid)/limits", encoding: .utf8)
    let line = limits.split(separator: "\n").first { $0.hasPrefix(title) }
    guard let former = line?.dropFirst(title.count).split(separator: " ").first else {
      throw TestFailure("/proc/\(pid)/limits does not name '\(title)'")
    }
    let change = { [cluster] (soft: String) throws -> Reply in
      try cluster.program(
        "/usr/bin/prlimit", ["--pid", "\(pid)", "--\(name)=\(soft):"], limit: 10)
    }
    let reply = try change("\(value)")
    if reply.code != 0 { throw TestFailure("no limit: \(reply.story)") }
    // It may have ended meanwhile.
    remedies.append { _ = try change(String(former)) }
  }

  // MARK: Afterwards

  private func check(_ fault: InjectedFault, _ before: ClusterStatus) throws {
    let after = try cluster.status()
    #expect(try after.members.count == nodes, "\(fault): \(after.json)")
    try cluster.verifyClean()
    if fault.kind == .killed || fault.kind == .fenced, case .node(let place) = fault.victim {
      let node = try before.members[place]
      try cluster.event("node_fenced") { try $0.int("node") == node }
    }
    if fault.kind == .killed, fault.victim == .coordinator {
      let term = try before.term
      #expect(try after.term > term, "\(fault): the term is still \(term)")
      try cluster.event("coordinator_taken_over") { try $0.int("term") == term + 1 }
    }
    for pid in try after.pids {
      let bytes = try Self.residentBytes(of: pid)
      #expect(bytes < Self.mostMemory, "\(fault): process \(pid) has \(bytes >> 20) MiB")
    }
  }

  private static func residentBytes(of pid: Int) throws -> Int {
    let text = try String(contentsOfFile: "/proc/\(pid)/statm", encoding: .utf8)
    let pages = text.split(separator: " ").dropFirst().first.flatMap { Int($0) }
    return (pages ?? 0) * Int(getpagesize())
  }
}
