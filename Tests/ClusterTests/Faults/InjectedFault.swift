// What can go wrong with real processes, and where.

import Glibc

enum FaultKind: String, CaseIterable {
  /// SIGKILL.
  case killed
  /// SIGSTOP until a collection has given up waiting, then SIGCONT.
  case frozen
  /// SIGSTOP until the others have fenced it, then SIGCONT.
  case fenced
  /// The file system of the records has no room, for nobody.
  case diskFull = "disk full"
  /// One process may not write to any file (a limit of the size of files).
  case noWrites = "nothing can be written"
  /// No file or connection can be opened, while a node joins.
  case noDescriptors = "out of descriptors"
  /// A client asks for large answers, very many of them, and reads none.
  case deafClient = "a client that does not read"
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
    case .killed, .frozen, .fenced, .noWrites, .noDescriptors: true
    default: false
    }
  }
  /// Whoever does not answer for so long may be given up by the others: on a busy machine, a
  /// process that was frozen for a second can be.
  var maySilence: Bool {
    switch self {
    case .killed, .frozen, .fenced, .still: true
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

  /// Without what was drawn: what recoveries are counted by.
  var name: String {
    switch victim {
    case .coordinator: "the coordinator: \(kind.rawValue)"
    case .node: "a node: \(kind.rawValue)"
    case nil: kind.rawValue
    }
  }

  init(from random: inout FaultRandom, nodes: Int, hasForwarder: Bool, hasDisk: Bool) {
    let kinds = FaultKind.allCases.filter {
      (hasForwarder || !$0.needsForwarder) && (hasDisk || $0 != .diskFull)
    }
    // Every other one is a death or a sleep: these have the most ways to go wrong.
    let kind: FaultKind =
      random.below(2) == 0
      ? [.killed, .frozen, .fenced][random.below(3)] : kinds[random.below(kinds.count)]
    self.kind = kind
    // A coordinator is not fenced by anybody.
    let ofCoordinator = kind != .fenced && random.below(3) == 0
    victim = !kind.hasVictim ? nil : ofCoordinator ? .coordinator : .node(random.below(nodes))
    let drawn: FaultPoint =
      random.below(2) == 0 ? .free : FaultPoint.allCases[random.below(FaultPoint.allCases.count)]
    // Nobody joins while a cycle is held, and so no node needs a descriptor.
    point = kind == .noDescriptors && !ofCoordinator ? .free : drawn
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
