// Who may speak on a link.
//
// Each side says hello when its connection is there, before anything else and again until the
// other side has acknowledged something. Nothing is taken from a peer whose hello was not heard.
// Refused, with a text that names both sides: another wire version, another cluster, a term lower
// than ours (its coordinator is deposed; the peer says hello again once it has heard of the new
// one), and another incarnation than the two that this link is between. A higher term is no
// reason: then we have not heard yet.

import GreyBasics
import GreyWire

struct Greeting: Hashable, Sendable {
  /// Our hello went out since the connection was made.
  var isSent = false
  /// The peer has acknowledged something since.
  var isAnswered = false
  /// The peer's hello was accepted.
  var peerIsKnown = false
  /// The last reason told, so that a repeated one does not fill the log.
  var refusal: String?
}

struct PeerHello {
  var version: UInt16
  var cluster: String
  var term: Term
  var from: NodeID
  var to: NodeID
  var next: UInt64
}

extension Link {
  /// The peer answers since the last reconnection, and what had to be sent again was.
  package var isReestablished: Bool {
    greeting.isAnswered && sending.resendFrom >= sending.resendEnd
  }

  /// Says who we are and where our numbers go on; the timer repeats it until it is answered.
  mutating func sendHello(now: Moment, into actions: inout [LinkAction]) {
    greeting.isSent = true
    actions.append(
      .transmit(
        .hello(
          version: identity.version, cluster: identity.cluster, term: term,
          from: identity.local, to: identity.peer, next: sending.arrived + 1)))
    if sending.resendAt == .distantFuture { sending.resendAt = now + sending.resendDelay }
  }

  /// The connection is new: what was on its way is lost, in both directions.
  mutating func reconnected(now: Moment, into actions: inout [LinkAction]) {
    greeting.isAnswered = false
    sending.resendDelay = configuration.resendAfter
    sending.resendAt = .distantFuture
    sendHello(now: now, into: &actions)
    if greeting.peerIsKnown { sendAcknowledgement(now: now, into: &actions) }
    startResending(now: now, into: &actions)
    askForPlaced(now: now, into: &actions)
  }

  mutating func heard(_ hello: PeerHello, now: Moment, into actions: inout [LinkAction]) {
    if let reason = refusal(of: hello) {
      statistics.hellosRefused += 1
      actions.append(.transmit(.refuse(reason: reason)))
      actions.append(.refused(reason: reason))
      return
    }
    guard hello.next <= receiving.arrived + 1 else {
      return violation(
        "goes on with frame \(hello.next), but \(receiving.arrived + 1) is missing",
        into: &actions)
    }
    let isFirst = !greeting.peerIsKnown
    greeting.peerIsKnown = true
    // The peer may have come only now, and have heard nothing of what we said before.
    if isFirst { greetAgain(now: now, into: &actions) }
    sendAcknowledgement(now: now, into: &actions)
  }

  /// Something changed that may turn an unheard or refused hello into an accepted one.
  mutating func greetAgain(now: Moment, into actions: inout [LinkAction]) {
    guard greeting.isSent, !greeting.isAnswered else { return }
    sending.resendDelay = configuration.resendAfter
    sending.resendAt = .distantFuture
    sendHello(now: now, into: &actions)
    startResending(now: now, into: &actions)
  }

  /// Why the peer may not speak here; nil when it may.
  private func refusal(of hello: PeerHello) -> String? {
    if hello.version != identity.version {
      return "wire version \(hello.version) of \(hello.from) is refused: "
        + "\(identity.local) speaks version \(identity.version)"
    }
    if hello.cluster != identity.cluster {
      return "\(hello.from) of cluster '\(hello.cluster)' is refused: "
        + "\(identity.local) belongs to cluster '\(identity.cluster)'"
    }
    if hello.from != identity.peer || hello.to != identity.local {
      return "a link from \(hello.from) to \(hello.to) is refused: "
        + "this one is from \(identity.peer) to \(identity.local)"
    }
    if hello.term < term {
      return "term \(hello.term) of \(hello.from) is refused: "
        + "\(identity.local) is in term \(term)"
    }
    return nil
  }

  mutating func heardRefusal(_ reason: String, into actions: inout [LinkAction]) {
    guard greeting.refusal != reason else { return }
    greeting.refusal = reason
    actions.append(.refusedByPeer(reason: reason))
  }
}
