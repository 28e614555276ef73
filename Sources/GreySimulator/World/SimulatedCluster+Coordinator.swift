// The coordinator in the simulated world: what it hears, what becomes of what it decides, its death
// and its successor.
//
// It can die between any two effects of one turn: what was written down or sent before stays so,
// what was to come after never happens. It can be gone, or stand still, for any time. What nodes
// send meanwhile waits for it or for its successor, as in a socket whose peer is away; what was on
// its way when it died is lost.

import GreyBasics
import GreyEngine
import GreyProtocol

extension SimulatedCluster {
  /// It is there and does not stand still.
  package var isCoordinatorRunning: Bool { isCoordinatorUp && !isCoordinatorStalled }

  func coordinatorInput(_ input: CoordinatorEngineInput) {
    guard isCoordinatorUp else { return }
    if isCoordinatorStalled { return missedByCoordinator.append(input) }
    let effects = coordinator.handle(input, now: coordinatorClock.local(now))
    var left = effects.count
    if diesInTurn, effects.count(where: \.isOfConsequence) > 1 { left = draws.below(left) }
    for effect in effects.prefix(left) { carryOut(effect) }
    if left < effects.count {
      // Of what it decided, only what it wrote down is decided.
      let successor = try? makeCoordinator(durable, coordinatorClock.local(now))
      view.decided = successor?.decidedEpoch ?? view.decided
      return killCoordinator()
    }
    view = CoordinatorView(coordinator, coordinatorClock)
    // Where nobody is left the demand is refused.
    if view.phase != .idle || !view.hasMembers { isAskedToCollect = false }
  }

  private func carryOut(_ effect: CoordinatorEffect) {
    switch effect {
    case .sendToNode(let connection, let bytes, let mayOvertake):
      let index = Self.index(connection)
      if processes[index].isAlive {
        let usesLine = mayOvertake && processes[index].hasLine
        network.send(
          bytes, from: usesLine ? .line(index) : .coordinator, to: .process(index))
      }
    case .reply(let client, let bytes):
      network.send(bytes, from: .coordinator, to: .client(Self.index(client)))
    case .watch: break
    case .persist(let bytes): durable = bytes
    case .log(let event, _): events.append((-1, event))
    case .exit: break
    }
  }

  /// Gone, and every connection with it.
  package func killCoordinator() {
    guard isCoordinatorUp else { return }
    isCoordinatorUp = false
    isCoordinatorStalled = false
    missedByCoordinator = []
    diesInTurn = false
    isAskedToCollect = false
    network.cut(.coordinator)
    let decided = view.decided
    view = CoordinatorView()
    view.decided = decided
    for process in processes {
      process.hasLine = false
      input(process, .coordinatorLost)
    }
  }

  /// Another one starts from what the last one had written down.
  package func reviveCoordinator() throws {
    guard !isCoordinatorUp else { return }
    coordinator = try makeCoordinator(durable, coordinatorClock.local(now))
    isCoordinatorUp = true
    view = CoordinatorView(coordinator, coordinatorClock)
    for process in processes { input(process, .coordinatorReached) }
  }

  package func restartCoordinator() throws {
    killCoordinator()
    try reviveCoordinator()
  }

  func stallCoordinator() -> Bool {
    guard isCoordinatorRunning else { return false }
    isCoordinatorStalled = true
    return true
  }

  func wakeCoordinator() {
    guard isCoordinatorStalled else { return }
    isCoordinatorStalled = false
    let missed = missedByCoordinator
    missedByCoordinator = []
    for item in missed { coordinatorInput(item) }
  }

  static func connection(_ index: Int) -> RoutingName {
    [UInt8(truncatingIfNeeded: index + 1), UInt8(truncatingIfNeeded: (index + 1) >> 8)]
  }
  private static func index(_ connection: RoutingName) -> Int {
    Int(connection[0]) + Int(connection[1]) << 8 - 1
  }
}

extension CoordinatorEffect {
  /// Somebody or something outside is another one for it.
  fileprivate var isOfConsequence: Bool {
    switch self {
    case .sendToNode, .persist: true
    case .reply, .watch, .log, .exit: false
    }
  }
}
