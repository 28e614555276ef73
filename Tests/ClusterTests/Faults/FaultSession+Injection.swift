// How each fault is done, and undone.

import Foundation
import Glibc
import Testing

extension FaultSession {
  func inject(_ fault: InjectedFault, _ before: ClusterStatus) throws {
    switch fault.kind {
    case .killed:
      if let victim = fault.victim {
        silence(victim, before)
        try Pid.killHard(pid(of: victim, before))
      }
    case .frozen:
      if let victim = fault.victim { try freeze(victim, before) }
      try impatientCollection()
    case .fenced:
      guard let victim = fault.victim, case .node(let place) = victim else { return }
      try freeze(victim, before)
      let node = try before.members[place]
      try cluster.event("node_fenced", since: struck) { try $0.int("node") == node }
    case .diskFull:
      makeEverybodyWrite(afterwards: true)
      try disk?.fill()
      struck = .now
      remedies.append { [disk] in disk?.empty() }
      makeEverybodyWrite()
      try impatientCollection()
    case .noWrites:
      makeEverybodyWrite(afterwards: true)
      if let victim = fault.victim {
        try limit(pid(of: victim, before), "fsize", as: "Max file size", to: 1)
      }
      makeEverybodyWrite()
      try impatientCollection()
    case .noDescriptors:
      if let victim = fault.victim { try exhaust(victim, before) }
      try impatientCollection()
    case .deafClient:
      try askWithoutReading(before)
    case .cut: forwarder?.cut()
    case .halfClosed: forwarder?.halfClose()
    case .delayed:
      weather(.init(delayMs: 20))
      try impatientCollection()
    case .still:
      weather(.init(isStill: true))
      silenced.formUnion(try before.members)
      try impatientCollection()
    }
  }

  private func pid(of victim: InjectedFault.Victim, _ status: ClusterStatus) throws -> Int {
    switch victim {
    case .coordinator: try status.coordinator
    case .node(let place): try status.pid(ofNode: status.members[place])
    }
  }

  private func silence(_ victim: InjectedFault.Victim, _ status: ClusterStatus) {
    if case .node(let place) = victim, let members = try? status.members {
      silenced.insert(members[place])
    }
  }

  func freeze(_ victim: InjectedFault.Victim, _ status: ClusterStatus) throws {
    let pid = pid_t(try pid(of: victim, status))
    silence(victim, status)
    kill(pid, SIGSTOP)
    remedies.append { kill(pid, SIGCONT) }
  }

  /// A collection that may or may not come to its end: what it waits for is the fault.
  private func impatientCollection() throws {
    let reply = try cluster.command(["gc", "--timeout", "1s"], limit: 30)
    #expect([0, 1, 3, 4].contains(reply.code), "\(reply.story)")
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

  // MARK: Files

  /// Nodes are of few words; that the level of their logs was changed, each of them writes.
  /// - Parameter afterwards: when whatever comes after this is undone.
  private func makeEverybodyWrite(afterwards: Bool = false) {
    let level = afterwards ? "info" : "debug"
    // A coordinator that could not write its state has ended, and hears nothing.
    let change = { [cluster] in _ = try cluster.command(["set", "log_level", level]) }
    if afterwards { remedies.append(change) } else { try? change() }
  }

  // MARK: Descriptors

  /// As many as it has are all it gets, and somebody new wants a connection.
  private func exhaust(_ victim: InjectedFault.Victim, _ before: ClusterStatus) throws {
    let pid = try pid(of: victim, before)
    try limit(pid, "nofile", as: "Max open files", to: try Consumption.descriptors(of: pid))
    joining = try cluster.start("up", "--nodes", "\(nodes + 1)")
    foundRoom = false
    if victim == .coordinator {
      // On a busy machine it takes a while until somebody new is there to be turned away. Or nobody
      // has to be: one connection ended just before the next one came.
      let answer = try cluster.event("remark", or: "node_joined", since: struck, within: 60) {
        event in
        guard try event.string("process") == "coordinator",
          try WallInstant(parsing: event.string("time")) >= struck
        else { return false }
        return try event.string("event") == "node_joined"
          || FaultStory.saysNoDescriptor(event.string("text"))
      }
      foundRoom = try answer.string("event") == "node_joined"
      return
    }
    let deadline = Deadline(seconds: 20)
    while try cluster.status().members.count <= nodes {
      if deadline.isOver { throw TestFailure("nobody joins a node without descriptors") }
    }
  }

  /// Whoever came is a member like the others, and leaves again.
  func dismissNewcomer() throws {
    guard let newcomer = joining else { return }
    joining = nil
    let code = try newcomer.child.exitCode(within: 60)
    // Out of descriptors, a coordinator has no ear for who wants to start a node.
    if code != 0 { try cluster.up(nodes: nodes + 1) }
    let members = try cluster.status().members
    guard members.count == nodes + 1, let youngest = members.max() else {
      throw TestFailure("up ended with \(code), and members are \(members)")
    }
    let result = try cluster.json(
      "run", "rings", "--set", "rings=20", "--set", "length=10", "--on",
      ([youngest] + members.filter { $0 != youngest }).map(String.init).joined(separator: ","))
    guard try result.bool("ok") else { throw TestFailure("with the newcomer: \(result)") }
    try cluster.run("down", "--node", "\(youngest)")
  }

  // MARK: A client that does not read

  /// Large answers, asked for until the connection takes no more; cycles are completed meanwhile.
  private func askWithoutReading(_ before: ClusterStatus) throws {
    let coordinator = try before.coordinator
    let size = try Consumption.residentBytes(of: coordinator)
    guard let client = Stranger("ipc://\(cluster.runtime)/ctl"),
      client.greet("deaf", before: Deadline(seconds: 10))
    else { throw TestFailure("the control socket lets nobody in") }
    remedies.append { withExtendedLifetime(client) {} }
    for number in 0..<1_000 {
      let verb = ["heap_show", "metrics", "ps"][number % 3]
      let request =
        #"{"schema":"greywave.control/1","id":"\#(number)","verb":"\#(verb)","arguments":{}}"#
      guard client.sayAll(ZMTP.frame(Array(request.utf8)), before: Deadline(seconds: 20)) else {
        break
      }
    }
    try impatientCollection()
    let grown = try Consumption.residentBytes(of: coordinator) - size
    guard grown < Self.mostMemory / 2 else {
      throw TestFailure("a client that does not read costs \(grown >> 20) MiB")
    }
  }
}
