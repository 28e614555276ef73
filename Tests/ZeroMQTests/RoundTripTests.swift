// Messages there and back, over every transport: bytes, parts, sizes around libzmq's inline limit,
// and the ways of receiving that make no arrays.

import Testing
import ZeroMQ

@Suite struct RoundTripTests {
  @Test(arguments: Transport.allCases)
  func aQuestionIsAnswered(over transport: Transport) throws {
    let directory = try TemporaryDirectory()
    let context = try Context()
    let server = try makeSocket(context, .rep)
    let client = try makeSocket(context, .req)
    try client.connect(try server.bind(transport.wildcard(in: directory)))

    #expect(try client.send([UInt8]("ping")))
    #expect(try server.receive() == [[UInt8]("ping")])
    #expect(try server.send([UInt8]("pong")))
    #expect(try client.receive() == [[UInt8]("pong")])
  }

  @Test(arguments: Transport.allCases)
  func partsStayTogetherAndInOrder(over transport: Transport) throws {
    let directory = try TemporaryDirectory()
    let context = try Context()
    let pull = try makeSocket(context, .pull)
    let push = try makeSocket(context, .push)
    try push.connect(try pull.bind(transport.wildcard(in: directory)))

    let parts = [[UInt8]("head"), [], [UInt8](repeating: 7, count: 100_000), [1]]
    #expect(try push.send(parts))
    #expect(try push.send([[2], [3]]))
    #expect(try pull.receive() == parts)
    #expect(try pull.receive() == [[2], [3]])
    #expect(try pull.receive(.dontWait) == nil)
  }

  /// Up to 33 bytes libzmq keeps inside the message, beyond in counted memory.
  @Test(arguments: [0, 1, 32, 33, 34, 255, 256, 65_536])
  func everySizeArrivesUnchanged(byteCount: Int) throws {
    let context = try Context()
    let pull = try makeSocket(context, .pull)
    let push = try makeSocket(context, .push)
    try push.connect(try pull.bind("tcp://127.0.0.1:*"))

    let bytes = (0..<byteCount).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    var sent = try Message(bytes)
    #expect(sent.bytes == bytes)
    #expect(try push.send(&sent))
    #expect(sent.count == 0, "a message that was taken is empty")

    var received = Message()
    #expect(try pull.receive(into: &received))
    #expect(received.count == byteCount)
    #expect(received.bytes == bytes)
    #expect(received.hasMore == false)
  }

  @Test func oneMessageIsReusedForManyParts() throws {
    let context = try Context()
    let pull = try makeSocket(context, .pull)
    let push = try makeSocket(context, .push)
    try push.connect(try pull.bind("inproc://reuse"))
    for number in UInt64(0)..<50 {
      var message = try Message(byteCount: 8) { $0.storeBytes(of: number, as: UInt64.self) }
      #expect(try push.send(&message, number % 5 == 4 ? [] : .more))
    }

    var message = Message()
    for number in UInt64(0)..<50 {
      try #require(try pull.receive(into: &message, .dontWait))
      #expect(message.withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) } == number)
      #expect(message.hasMore == (number % 5 != 4))
    }
    #expect(try !pull.receive(into: &message, .dontWait))
  }

  @Test func aBufferThatIsTooShortGetsTheBeginningAndTheTrueLength() throws {
    let context = try Context()
    let left = try makeSocket(context, .pair)
    let right = try makeSocket(context, .pair)
    try right.connect(try left.bind("inproc://short"))
    #expect(try left.send([UInt8]("0123456789")))

    var buffer = [UInt8](repeating: 0, count: 4)
    let length = try buffer.withUnsafeMutableBytes { try right.receive(into: $0) }
    #expect(length == 10)
    #expect(buffer == [UInt8]("0123"))
    #expect(try buffer.withUnsafeMutableBytes { try right.receive(into: $0, .dontWait) } == nil)
  }

  @Test func aMessageOfTooManyPartsIsDroppedWhole() throws {
    let context = try Context()
    let left = try makeSocket(context, .pair)
    let right = try makeSocket(context, .pair)
    try right.connect(try left.bind("inproc://parts"))
    #expect(try left.send([[1], [2], [3], [4], [5]]))
    #expect(try left.send([[6], [7]]))

    let error = #expect(throws: ZeroMQError.self) { try right.receive(maximumParts: 2) }
    #expect(error?.name == "EMSGSIZE")
    #expect(try right.receive(maximumParts: 2) == [[6], [7]])
  }

  @Test func theRestOfAMalformedMessageIsSkipped() throws {
    let context = try Context()
    let left = try makeSocket(context, .pair)
    let right = try makeSocket(context, .pair)
    try right.connect(try left.bind("inproc://skip"))
    #expect(try left.send([[1], [2], [3]]))
    #expect(try left.send([[4]]))

    var message = Message()
    #expect(try right.receive(into: &message))
    try right.skipRest(after: &message)
    #expect(try right.receive() == [[4]])
  }

  @Test func aSubscriberHearsOnlyItsPrefix() throws {
    let context = try Context()
    let publisher = try makeSocket(context, .pub)
    let subscriber = try makeSocket(context, .sub)
    try subscriber.subscribe(to: [UInt8]("gc "))
    // Bound before it is connected to, and inproc: the subscription is there before the first send.
    try publisher.bind("inproc://news")
    try subscriber.connect("inproc://news")
    var poller = Poller()
    poller.add(publisher, tag: 0, .output)
    _ = try poller.wait(upTo: .zero)

    #expect(try publisher.send([UInt8]("weather fine")))
    #expect(try publisher.send([UInt8]("gc 1")))
    #expect(try subscriber.receive() == [[UInt8]("gc 1")])
    try subscriber.unsubscribe(from: [UInt8]("gc "))
    #expect(try subscriber.receive(.dontWait) == nil)
  }
}
