// Who may speak on a link, what is said to the others, and what a fence leaves.

import GreyBasics
import GreyProtocol
import GreyWire
import Testing

@Suite struct LinkHello {
  private let now = Moment(nanoseconds: 5)

  private func hello(_ link: Link) -> LinkInput {
    var link = link
    return .frame(link.handle(.reconnected, now: now)[0].frame!)
  }

  private func refusal(of stranger: Link) -> String? {
    var link = LinkPair.link(1, 2)
    let said = link.handle(hello(stranger), now: now)
    #expect(link.statistics.hellosRefused == 1)
    guard case .refused(let reason) = said.last else { return nil }
    #expect(said == [.transmit(.refuse(reason: reason)), .refused(reason: reason)])
    // What it sends is not taken either.
    let data = LinkFrame.data(sequence: 1, flags: [], acknowledgement: nil, payload: [1])
    #expect(link.handle(.frame(data), now: now) == [])
    #expect(link.statistics.dropped == 1)
    return reason
  }

  @Test func anotherVersionClusterTermOrIncarnationIsRefusedByATextThatSaysBoth() {
    #expect(
      refusal(of: LinkPair.link(2, 1, version: 9))
        == "wire version 9 of node 2 is refused: node 1 speaks version \(WireVersion.current)")
    #expect(
      refusal(of: LinkPair.link(2, 1, cluster: "blue"))
        == "node 2 of cluster 'blue' is refused: node 1 belongs to cluster 'pair'")
    #expect(
      refusal(of: LinkPair.link(2, 1, term: 2))
        == "term 2 of node 2 is refused: node 1 is in term 3")
    #expect(
      refusal(of: LinkPair.link(4, 1))
        == "a link from node 4 to node 1 is refused: this one is from node 2 to node 1")
    #expect(
      refusal(of: LinkPair.link(2, 8))
        == "a link from node 2 to node 8 is refused: this one is from node 2 to node 1")
  }

  @Test func aHigherTermIsBelieved() {
    var link = LinkPair.link(1, 2)
    let said = link.handle(hello(LinkPair.link(2, 1, term: 9)), now: now)
    #expect(link.statistics.hellosRefused == 0)
    #expect(said.contains { $0.acknowledgement != nil })
  }

  @Test func aRefusedNodeIsHeardOnceItKnowsTheNewTerm() {
    var now = now
    var old = LinkPair.link(1, 2, term: 3)
    var new = LinkPair.link(2, 1, term: 4)
    var delivered: [UInt64] = []
    var told: [LinkAction] = []
    func carry(_ actions: [LinkAction], toNew: Bool) {
      for action in actions {
        switch action {
        case .transmit(let frame):
          let more =
            toNew ? new.handle(.frame(frame), now: now) : old.handle(.frame(frame), now: now)
          carry(more, toNew: !toNew)
        case .deliver(let sequence, _): delivered.append(sequence)
        default: told.append(action)
        }
      }
    }
    carry(old.handle(.enqueue(payload: [1], transit: 1), now: now), toNew: true)
    let reason = "term 3 of node 1 is refused: node 2 is in term 4"
    #expect(Set(told) == [.refused(reason: reason), .refusedByPeer(reason: reason)])
    #expect(delivered.isEmpty)
    now = now + .milliseconds(1)
    carry(old.handle(.term(Term(rawValue: 4)), now: now), toNew: true)
    #expect(delivered == [1])
    #expect(told.count == 2)
  }

  @Test func theHelloGoesFirstAndAgainUntilItIsAnswered() {
    var link = LinkPair.link(1, 2)
    let said = link.handle(.enqueue(payload: [1], transit: 0), now: now).map(\.frame)
    let hello = LinkFrame.hello(
      version: WireVersion.current, cluster: "pair", term: Term(rawValue: 3), from: NodeID(1),
      to: NodeID(2), next: 1)
    #expect(said.first == hello && said.count == 2)
    let again = link.handle(.tick, now: link.nextDeadline!).map(\.frame)
    #expect(again == said)
  }

  @Test func whatWasSaidBeforeThePeerCameIsSaidAgainWhenItComes() {
    var early = LinkPair.link(1, 2)
    _ = early.handle(.reconnected, now: now)
    _ = early.handle(.enqueue(payload: [1], transit: 0), now: now)
    // Nobody heard that. Now the peer comes, and no time passes.
    var late = LinkPair.link(2, 1)
    var delivered: [UInt64] = []
    func carry(_ actions: [LinkAction], toLate: Bool) {
      for action in actions {
        switch action {
        case .transmit(let frame):
          let more =
            toLate ? late.handle(.frame(frame), now: now) : early.handle(.frame(frame), now: now)
          carry(more, toLate: !toLate)
        case .deliver(let sequence, _): delivered.append(sequence)
        default: Issue.record("\(action)")
        }
      }
    }
    carry(late.handle(.reconnected, now: now), toLate: false)
    #expect(delivered == [1])
  }

  @Test func aPeerThatGoesOnBehindAGapIsNotBelieved() {
    var link = LinkPair.link(1, 2)
    let ahead = LinkFrame.hello(
      version: WireVersion.current, cluster: "pair", term: Term(rawValue: 3), from: NodeID(2),
      to: NodeID(1), next: 5)
    #expect(
      link.handle(.frame(ahead), now: now)
        == [.violation("node 2 goes on with frame 5, but 1 is missing")])
  }

  @Test func aFenceReleasesEveryRootAndRefusesEverything() {
    var pair = LinkPair()
    for transit in 11...15 as ClosedRange<UInt64> { pair.send([1], transit: transit) }
    // 1 and 2 are received, and of these only 2 is placed.
    pair.accept(1)
    pair.accept(2)
    pair.place(2)
    pair.wait(.milliseconds(5))
    #expect(pair.saidByA == [.released(transit: 12)])
    #expect(
      pair.a.handle(.fence, now: pair.now)
        == [11, 13, 14, 15].map { .released(transit: $0) })
    #expect(pair.a.isFenced && pair.a.nextDeadline == nil)
    #expect(pair.a.unacknowledgedBytes == 0)
    let late = LinkFrame.data(sequence: 1, flags: [], acknowledgement: nil, payload: [1])
    #expect(pair.a.handle(.frame(late), now: pair.now) == [])
    #expect(pair.a.handle(hello(LinkPair.link(2, 1)), now: pair.now) == [])
    #expect(
      pair.a.handle(.enqueue(payload: [1], transit: 16), now: pair.now)
        == [.released(transit: 16)])
    #expect(pair.a.handle(.reconnected, now: pair.now) == [])
  }
}
