// Grey references a second from one collector to another: everything but the socket.
//
// Timed is the way of a reference that waits for its batch: taken and counted as sent, encoded,
// decoded, received, marked, scanned, counted as received. That the sender found and remembered it
// is its marking, and comes before. The references come in no order, as from a graph cut at random.

import GreyBasics
import GreyCollector
import GreyHeap
import GreyWire

enum GreyBench {
  static var measurement: Measurement {
    Measurement([RowHeading("grey-references", "M refs/s")]) { scale, _ in
      try GreyRounds(count: max(1, scale.objects / 4))
    }
  }
}

private final class GreyRounds: BenchRounds {
  private let sender: Collector
  private let receiver: Collector
  private let sendingMarker: Marker
  private let receivingMarker: Marker
  private let references: [UInt64]
  private var epoch = Epoch.zero

  init(count: Int) throws {
    let types = try TypeTable()
    let type = try types.append(
      TypeDescription(name: "node", words: 4, referenceWords: [0, 1, 2, 3]))
    func collector(_ node: Int) throws -> Collector {
      let room = max(1 << 24, count * 64)
      return Collector(
        heap: try Heap(
          configuration: HeapConfiguration(
            node: NodeID(node), arenaBytes: (room + 0xFFFF) & ~0xFFFF), types: types),
        rules: .all)
    }
    sender = try collector(1)
    receiver = try collector(2)
    sendingMarker = sender.makeMarker()
    receivingMarker = receiver.makeMarker()
    let cache = receiver.heap.makeCache()
    var all: [UInt64] = []
    for _ in 0..<count { all.append(try cache.allocate(type: type).rawValue) }
    var random = SplitMix(seed: 2)
    all.shuffle(using: &random)
    references = all
  }

  func round() throws -> [RoundSample] {
    epoch = epoch.next
    let members = [sender.heap.node, receiver.heap.node]
    for collector in [sender, receiver] { collector.arm(epoch: epoch, members: members) }
    for reference in references { sendingMarker.shade(reference) }
    sendingMarker.publish()
    while !sendingMarker.drain(objects: 10_000).isDry {}
    let waiting = sender.unsentCount(for: receiver.heap.node)
    try confirm(waiting == references.count, "\(waiting) references wait to be sent")

    let time = try BenchClock.nanoseconds { try carry() }

    let marked = receiver.totals.objectsMarked
    try confirm(marked == references.count, "\(marked) of \(references.count) were marked")
    let sent = sender.counts().map(\.sent)
    let received = receiver.counts().map(\.received)
    try confirm(sent == received, "\(sent) references were sent and \(received) received")
    for collector in [sender, receiver] {
      collector.disarm()
      collector.heap.clearMarks()
    }
    return [RoundSample(ours: Double(references.count) / time * 1e3)]
  }

  private func carry() throws {
    let target = receiver.heap.node
    while true {
      let batch = sender.takeGrey(for: target, atMost: WireLimits.greyReferences)
      if batch.isEmpty { return }
      let bytes = try PeerMessage.grey(epoch: epoch, batch).encoded()
      guard case .grey(_, let decoded) = try PeerMessage.decode(bytes) else {
        throw CommandFailure(.checkFailed, "bench: a grey batch was decoded as something else")
      }
      try confirm(
        receiver.receiveGrey(from: sender.heap.node, decoded),
        "an empty queue refused a batch")
      while !receivingMarker.drain(objects: 10_000).isDry {}
    }
  }
}
