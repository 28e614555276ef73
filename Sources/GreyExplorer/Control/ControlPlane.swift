// The production machines and the connections between them, behind small numbers.
//
// Four kinds of values are interned: a node's protocol side (its `NodeMachine`, its `BatchGate`,
// the members it was armed with), the coordinator's machine, messages, and what lies on a
// connection (one FIFO each way between a node and the coordinator, as ZeroMQ gives it; with stop
// lines two, of which the list holds the line's messages first). What an input does is computed
// once, by the production code, and looked up from then on.
//
// Steps that need nobody's time are taken at once with the one that asks for them: workers park
// when they are told to (unless leases are explored, where parking is a step of its own), a
// preparation ends, a sweep ends. That loses no interleaving: the message that asks may itself be
// delivered as late as one likes, and until then everything is as if it had asked and not been
// answered. What a node's tasks and collectors do depends on none of these in between.

import GreyBasics
import GreyProtocol
import GreyWire

/// A node's protocol side.
struct NodePart: Hashable {
  var machine: NodeMachine
  var gate: BatchGate
  /// The other members of the epoch it is armed for, a bit each.
  var peers: UInt8 = 0
}

/// On its way from the coordinator or to it.
struct ControlItem: Hashable {
  enum Message: Hashable {
    case down(CoordinatorMessage)
    case up(NodeMessage)
  }
  var term: Term
  var message: Message

  var isFromNode: Bool {
    if case .up = message { true } else { false }
  }

  var mayOvertake: Bool {
    switch message {
    case .down(let message): message.mayOvertake
    case .up(let message): message.mayOvertake
    }
  }
}

/// What a node's machine wants of the world around it.
enum NodeEffect: Hashable {
  case up(UInt32)
  case arm
  /// A batch that had been held is shaded.
  case early(from: UInt8, object: UInt8)
  case sweep
  case abort
  case clear
  case sample
  case fence(UInt8)
  case exit
}

struct NodeOutcome {
  var next: UInt32
  var effects: [NodeEffect]
}

struct CoordinatorOutcome {
  var next: UInt32
  var sends: [(to: UInt8, item: UInt32)]
}

/// What the search asks of a node's part again and again.
struct NodeFacts {
  var armed: UInt8
  var isParked: Bool
  var isPauseAsked: Bool
  var isPausing: Bool
  var isInCycle: Bool
  var isUntouchedByPrepare: Bool
  var hasExited: Bool
  /// It has an id.
  var isMember: Bool
  /// Places of the nodes that it takes for members, and of those that it has fenced.
  var members: UInt8
  var fenced: UInt8
  var peers: UInt8
  /// Cells in batches that its gate holds.
  var heldCells: UInt8
  /// The stop that holds it; zero when none does.
  var stop: UInt8
  var stopMask: UInt64
}

struct CoordinatorFacts {
  var phase: CoordinatorPhase
  var stop: UInt8
  var awaitsCounts: Bool
  var isMarking: Bool
  var isQuiet: Bool
  var couldBegin: Bool
  /// Places of the members.
  var members: UInt8
  var stopMask: UInt64
  var lastStop: UInt8
}

/// What kind of control message lies at the head of a connection.
enum ItemKind: UInt8 {
  case other, prepare, prepared, stopped, stopReport, swept, fenced, members, report, hello
}

struct ItemFacts {
  var kind: ItemKind
  /// It goes over the stop line.
  var isOnLine: Bool
  var stopMask: UInt64
}

/// What lies on the way between a node and the coordinator, in one direction.
struct ChannelFacts {
  struct Lane {
    /// The next message, and the channel without it.
    var head: UInt32
    var rest: UInt32
  }
  var first: Lane
  /// Messages of the connection behind those of the line.
  var second: Lane?
  var stopMask: UInt64
}

final class ControlPlane {
  let scope: Scope
  var parts = Interner<NodePart>()
  var coordinators = Interner<CoordinatorMachine>()
  var items = Interner<ControlItem>()
  var channels = Interner<[UInt32]>()
  var partFacts: [NodeFacts] = []
  var coordinatorFacts: [CoordinatorFacts] = []
  var itemFacts: [ItemFacts] = []
  var channelFacts: [ChannelFacts] = []

  var nodeMemo = Memo()
  var nodeOutcomes: [NodeOutcome] = []
  var coordinatorMemo = Memo()
  var coordinatorOutcomes: [CoordinatorOutcome] = []
  var pushMemo = Memo()

  // Where values were first met, and what they are under other names.
  var nodeOutcomeKeys: [UInt64] = []
  var coordinatorOutcomeKeys: [UInt64] = []
  var partOrigins: [Origin] = []
  var coordinatorOrigins: [Origin] = []
  var itemOrigins: [Origin] = []
  /// Items that a node has sent, not the coordinator.
  var itemsOfNodes: [Bool] = []
  var images: [Images] = []

  /// Stands for a coordinator that is dead: one without members, to whom nobody speaks.
  private(set) var silent: UInt32 = 0
  var renameMemo: [RenameKey: UInt32] = [:]

  init(_ scope: Scope) {
    self.scope = scope
    // Number 0 is the empty connection.
    _ = channel([])
    silent = coordinator(
      CoordinatorMachine.start(Self.configuration(scope), now: .zero).machine, .given(0))
  }

  static func node(_ place: Int) -> NodeID { NodeID(place + 1) }
  static func place(_ node: NodeID) -> Int { Int(node.rawValue) - 1 }

  /// Nothing is due by itself: limits pass when the search says so.
  static func configuration(_ scope: Scope) -> ProtocolConfiguration {
    var timeouts = Timeouts()
    let never = Duration.seconds(100_000_000)
    timeouts.heartbeat = never
    timeouts.fenceAfter = never
    timeouts.resend = never
    timeouts.askForReports = never
    timeouts.orphan = never
    timeouts.candidateBackoff = .zero
    timeouts.candidateBackoffLimit = .zero
    timeouts.stopBackoff = .zero
    timeouts.stopBackoffLimit = .zero
    return ProtocolConfiguration(cluster: "explored", timeouts: timeouts, rules: scope.rules)
  }

  static func identity(_ place: Int) -> NodeIdentity {
    NodeIdentity(
      cluster: "explored", pid: UInt32(place + 1), processStart: 1, host: "here",
      endpoint: "node \(place + 1)")
  }

  // MARK: interning

  func part(_ value: NodePart, _ origin: Origin) -> UInt32 {
    let (number, isNew) = parts.number(of: value)
    if isNew {
      partOrigins.append(origin)
      let machine = value.machine
      partFacts.append(
        NodeFacts(
          armed: UInt8(machine.armedEpoch.rawValue), isParked: machine.areWorkersParked,
          isPauseAsked: machine.pauseNumber != nil && !machine.areWorkersParked,
          isPausing: machine.isPausing, isInCycle: machine.isInCycle,
          isUntouchedByPrepare: machine.isUntouchedByPrepare,
          hasExited: machine.hasExited, isMember: machine.node != .none,
          members: Self.places(machine.members.map(\.node)),
          fenced: Self.places(machine.fenced.elements), peers: value.peers,
          heldCells: value.gate.held.reduce(0) { cells, batch in
            batch.references.granules.reduce(cells) { $0 | 1 << UInt8($1) }
          },
          stop: UInt8(machine.stopInForce?.number.rawValue ?? 0),
          stopMask: Self.mask(machine.stopNumbers)))
    }
    return number
  }

  func coordinator(_ value: CoordinatorMachine, _ origin: Origin) -> UInt32 {
    let (number, isNew) = coordinators.number(of: value)
    if isNew {
      coordinatorOrigins.append(origin)
      coordinatorFacts.append(
        CoordinatorFacts(
          phase: value.phase, stop: UInt8(value.phase.stop?.rawValue ?? 0),
          awaitsCounts: value.awaitsCounts, isMarking: value.marksNow, isQuiet: value.isQuiet,
          couldBegin: value.couldBegin,
          members: Self.places(value.memberList.map(\.node)),
          stopMask: Self.mask(value.stopNumbers),
          lastStop: UInt8(value.lastStopNumber.rawValue)))
    }
    return number
  }

  func item(_ value: ControlItem, _ origin: Origin) -> UInt32 {
    let (number, isNew) = items.number(of: value)
    if isNew {
      itemOrigins.append(origin)
      itemsOfNodes.append(value.isFromNode)
      itemFacts.append(
        ItemFacts(
          kind: Self.kind(value.message), isOnLine: scope.hasStopLines && value.mayOvertake,
          stopMask: Self.mask(value.stopNumbers)))
    }
    return number
  }

  func channel(_ value: [UInt32]) -> UInt32 {
    if let first = value.first {
      // Those first, so that they have their facts before this one.
      let rest = channel(Array(value.dropFirst()))
      var second: ChannelFacts.Lane?
      if itemFacts[Int(first)].isOnLine,
        let index = value.firstIndex(where: { !itemFacts[Int($0)].isOnLine })
      {
        var others = value
        second = .init(head: others.remove(at: index), rest: channel(others))
      }
      let (number, isNew) = channels.number(of: value)
      if isNew {
        channelFacts.append(
          ChannelFacts(
            first: .init(head: first, rest: rest), second: second,
            stopMask: value.reduce(0) { $0 | itemFacts[Int($1)].stopMask }))
      }
      return number
    }
    let (number, isNew) = channels.number(of: [])
    if isNew {
      channelFacts.append(ChannelFacts(first: .init(head: 0, rest: 0), stopMask: 0))
    }
    return number
  }

  func push(_ item: UInt32, on channel: UInt32) -> UInt32 {
    let key = UInt64(channel) << 32 | UInt64(item)
    if let known = pushMemo[key] { return known }
    var items = channels[channel]
    let place =
      itemFacts[Int(item)].isOnLine ? items.firstIndex { !itemFacts[Int($0)].isOnLine } : nil
    items.insert(item, at: place ?? items.count)
    let longer = self.channel(items)
    pushMemo.insert(key, longer)
    return longer
  }

  private static func places(_ nodes: [NodeID]) -> UInt8 {
    nodes.reduce(0) { $0 | 1 << UInt8(place($1)) }
  }

  static func mask(_ numbers: [StopNumber]) -> UInt64 {
    numbers.reduce(0) { $0 | 1 << $1.rawValue } & ~1
  }

  static func kind(_ message: ControlItem.Message) -> ItemKind {
    switch message {
    case .down(.prepare): .prepare
    case .down(.members): .members
    case .up(.prepared): .prepared
    case .up(.stopped): .stopped
    case .up(.swept): .swept
    case .up(.fenced): .fenced
    // Within stop 2 it is an answer to a stop, and no matter of detectors.
    case .up(.report(let report)) where report.stop == .zero: .report
    case .up(.report): .stopReport
    case .up(.hello): .hello
    default: .other
    }
  }
}
