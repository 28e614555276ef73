// What goes wrong in the toy world, when, and how it ends: troubles for a while, then none, and
// then everything must come to rest.

import GreyBasics
import GreyWire

@testable import GreyProtocol

extension ToyWorld {
  static let troubledFor: Duration = .seconds(12)

  /// One history: troubles, healing, and the demand that every wait ends.
  /// A violation is lived a second time, for its story.
  @discardableResult
  static func live(_ seed: UInt64, rules: RuleSet = .all, troubles: Troubles? = nil) throws
    -> ToyWorld
  {
    do {
      return try live(seed, rules, troubles, isTracing: false)
    } catch is Violation {
      return try live(seed, rules, troubles, isTracing: true)
    }
  }

  private static func live(
    _ seed: UInt64, _ rules: RuleSet, _ troubles: Troubles?, isTracing: Bool
  ) throws -> ToyWorld {
    let world = try ToyWorld(seed: seed, rules: rules, troubles: troubles, isTracing: isTracing)
    world.scheduleTroubles()
    let healing = Moment.zero + troubledFor
    try world.run(until: healing)
    try world.heal()
    return world
  }

  private func scheduleTroubles() {
    func schedule(_ trouble: Trouble, _ count: Int) {
      for _ in 0..<count {
        let at = Int(Self.troubledFor.nanoseconds)
        queue.schedule(.trouble(trouble), at: Moment(nanoseconds: UInt64(random.below(at))))
      }
    }
    schedule(.collect, 6)
    schedule(.death, troubles.deaths)
    schedule(.freeze, troubles.freezes)
    schedule(.join, troubles.joins)
    schedule(.leave, troubles.leaves)
    schedule(.connectionBreak, troubles.breaks)
    schedule(.crash, troubles.crashes)
    schedule(.inspect, troubles.inspections)
  }

  private func someProcess() -> Int? {
    let alive = nodes.indices.filter { nodes[$0].isAlive }
    return alive.isEmpty ? nil : alive[random.below(alive.count)]
  }

  func make(_ trouble: Trouble) throws {
    log("-- \(trouble)")
    switch trouble {
    case .collect: try collectOrTrigger()
    case .death:
      guard let process = someProcess() else { return }
      nodes[process].isAlive = false
      let node = nodes[process].id
      // Its pid is watched, or it is only silent.
      if random.chance(2, in: 3), node != .none {
        queue.schedule(
          .coordinator(generation: coordinatorGeneration, .died(node, reason: "killed")),
          at: now + .milliseconds(random.below(500)))
      }
    case .freeze:
      guard let process = someProcess() else { return }
      nodes[process].frozenUntil = now + .milliseconds(random.below(15_000))
    case .join: try startNode()
    case .leave:
      guard let process = someProcess() else { return }
      if random.chance(1, in: 2) {
        try give(.leaveRequested, to: process)
      } else {
        try give(.removeMember(nodes[process].id))
      }
    case .connectionBreak:
      guard let process = someProcess() else { return }
      queue.removeAll {
        switch $0 {
        case .toNode(process, _, _), .toCoordinator(process, _, _, _): true
        default: false
        }
      }
      try give(.coordinatorLost, to: process)
    case .crash: try crash()
    case .restart: if coordinator == nil { try startCoordinator() }
    case .inspect:
      nextRequest += 1
      try give(.inspect(request: nextRequest, lease: .seconds(8)))
    }
  }

  private func collectOrTrigger() throws {
    if random.chance(1, in: 4) {
      try give(.collect(.heap(heapBytes: 2, triggerBytes: 1), stepped: false))
    } else if coordinator != nil {
      try collect()
    }
  }

  /// The coordinator dies, possibly in the middle of carrying out its actions.
  func crash() throws {
    guard var machine = coordinator else { return }
    let actions = machine.handle(
      random.chance(1, in: 2) ? .collect(.periodic, stepped: false) : .tick, now: now)
    for action in actions.prefix(random.below(actions.count + 1)) { try perform(action) }
    coordinator = nil
    coordinatorGeneration += 1
    openRequests = []
    if !troubles.staysDown {
      queue.schedule(.trouble(.restart), at: now + .milliseconds(random.below(14_000)))
    }
  }

  private func heal() throws {
    isHealed = true
    let patience = now + .seconds(100)
    // Whatever was begun ends: open requests are answered, everyone runs, nobody waits to join.
    while now < patience, !isAtRest { try step() }
    guard isAtRest else { throw violated("no rest after healing: \(unrest)") }
    guard !troubles.staysDown, nodes.contains(where: \.isAlive) else { return }
    try collect()
    let later = now + .seconds(30)
    while now < later, !isAtRest { try step() }
    guard isAtRest else { throw violated("the last cycle does not end: \(unrest)") }
  }

  var isAtRest: Bool { unrest.isEmpty }

  /// What still waits for something.
  var unrest: String {
    if troubles.staysDown, coordinator == nil {
      // Without a coordinator all nodes exit in the end.
      return nodes.contains(where: \.isAlive) ? "orphans live" : ""
    }
    guard let coordinator else { return "no coordinator" }
    if coordinator.phase != .idle { return "the coordinator is \(coordinator.phase)" }
    if !openRequests.isEmpty { return "requests \(openRequests.sorted()) are open" }
    if coordinator.sweep != nil { return "sweeping is not over" }
    for (process, toy) in nodes.enumerated() where toy.isAlive {
      if toy.frozenUntil > now { return "process \(process) is frozen" }
      if toy.machine.isLeaving { return "process \(process) is leaving" }
      if toy.machine.phase != .running { return "process \(process) is \(toy.machine.phase)" }
      if toy.pause != nil { return "process \(process) is paused" }
      if coordinator.members[toy.id] == nil { return "process \(process) is no member" }
      if toy.machine.term != coordinator.term { return "process \(process) has another term" }
      for listed in toy.everListed.elements
      where coordinator.members[listed] == nil && !toy.machine.fenced.contains(listed) {
        return "\(toy.id) would still listen to \(listed)"
      }
    }
    for node in coordinator.members.keys {
      if let process = owners[node], !nodes[process].isAlive { return "\(node) is not fenced" }
    }
    return ""
  }
}
