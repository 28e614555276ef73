// A link that carries nothing, although its connection looks well.
//
// A broken connection is heard of. One that silently leads nowhere is not: a stranger took this
// node's name at the peer's socket, a firewall drops what passes. ZeroMQ's pings notice some of
// these, late, and name nobody. What tells is that nothing that was sent is ever confirmed,
// although it was sent again, or asked for.
//
// Only time in which an answer could have come counts: the waits between two attempts, not what a
// clock shows, so a process that stood still for a minute blames nobody for it. And only frames
// that have not been confirmed count. A peer that has everything and takes nothing (its inboxes are
// full, its world is stopped) answers, so its link is not quiet.
//
// Two limits. After `quietAfter` the connection is made anew, and again as often as that passes:
// frames are numbered, so sending them twice does no harm. After `severedAfter` the link is
// severed: this end cannot mend it, and says so (`isSevered`) for as long as it lasts.

import GreyBasics

extension Link {
  /// For how long nothing of what was sent has been confirmed; zero while all is well.
  package var quietFor: Duration { sending.quietFor ?? .zero }

  /// Making the connection anew did not help for so long that somebody else has to decide.
  package var isSevered: Bool { quietFor >= configuration.severedAfter }

  /// The peer has something, or everything, of what it was sent.
  mutating func heardOfProgress() {
    sending.quietFor = nil
    sending.reopenAt = configuration.quietAfter
  }

  /// A wait for the peer is over. True when the connection is to be made anew, whereupon everything
  /// that is missing is sent again.
  mutating func waitedInVain(
    for wait: Duration, into actions: inout [LinkAction]
  ) -> Bool {
    guard sending.framesInFlight > 0 else {
      heardOfProgress()
      return false
    }
    // The last question was answered: this attempt is the next one.
    guard let before = sending.quietFor else {
      sending.quietFor = .zero
      return false
    }
    let time = before + wait
    sending.quietFor = time
    guard time >= sending.reopenAt else { return false }
    // It does not count up for ever: a link's states are finite.
    let kept = min(time, configuration.severedAfter)
    sending.quietFor = kept
    sending.reopenAt = kept + configuration.quietAfter
    actions.append(.quiet(for: time))
    return true
  }
}
