// Frames between processes. The first byte of an input chooses who reads the rest.
//
// Every value has one encoding only, so a frame that decodes must encode to the very same bytes.
// An error points into the frame. What was decoded can be no larger than the frame by more than
// what each element takes in memory; the limit on the process sees to that.

import GreyBasics
import GreyEngine
import GreyWire

extension FuzzReader {
  static let wire = FuzzReader(name: "wire", seeds: WireFuzz.seeds, words: []) { bytes in
    guard let choice = bytes.first else { return }
    let frame = Array(bytes.dropFirst())
    do throws(WireError) {
      let again = try WireFuzz.again(frame, choice: choice)
      property(again == frame, "it was read and is written differently: \(again) from \(frame)")
    } catch {
      property((0...frame.count).contains(error.offset), "an error beyond the frame: \(error)")
      property(!error.field.isEmpty, "an error without a field: \(error)")
    }
  }
}

private enum WireFuzz {
  static func again(_ frame: [UInt8], choice: UInt8) throws(WireError) -> [UInt8] {
    switch choice % 6 {
    case 0: try control(CoordinatorMessage.self, frame)
    case 1: try control(NodeMessage.self, frame)
    case 2: try link(frame)
    case 3: try PeerMessage.decode(frame).encoded()
    case 4: try ReachQuestion(decoding: frame).encoded()
    default: try ReachAnswer(decoding: frame).encoded()
    }
  }

  private static func link(_ frame: [UInt8]) throws(WireError) -> [UInt8] {
    let (to, frame) = try LinkFrame.decode(frame)
    return frame.encoded(to: to)
  }

  private static func control<Message: ControlMessage>(
    _ type: Message.Type, _ frame: [UInt8]
  ) throws(WireError) -> [UInt8] {
    let (envelope, message) = try Message.open(frame)
    return try message.encoded(in: envelope)
  }

  @Sendable static func seeds() -> [[UInt8]] {
    var random = RandomMessages(seed: 1)
    let envelope = ControlEnvelope(term: Term(rawValue: 1), clusterName: "local")
    func control(_ message: some ControlMessage) -> [UInt8] {
      mustWork("a value is not encoded") { try message.encoded(in: envelope) }
    }
    func peer(_ message: PeerMessage) -> [UInt8] {
      mustWork("a value is not encoded") { try message.encoded() }
    }
    var seeds: [[UInt8]] = []
    for _ in 0..<150 {
      seeds.append([0] + control(random.coordinatorMessage()))
      seeds.append([1] + control(random.nodeMessage()))
      seeds.append([2] + random.linkFrame().encoded(to: NodeID(2)))
      seeds.append([3] + peer(random.peerMessage()))
    }
    var counts = ReachCounts()
    counts.lost = [Reference(rawValue: 9)]
    counts.holders = [Reference(rawValue: 0)]
    let reach = mustWork("a search is not encoded") {
      [
        [4] + (try ReachQuestion.begin.encoded()),
        [4] + (try ReachQuestion.more([Reference(rawValue: 1 << 48)]).encoded()),
        [5] + (try ReachAnswer.found([Reference(rawValue: 7)], hasMore: true).encoded()),
        [5] + (try ReachAnswer.counts(counts).encoded()),
      ]
    }
    return seeds + reach
  }
}
