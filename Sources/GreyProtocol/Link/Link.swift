// One end of the link between two nodes: both directions, as a value. Frames and time come in,
// frames and messages go out.
//
// ZeroMQ loses what was in flight when a connection breaks, and drops what it sends to a peer that
// is gone. The link makes of this exactly one delivery, in order, of every message, for as long as
// both incarnations live; and it tells the sender two things about each:
//
//   received  (cumulative)  the receiver's engine has taken it. The copy for resending is dropped
//                           and the window moves on. An engine whose inbox is full does not take:
//                           so its sender's window closes, and memory stays bounded at both ends.
//   placed    (by number)   its references lie where the receiver's collector finds them. Only now
//                           may the sender drop the root that has kept them alive meanwhile.
//
// A third number, `arrived`, says what need not be sent again although nobody has taken it yet:
// without it a slow receiver would be sent its whole window again and again.
//
// All three ride on data frames of the other direction, or go alone after 5 ms; none of them waits
// for a window, so two nodes with full windows towards each other still make progress. The first
// two are repeated by every later acknowledgement. A lost `placed` is not: the sender asks for
// roots that it has held for long (`query`), and the receiver, which remembers what it has *not*
// placed, answers for every other message that it has.
//
// A message is larger than a frame at times: it is cut, each part has a number of its own, and the
// message goes by its last one. The window lets whole messages pass: begun when there is room,
// finished in any case. So it is overshot by one message at most, and never waits for itself.
//
// Messages of an incarnation are numbered once: a reconnection only repeats the hello and what has
// not arrived. `Link+Hello` says who is refused. Fencing the peer drops everything.

import GreyBasics
import GreyWire

package enum LinkInput: Hashable, Sendable {
  /// A message for the peer. `transit` names the root that its sender holds; zero for none.
  /// Taken also when the window is full (answers must go out for requests to come in): whoever
  /// makes new requests and batches looks at `isFull` first.
  case enqueue(payload: [UInt8], transit: UInt64)
  case frame(LinkFrame)
  /// The engine has taken the delivered message of this number. In any order.
  case accepted(sequence: UInt64)
  /// The message of this number has been placed: before or after `accepted`.
  case placed(sequence: UInt64)
  /// The connection is there, for the first time or again.
  case reconnected
  /// A new coordinator reigns.
  case term(Term)
  /// The peer's incarnation is dead: everything is discarded, now and from now on.
  case fence
  /// A deadline has come.
  case tick
}

package enum LinkAction: Hashable, Sendable {
  case transmit(LinkFrame)
  /// In the order of sending, each once. The engine answers `accepted` when it has room for it.
  case deliver(sequence: UInt64, payload: [UInt8])
  /// The receiver has placed the message of this root, or was fenced and never will.
  case released(transit: UInt64)
  /// Nothing more than answers should be enqueued …
  case windowFull
  /// … until half the window is free again.
  case windowOpened
  /// Nothing of what was sent has been confirmed for so long: make the connection anew, and say
  /// `reconnected`.
  case quiet(for: Duration)
  /// The peer's hello was refused, and it was told why.
  case refused(reason: String)
  /// The peer refused ours. Told once for each reason; hellos go on with the usual delays.
  case refusedByPeer(reason: String)
  /// A frame that no correct peer sends; it changed nothing.
  case violation(String)
}

package struct Link: Hashable, Sendable {
  package let identity: LinkIdentity
  package let configuration: LinkConfiguration
  package private(set) var term: Term
  @Uncompared package internal(set) var statistics = LinkStatistics()

  let dropsDuplicates: Bool
  let tellsPlacedOnlyAfterPlacing: Bool

  var sending: Sending
  var receiving: Receiving
  var greeting = Greeting()
  package private(set) var isFenced = false

  package init(
    identity: LinkIdentity, term: Term, configuration: LinkConfiguration = LinkConfiguration(),
    rules: RuleSet = .all
  ) {
    self.identity = identity
    self.configuration = configuration
    self.term = term
    dropsDuplicates = rules.contains(.linkSequence)
    tellsPlacedOnlyAfterPlacing = rules.contains(.placedAfterPlacement)
    sending = Sending(configuration)
    receiving = Receiving()
  }

  package mutating func handle(_ input: LinkInput, now: Moment) -> [LinkAction] {
    var actions: [LinkAction] = []
    handle(input, now: now, into: &actions)
    return actions
  }

  /// The same without an array for each call.
  package mutating func handle(
    _ input: LinkInput, now: Moment, into actions: inout [LinkAction]
  ) {
    if isFenced { return handleFenced(input, into: &actions) }
    switch input {
    case .enqueue(let payload, let transit):
      enqueue(payload, transit: transit, now: now, into: &actions)
    case .frame(let frame): handle(frame, now: now, into: &actions)
    case .accepted(let sequence): accepted(sequence, now: now, into: &actions)
    case .placed(let sequence): placed(sequence, now: now, into: &actions)
    case .reconnected: reconnected(now: now, into: &actions)
    case .term(let newer):
      guard newer > term else { return }
      term = newer
      greetAgain(now: now, into: &actions)
    case .fence: fence(into: &actions)
    case .tick: tick(now: now, into: &actions)
    }
  }

  private mutating func handle(
    _ frame: LinkFrame, now: Moment, into actions: inout [LinkAction]
  ) {
    switch frame {
    case .hello(let version, let cluster, let term, let from, let to, let next):
      let hello = PeerHello(
        version: version, cluster: cluster, term: term, from: from, to: to, next: next)
      return heard(hello, now: now, into: &actions)
    case .refuse(let reason): return heardRefusal(reason, into: &actions)
    case .data, .acknowledge, .query: break
    }
    // Before its hello nobody knows whose frames these are. They come again.
    guard greeting.peerIsKnown else {
      statistics.dropped += 1
      return
    }
    switch frame {
    case .data(let sequence, let flags, let acknowledgement, let payload):
      if let acknowledgement { acknowledged(acknowledgement, now: now, into: &actions) }
      arrived(sequence, flags, payload, now: now, into: &actions)
    case .acknowledge(let acknowledgement):
      acknowledged(acknowledgement, now: now, into: &actions)
    case .query(let placed): queried(placed, now: now, into: &actions)
    case .hello, .refuse: break
    }
  }

  /// When `tick` is wanted next; nil while nothing is owed by or to anybody.
  package var nextDeadline: Moment? {
    let next = min(
      receiving.acknowledgeAt, min(sending.resendAt, sending.queryAt))
    return next == .distantFuture ? nil : next
  }

  private mutating func tick(now: Moment, into actions: inout [LinkAction]) {
    if now >= sending.resendAt { resendIsDue(now: now, into: &actions) }
    if now >= sending.queryAt { queryIsDue(now: now, into: &actions) }
    if now >= receiving.acknowledgeAt { sendAcknowledgement(now: now, into: &actions) }
  }

  /// Every root is released: nobody will place what it protects, and what only that peer kept
  /// alive is garbage.
  private mutating func fence(into actions: inout [LinkAction]) {
    isFenced = true
    for transit in sending.roots { actions.append(.released(transit: transit)) }
    statistics.discarded += UInt64(sending.entries.count)
    sending = Sending(configuration)
    receiving = Receiving()
    greeting = Greeting()
  }

  private mutating func handleFenced(_ input: LinkInput, into actions: inout [LinkAction]) {
    switch input {
    case .enqueue(_, let transit):
      statistics.discarded += 1
      if transit != 0 { actions.append(.released(transit: transit)) }
    case .frame: statistics.discarded += 1
    case .accepted, .placed, .reconnected, .term, .fence, .tick: break
    }
  }

  /// Every frame but the hello itself leaves through here: the hello goes first.
  mutating func transmit(_ frame: LinkFrame, now: Moment, into actions: inout [LinkAction]) {
    if !greeting.isSent { sendHello(now: now, into: &actions) }
    actions.append(.transmit(frame))
  }

  mutating func violation(_ text: String, into actions: inout [LinkAction]) {
    statistics.violations += 1
    actions.append(.violation("\(identity.peer) \(text)"))
  }
}
