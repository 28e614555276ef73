// The traffic with peers: link frames in and out, messages to and from workers, batches that come.
//
// A message from a peer stays with its link until a worker's inbox or the collector has taken it:
// only then is it acknowledged as received, so a node that cannot keep up closes its peers' windows
// instead of queueing without bound. What cannot be taken waits in `waiting` and does not hold back
// acknowledgements, control, or what the other workers can take.

import GreyBasics
import GreyCollector
import GreyEvents
import GreyMutator
import GreyProtocol
import GreyWire

/// One peer, as long as it is a member. A class, because the engine looks at every link after every
/// input, and looking at a large value in an array copies it.
final class PeerLink {
  let node: NodeID
  let endpoint: String
  var link: Link
  /// Delivered by the link, not yet taken by a worker or the collector, oldest first.
  var waiting: [(sequence: UInt64, message: PeerMessage)] = []
  /// Workers were told not to send for now.
  var isStalled = false
  var stalledAt = Moment.zero
  var greySent: UInt64 = 0
  var batchesSent: UInt64 = 0
  /// When a batch last left for it, in any epoch.
  var greySentAt = Moment.zero
  /// Frames sent again before the connection broke; nil while it holds.
  var resentBefore: UInt64?
  /// It sent what is no message: nothing more is taken from it, and the coordinator is to fence it.
  var isUnreadable = false
  /// The coordinator was told that the link is severed.
  var toldSevered = false

  init(node: NodeID, endpoint: String, link: Link) {
    self.node = node
    self.endpoint = endpoint
    self.link = link
  }

  /// When the link wants to be told that time has passed. To ask all links after every input would
  /// copy every one of them.
  private(set) var due = Moment.distantFuture

  func handle(_ input: LinkInput, now: Moment) -> [LinkAction] {
    defer { due = link.nextDeadline ?? .distantFuture }
    return link.handle(input, now: now)
  }
}

extension NodeEngine {
  func peerIndex(_ node: NodeID) -> Int? { peers.firstIndex { $0.node == node } }

  /// The members as of now: links to new ones are opened, those to former ones are dropped.
  func membersChanged(_ members: [Member]) {
    guard let core else { return }
    let others = members.filter { $0.node != core.node }
    for peer in peers where !others.contains(where: { $0.node == peer.node }) {
      dropPeer(peer.node)
    }
    for member in others where peerIndex(member.node) == nil {
      let link = Link(
        identity: LinkIdentity(
          local: core.node, peer: member.node, cluster: configuration.cluster),
        term: machine.term, configuration: configuration.linkInForce,
        rules: configuration.rules)
      let place = peers.firstIndex { $0.node > member.node } ?? peers.count
      peers.insert(
        PeerLink(node: member.node, endpoint: member.endpoint, link: link), at: place)
      effects.append(.connect(member.node, endpoint: member.endpoint))
      drive(member.node, .reconnected)
    }
    for worker in core.workers {
      worker.inbox.putAlways(.members(members.map(\.node).sorted()))
    }
    effects.append(.wakeWorkers)
  }

  /// The peer is dead or has left: what it sent and is not placed is discarded, what was on its way
  /// to it will never arrive.
  func dropPeer(_ node: NodeID) {
    guard let index = peerIndex(node) else { return }
    drive(node, .fence)
    peers.remove(at: index)
    gate.fence(node)
    effects.append(.disconnect(node))
    for worker in core?.workers ?? [] { worker.inbox.putAlways(.nodeDead(node)) }
    effects.append(.wakeWorkers)
  }

  func peerFrame(_ from: NodeID, _ bytes: [UInt8]) {
    guard peerIndex(from) != nil else {
      // A stranger, or a peer of whom the coordinator has not told yet: it sends again.
      if from == .none {
        countMalformed(bytes.count, from: "a stranger", reason: "no member's name")
      }
      return
    }
    let (peer, frame): (NodeID, LinkFrame)
    do { (peer, frame) = try LinkFrame.decode(bytes) } catch {
      return countMalformed(bytes.count, from: "\(from)", reason: "\(error)")
    }
    if let local = core?.node, peer != local, !frame.isHello {
      // Queued for who was at this endpoint before; its numbers are those of another link. A hello
      // is refused by the link, with the reason.
      return countMalformed(bytes.count, from: "\(from)", reason: "a frame for \(peer)")
    }
    drive(from, .frame(frame), frameBytes: bytes.count)
  }

  func peerReconnected(_ node: NodeID) {
    guard let index = peerIndex(node) else { return }
    let peer = peers[index]
    // A second break before the first was mended is one story.
    if peer.resentBefore == nil { peer.resentBefore = peer.link.statistics.framesResent }
    drive(node, .reconnected)
  }

  /// The link is back when the peer has answered and nothing is left to be sent again.
  private func noteReestablished(_ peer: PeerLink) {
    guard let before = peer.resentBefore, peer.link.isReestablished else { return }
    peer.resentBefore = nil
    let resent = peer.link.statistics.framesResent - before
    log(.linkReconnected(peer: peer.node, resentFrames: Int(clamping: resent)))
  }

  func tickLinks() {
    // Backwards: a peer that is dropped while it is driven moves those behind it.
    for index in peers.indices.reversed() where peers[index].due <= now {
      drive(peers[index].node, .tick)
    }
  }

  /// - Parameter frameBytes: of the frame that the input is.
  func drive(_ node: NodeID, _ input: LinkInput, frameBytes: Int = 0) {
    guard let index = peerIndex(node) else { return }
    let peer = peers[index]
    for action in peer.handle(input, now: now) {
      switch action {
      case .transmit(let frame):
        let frame = configuration.rules.contains(.keepStamp) ? frame : restamped(frame)
        effects.append(.sendToPeer(node, frame.encoded(to: node)))
      case .deliver(let sequence, let payload): delivered(node, sequence, payload)
      case .released(let transit): released(transit)
      case .windowFull: setStalled(node, true)
      case .windowOpened: setStalled(node, false)
      case .refused(let reason): log(.nodeRefused(peer: "\(node)", reason: reason))
      case .refusedByPeer(let reason): log(.remark(text: "\(node) refuses this node: \(reason)"))
      case .quiet(let time): connectAnew(peer, after: time)
      case .violation(let text):
        countMalformed(frameBytes, from: "\(node)", reason: text)
      }
    }
    noteReestablished(peer)
    noteSevered(peer)
  }

  /// The fault: whatever waited here, or is sent again, leaves with the stamp of now, as if it had
  /// been shaded in this epoch. A message in several frames is left as it is.
  private func restamped(_ frame: LinkFrame) -> LinkFrame {
    guard let core,
      case .data(let sequence, let flags, let acknowledgement, let payload) = frame,
      flags.isDisjoint(with: [.more, .continued]),
      case .mutator(var message)? = try? PeerMessage.decode(payload)
    else { return frame }
    message.stamp = MarkingRules.stampOnResend(
      configuration.rules, kept: message.stamp, armed: core.collector.armedEpoch)
    guard let renewed = try? PeerMessage.mutator(message).encoded() else { return frame }
    return .data(
      sequence: sequence, flags: flags, acknowledgement: acknowledgement, payload: renewed)
  }

  /// The connection looks well and carries nothing. Its socket goes, with whatever is queued there;
  /// the link sends that again over the new one.
  private func connectAnew(_ peer: PeerLink, after time: Duration) {
    log(
      .linkQuiet(
        peer: peer.node, quietUs: Int(time.microseconds),
        queuedBytes: peer.link.unacknowledgedBytes))
    effects.append(.disconnect(peer.node))
    effects.append(.connect(peer.node, endpoint: peer.endpoint))
    peerReconnected(peer.node)
  }

  /// The coordinator hears of it at once, and in every heartbeat.
  private func noteSevered(_ peer: PeerLink) {
    guard peer.link.isSevered != peer.toldSevered else { return }
    peer.toldSevered = peer.link.isSevered
    tellHeartbeat()
  }

  func tellHeartbeat() {
    if machine.hasCoordinator { send(.heartbeat(filledIn(NodeStatus()))) }
  }

  private func setStalled(_ node: NodeID, _ stalled: Bool) {
    guard let index = peerIndex(node), peers[index].isStalled != stalled, let core else { return }
    peers[index].isStalled = stalled
    if stalled {
      peers[index].stalledAt = now
      log(
        .linkStalled(
          peer: node, queuedBytes: peers[index].link.unacknowledgedBytes,
          windowBytes: configuration.link.windowBytes))
    } else {
      log(.linkResumed(peer: node, stalledUs: Int((now - peers[index].stalledAt).microseconds)))
    }
    for worker in core.workers {
      worker.inbox.putAlways(stalled ? .stalled(node) : .unstalled(node))
    }
    effects.append(.wakeWorkers)
  }

  private func released(_ transit: UInt64) {
    guard let core else { return }
    core.workers[MutatorMessage.worker(ofTransit: transit)].inbox.putAlways(
      .placed(transit: transit))
    effects.append(.wakeWorkers)
  }

  // MARK: In

  private func delivered(_ node: NodeID, _ sequence: UInt64, _ payload: [UInt8]) {
    guard let index = peerIndex(node), !peers[index].isUnreadable else { return }
    do { peers[index].waiting.append((sequence, try PeerMessage.decode(payload))) } catch {
      countMalformed(payload.count, from: "\(node)", reason: "\(error)")
      // It will not become readable by being sent again, and said to be placed it must not be: its
      // sender would drop a root, and somebody waits for what it said. So the sender has to go.
      peers[index].isUnreadable = true
      tellHeartbeat()
    }
  }

  /// Offers what waits to those who can take it now.
  func placeWaiting() {
    guard peers.contains(where: { !$0.waiting.isEmpty }) else { return }
    for node in peers.map(\.node) {
      guard let index = peerIndex(node), !peers[index].waiting.isEmpty else { continue }
      let waiting = peers[index].waiting
      peers[index].waiting = []
      var kept: [(sequence: UInt64, message: PeerMessage)] = []
      for item in waiting {
        if offer(item.message, from: node, sequence: item.sequence) {
          drive(node, .accepted(sequence: item.sequence))
          // A batch is never a root at its sender: taken is all there is to say of it.
          if case .grey = item.message { drive(node, .placed(sequence: item.sequence)) }
        } else {
          kept.append(item)
        }
      }
      // Delivered meanwhile: behind what was there before.
      if let index = peerIndex(node) { peers[index].waiting.insert(contentsOf: kept, at: 0) }
    }
  }

  private func offer(_ message: PeerMessage, from node: NodeID, sequence: UInt64) -> Bool {
    guard let core else { return false }
    switch message {
    case .mutator(let message):
      let worker = core.workers[message.worker(of: core.workers.count)]
      guard worker.inbox.put(.message(from: node, sequence: sequence, message)) else {
        return false
      }
      effects.append(.wakeWorkers)
      return true
    case .grey(let epoch, let references):
      switch gate.admit(.init(from: node, epoch: epoch, references: references)) {
      case .apply: return core.collector.receiveGrey(from: node, references)
      case .held, .drop: return true
      case .full: return false
      }
    }
  }

  // MARK: Out

  /// False: the message breaks a limit of the wire, and nobody will ever see it.
  func enqueue(_ message: PeerMessage, to node: NodeID, transit: UInt64) -> Bool {
    do { drive(node, .enqueue(payload: try message.encoded(), transit: transit)) } catch {
      log(.remark(text: "a message to \(node) was not sent: \(error)"))
      return false
    }
    return true
  }
}
