// What can go wrong with real processes, and where.

import Glibc

enum FaultKind: String, CaseIterable {
  /// SIGKILL.
  case killed
  /// SIGSTOP until a collection has given up waiting, then SIGCONT.
  case frozen
  /// SIGSTOP until the others have fenced it, then SIGCONT.
  case fenced
  /// No byte can be written to any file.
  case diskFull = "disk full"
  /// No file or connection can be opened.
  case noDescriptors = "out of descriptors"
  /// A client does not read what it is told.
  case stoppedClient = "a client that stands still"
  /// Every connection is closed.
  case cut = "connections cut"
  case halfClosed = "connections half closed"
  case delayed = "network slow"
  case still = "network still"

  var needsForwarder: Bool {
    switch self {
    case .cut, .halfClosed, .delayed, .still: true
    default: false
    }
  }
  /// Has one process for its victim.
  var hasVictim: Bool {
    switch self {
    case .killed, .frozen, .fenced, .diskFull, .noDescriptors: true
    default: false
    }
  }
}

struct InjectedFault: CustomStringConvertible {
  enum Victim: Hashable {
    case coordinator
    /// The n-th of the members.
    case node(Int)
  }
  let kind: FaultKind
  let victim: Victim?
  let point: FaultPoint

  var description: String {
    let who =
      switch victim {
      case .coordinator: "the coordinator "
      case .node(let place): "member \(place) "
      case nil: ""
      }
    return "\(who)\(kind.rawValue), \(point.rawValue)"
  }

  init(from random: inout FaultRandom, nodes: Int, hasForwarder: Bool) {
    let kinds = FaultKind.allCases.filter { hasForwarder || !$0.needsForwarder }
    // Every other one is a death or a sleep: these have the most ways to go wrong.
    let kind: FaultKind =
      random.below(2) == 0
      ? [.killed, .frozen, .fenced][random.below(3)] : kinds[random.below(kinds.count)]
    self.kind = kind
    // A coordinator is not fenced by anybody.
    let ofCoordinator = kind != .fenced && random.below(3) == 0
    victim = !kind.hasVictim ? nil : ofCoordinator ? .coordinator : .node(random.below(nodes))
    point = FaultPoint.allCases[random.below(FaultPoint.allCases.count)]
  }
}

/// SplitMix64: the same faults from the same seed.
struct FaultRandom {
  private var state: UInt64
  init(seed: UInt64) { state = seed }

  mutating func below(_ limit: Int) -> Int {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return Int((z ^ (z >> 31)) % UInt64(limit))
  }
}
