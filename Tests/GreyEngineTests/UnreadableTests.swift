// What cannot be read is counted and named, and is never said to be placed.

import GreyBasics
import GreyEvents
import GreyWire
import Testing

@Suite struct UnreadableTests {
  private func malformed(_ node: LoneNode) -> [(peer: String, bytes: Int, total: Int)] {
    node.logged.compactMap {
      if case .malformedFrame(let peer, _, let bytes, let total) = $0 {
        (peer, bytes, total)
      } else {
        nil
      }
    }
  }

  private func acknowledgements(_ node: LoneNode) -> [Acknowledgement] {
    node.said.compactMap { if case .acknowledge(let said) = $0 { said } else { nil } }
  }

  private func statuses(_ node: LoneNode) -> [NodeStatus] {
    node.told.compactMap { if case .heartbeat(let status) = $0 { status } else { nil } }
  }

  @Test func anUnreadableMessageInAGoodFrameIsNotPlacedAndItsSenderIsAccused() throws {
    let node = try LoneNode(rules: .all)
    let payload: [UInt8] = [0xFF, 0xFF, 1]
    try node.hear(.data(sequence: 1, flags: .rooted, acknowledgement: nil, payload: payload))
    let found = malformed(node)
    #expect(found.map(\.peer) == ["node 2"] && found.map(\.bytes) == [3])
    #expect(statuses(node).last?.unreadablePeers == [NodeID(2)], "said at once")
    // Asked for, it is said to be there, and neither taken nor placed.
    try node.hear(.query(placed: [1]))
    try node.pass(.seconds(1))
    let last = try #require(acknowledgements(node).last)
    #expect(last.arrived == 1 && last.received == 0)
    #expect(acknowledgements(node).allSatisfy { $0.placed.isEmpty })
    #expect(statuses(node).last?.unreadablePeers == [NodeID(2)], "and in every heartbeat")
    // Nothing more is taken from it: what it says next may hang on what was lost.
    let batch = try PeerMessage.grey(epoch: Epoch(rawValue: 1), .empty).encoded()
    try node.hear(.data(sequence: 2, flags: [], acknowledgement: nil, payload: batch))
    try node.turn()
    try node.pass(.seconds(1))
    #expect(acknowledgements(node).last?.received == 0)
    #expect(malformed(node).count == 1)
  }

  @Test func aFrameThatNoCorrectPeerSendsIsLoggedWithItsSize() throws {
    let node = try LoneNode(rules: .all)
    let wrong = LinkFrame.acknowledge(Acknowledgement(received: 9, arrived: 9, placed: []))
    try node.hear(wrong)
    #expect(malformed(node).map(\.bytes) == [wrong.encoded(to: NodeID(1)).count])
    #expect(statuses(node).allSatisfy { $0.unreadablePeers.isEmpty }, "it changed nothing")
  }

  /// What node 2 had queued for node 9 comes to this node, which is at its endpoint now: the number
  /// is the next one of another link.
  @Test func aFrameForAnotherIncarnationTakesNoNumber() throws {
    let node = try LoneNode(rules: .all)
    let batch = try PeerMessage.grey(epoch: Epoch(rawValue: 1), .empty).encoded()
    let frame = LinkFrame.data(sequence: 1, flags: [], acknowledgement: nil, payload: batch)
    try node.hear(frame, for: NodeID(9))
    try node.pass(.seconds(1))
    #expect(malformed(node).count == 1)
    #expect(acknowledgements(node).allSatisfy { $0.arrived == 0 })
    try node.hear(frame)
    try node.pass(.seconds(1))
    #expect(acknowledgements(node).last?.arrived == 1)
  }
}
