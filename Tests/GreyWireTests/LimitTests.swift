// The limits hold on both sides: the encoder refuses what the decoder would, a stated length costs
// no memory before its bytes are there, and a million references still fit.

import GreyBasics
import GreyWire
import Testing

private let here = ControlEnvelope(term: Term(rawValue: 7), clusterName: "local")

@Test func aFullGreyBatchFitsOneFrame() throws {
  // As far apart as addresses allow.
  let granules = (0..<UInt64(WireLimits.greyReferences)).map { $0 << 31 }
  let full = PeerMessage.grey(epoch: Epoch(rawValue: .max), GreyBatch(granules: granules))
  let payload = try full.encoded()
  #expect(payload.count <= WireLimits.framePayloadBytes)
  #expect(try PeerMessage.decode(payload) == full)
  let error = #expect(throws: WireError.self) {
    try PeerMessage.grey(epoch: Epoch(rawValue: 1), GreyBatch(granules: granules + [16])).encoded()
  }
  #expect("\(error!)" == "offset 2, references: 8191 exceeds the limit of 8190")
}

@Test func aMillionReferencesFitOneMessage() throws {
  let words = (0..<1_000_000).map { Word(bits: $0, isReference: $0 % 3 == 0) }
  let message = PeerMessage.mutator(
    MutatorMessage(
      run: RunID(rawValue: 1), stamp: .zero, request: 1, body: .call(function: 1, arguments: words))
  )
  let payload = try message.encoded()
  #expect(payload.count <= WireLimits.messageBytes)
  #expect(try PeerMessage.decode(payload) == message)
}

@Test func aDataFrameIsItsHeaderAndItsPayload() throws {
  let payload = [UInt8](repeating: 9, count: WireLimits.framePayloadBytes)
  let acknowledgement = Acknowledgement(
    received: 1 << 62, arrived: 1 << 62,
    placed: .init(repeating: UInt64(Int64.max), count: WireLimits.placedNumbers))
  let frame = LinkFrame.data(
    sequence: UInt64(Int64.max), flags: .rooted, acknowledgement: acknowledgement,
    payload: payload)
  #expect(frame.encodedHeader(to: NodeID(2)).count <= WireLimits.frameHeaderBytes)
  #expect(frame.encoded(to: NodeID(2)) == frame.encodedHeader(to: NodeID(2)) + payload)
  #expect(try LinkFrame.decode(frame.encoded(to: NodeID(2))).frame == frame)
  let large = LinkFrame.data(
    sequence: 1, flags: [], acknowledgement: nil, payload: payload + [1])
  let error = #expect(throws: WireError.self) { try LinkFrame.decode(large.encoded(to: NodeID(2))) }
  #expect("\(error!)" == "offset 4, payload: 65537 exceeds the limit of 65536")
}

@Test func anEncoderRefusesWhatADecoderWould() throws {
  let name = String(repeating: "x", count: WireLimits.nameBytes + 1)
  let error = #expect(throws: WireError.self) {
    try CoordinatorMessage.configure([Setting(name, "1")]).encoded(in: here)
  }
  #expect("\(error!)" == "offset 20, setting's key: 257 exceeds the limit of 256")
  let nodes = [NodeID](repeating: NodeID(1), count: WireLimits.members + 1)
  #expect(throws: WireError.self) {
    try CoordinatorMessage.stopAndArm(
      epoch: .zero, stop: .zero, members: nodes, lease: .zero
    ).encoded(in: here)
  }
}

@Test func aLongReasonIsClippedAtTheEndOfACharacter() throws {
  let reason = "x" + String(repeating: "灰", count: WireLimits.textBytes / 3 + 10)
  let frame = try CoordinatorMessage.refuse(reason: reason).encoded(in: here)
  guard case .refuse(let clipped) = try CoordinatorMessage.open(frame).message else {
    Issue.record("another message came back")
    return
  }
  #expect(reason.hasPrefix(clipped))
  #expect(clipped.utf8.count == WireLimits.textBytes)
}

@Test func theLongestInspectionFitsTheFrame() throws {
  let body = [UInt8](repeating: 1, count: WireLimits.inspectionBytes)
  let message = NodeMessage.inspection(
    request: .max, problem: String(repeating: "p", count: 1 << 10), body: body)
  #expect(try NodeMessage.open(message.encoded(in: here)).message == message)
}

@Test func anotherVersionIsRefusedByATextThatNamesBoth() throws {
  var frame = try NodeMessage.left.encoded(in: here)
  frame[0] = 9
  let error = #expect(throws: WireError.self) { try NodeMessage.open(frame) }
  #expect(
    "\(error!)" == "offset 0, version: this process speaks wire version 7, the other one speaks 9;"
      + " use the same build everywhere")
}

@Test func anotherClusterIsRefusedByATextThatNamesBoth() throws {
  let there = ControlEnvelope(term: .zero, cluster: 0xABC)
  let error = #expect(throws: WireError.self) { try there.check(cluster: 0x123) }
  #expect(
    "\(error!)"
      == "offset 10, cluster: this process belongs to cluster #123, the message to cluster #abc")
  var hello = Hello(
    version: 1, cluster: "blue", pid: 1, processStart: 1, host: "", endpoint: "",
    node: .none, term: .zero, highestEpoch: .zero, members: [])
  #expect(hello.refusal(version: 1, cluster: "blue") == nil)
  #expect(
    hello.refusal(version: 1, cluster: "red")
      == "a process of cluster 'blue' is refused: this is cluster 'red'")
  hello.version = 2
  #expect(
    hello.refusal(version: 1, cluster: "blue")
      == "wire version 2 is refused: cluster 'blue' speaks version 1")
}

@Test func aDurationKeepsItsNanoseconds() throws {
  for lease in [Duration.zero, .nanoseconds(1), .seconds(3), .nanoseconds(Int64.max)] {
    let message = CoordinatorMessage.stopToInspect(stop: StopNumber(rawValue: 1), lease: lease)
    #expect(try CoordinatorMessage.open(message.encoded(in: here)).message == message)
  }
  // A lease that has already ended is no lease; a longer one than fits is the longest.
  for (lease, sent) in [
    (Duration.seconds(-1), Duration.zero),
    (.seconds(Int64.max), .nanoseconds(Int64.max)), (.seconds(Int64.min), .zero),
  ] {
    let message = CoordinatorMessage.stopToInspect(stop: .zero, lease: lease)
    #expect(
      try CoordinatorMessage.open(message.encoded(in: here)).message
        == .stopToInspect(stop: .zero, lease: sent))
  }
}
