// Two links on a perfect network without delay, for tests that look at single steps.

import GreyBasics
import GreyProtocol
import GreyWire

struct LinkPair {
  var now = Moment(nanoseconds: 1_000_000_000)
  var a: Link
  var b: Link
  /// What b's engine was handed, and what a's and b's links said besides frames.
  var delivered: [(sequence: UInt64, payload: [UInt8])] = []
  var saidByA: [LinkAction] = []
  var saidByB: [LinkAction] = []

  init(_ configuration: LinkConfiguration = LinkConfiguration()) {
    a = Self.link(1, 2, configuration)
    b = Self.link(2, 1, configuration)
    exchange(a.handle(.reconnected, now: now), [])
    exchange([], b.handle(.reconnected, now: now))
    wait(.milliseconds(5))
  }

  static func link(
    _ local: Int, _ peer: Int, _ configuration: LinkConfiguration = LinkConfiguration(),
    cluster: String = "pair", version: UInt16 = WireVersion.current, term: UInt64 = 3
  ) -> Link {
    Link(
      identity: LinkIdentity(
        local: NodeID(local), peer: NodeID(peer), cluster: cluster, version: version),
      term: Term(rawValue: term), configuration: configuration)
  }

  /// Carries frames to and fro until neither side has more to say.
  mutating func exchange(_ fromA: [LinkAction], _ fromB: [LinkAction]) {
    var fromA = fromA
    var fromB = fromB
    while !fromA.isEmpty || !fromB.isEmpty {
      var nextA: [LinkAction] = []
      var nextB: [LinkAction] = []
      for action in fromA {
        if case .transmit(let frame) = action {
          b.handle(.frame(frame), now: now, into: &nextB)
        } else {
          saidByA.append(action)
        }
      }
      for action in fromB {
        switch action {
        case .transmit(let frame): a.handle(.frame(frame), now: now, into: &nextA)
        case .deliver(let sequence, let payload): delivered.append((sequence, payload))
        default: saidByB.append(action)
        }
      }
      fromA = nextA
      fromB = nextB
    }
  }

  mutating func send(_ payload: [UInt8], transit: UInt64 = 0) {
    exchange(a.handle(.enqueue(payload: payload, transit: transit), now: now), [])
  }

  mutating func accept(_ sequence: UInt64) {
    exchange([], b.handle(.accepted(sequence: sequence), now: now))
  }

  mutating func place(_ sequence: UInt64) {
    exchange([], b.handle(.placed(sequence: sequence), now: now))
  }

  /// Lets the time pass and both sides do what is due.
  mutating func wait(_ time: Duration) {
    now = now + time
    exchange(a.handle(.tick, now: now), b.handle(.tick, now: now))
  }
}

extension LinkAction {
  var frame: LinkFrame? { if case .transmit(let frame) = self { frame } else { nil } }
  var acknowledgement: Acknowledgement? {
    switch frame {
    case .acknowledge(let acknowledgement): acknowledgement
    case .data(_, _, let acknowledgement, _): acknowledgement
    default: nil
    }
  }
  var sequence: UInt64? {
    if case .data(let sequence, _, _, _) = frame { sequence } else { nil }
  }
}
