// ROUTER and DEALER: peers have names, unknown peers are reported, full queues are reported.

import Testing
import ZeroMQ

@Suite struct RoutingTests {
  @Test(arguments: Transport.allCases)
  func aRouterAnswersThePeerThatAsked(over transport: Transport) throws {
    let directory = try TemporaryDirectory()
    let context = try Context()
    let router = try makeSocket(context, .router)
    try router.set(.routerMandatory, true)
    let endpoint = try router.bind(transport.wildcard(in: directory))
    let one = try makeSocket(context, .dealer)
    try one.set(.routingID, RoutingID("node-1"))
    try one.connect(endpoint)
    let two = try makeSocket(context, .dealer)
    try two.set(.routingID, RoutingID("node-2"))
    try two.connect(endpoint)
    #expect(try two.get(.routingID) == RoutingID("node-2"))

    #expect(try one.send([1]))
    #expect(try two.send([2]))
    for _ in 0..<2 {
      var message = Message()
      #expect(try router.receive(into: &message))
      #expect(message.hasMore == true)
      let peer = message.routingID
      #expect(try router.receive(into: &message))
      #expect(RoutingID("node-\(message.bytes[0])") == peer)
      #expect(try router.send(to: peer, message.bytes + [0]))
    }
    #expect(try one.receive() == [[1, 0]])
    #expect(try two.receive() == [[2, 0]])

    var body = try Message([UInt8](repeating: 5, count: 9000))
    #expect(try router.send(to: RoutingID("node-1"), &body))
    #expect(body.count == 0)
    #expect(try one.receive() == [[UInt8](repeating: 5, count: 9000)])
  }

  @Test func aMandatoryRouterReportsAPeerThatItDoesNotKnow() throws {
    let context = try Context()
    let router = try makeSocket(context, .router)
    try router.set(.routerMandatory, true)
    try router.bind("inproc://mandatory")
    let error = #expect(throws: ZeroMQError.self) {
      try router.send(to: RoutingID("ghost"), [1], .dontWait)
    }
    #expect(error?.isPeerUnknown == true)
    #expect(error?.name == "EHOSTUNREACH")

    var body = try Message([1, 2])
    do {
      _ = try router.send(to: RoutingID("ghost"), &body, .dontWait)
      Issue.record("a peer that is not there took a message")
    } catch {
      #expect(error.isPeerUnknown)
    }
    #expect(body.bytes == [1, 2], "what was not sent is still there")
  }

  @Test func withHandoverTheLastOneOfANameGetsTheMessages() throws {
    let context = try Context()
    let router = try makeSocket(context, .router)
    try router.set(.routerHandover, true)
    try router.set(.routerMandatory, true)
    let endpoint = try router.bind("tcp://127.0.0.1:*")
    let first = try makeSocket(context, .dealer)
    try first.set(.routingID, RoutingID("same"))
    try first.connect(endpoint)
    #expect(try first.send([1]))
    #expect(try router.receive() == [[UInt8]("same"), [1]])

    let second = try makeSocket(context, .dealer)
    try second.set(.routingID, RoutingID("same"))
    try second.connect(endpoint)
    #expect(try second.send([2]))
    #expect(try router.receive() == [[UInt8]("same"), [2]])
    #expect(try router.send(to: RoutingID("same"), [3]))
    #expect(try second.receive() == [[3]])
  }

  /// What sending several parts relies on: libzmq takes back what it has of a message whose peer
  /// went, swallows the parts up to the last, and the next message is whole again.
  @Test func aMessageWhosePeerGoesInTheMiddleIsLostWhole() throws {
    let context = try Context()
    let dealer = try makeSocket(context, .dealer)
    let monitor = try Monitor(dealer)
    let endpoint = try dealer.bind("tcp://127.0.0.1:*")
    let peer = try makeSocket(context, .router)
    try peer.connect(endpoint)
    #expect(try dealer.send([1], .more))
    peer.close()
    let gone = try firstEvent(of: monitor) {
      if case .disconnected = $0.kind { true } else { false }
    }
    #expect(gone != nil)
    // The queue ends a few commands between the socket and libzmq's only I/O thread later. Each
    // round trip makes that thread take its commands, each look at the events the socket its own.
    let server = try makeSocket(context, .rep)
    let client = try makeSocket(context, .req)
    try client.connect(try server.bind("tcp://127.0.0.1:*"))
    for _ in 0..<20 {
      _ = try dealer.get(.events)
      #expect(try client.send([0]))
      #expect(try server.receive() != nil)
      #expect(try server.send([0]))
      #expect(try client.receive() != nil)
    }

    #expect(try dealer.send([2], [.dontWait, .more]), "swallowed")
    #expect(try dealer.send([3], .dontWait), "swallowed")
    let later = try makeSocket(context, .router)
    try later.connect(endpoint)
    #expect(try dealer.send([[4], [5]]))
    #expect(try later.receive()?.dropFirst() == [[4], [5]])
  }

  @Test func namesReadWellInLogs() {
    #expect(RoutingID("node-7").description == "node-7")
    #expect(RoutingID([0, 0xAB, 0x10]).description == "0x00ab10")
    #expect(RoutingID("node-7").isAssignable)
    #expect(!RoutingID([0, 1]).isAssignable)
    #expect(!RoutingID([]).isAssignable)
    #expect(!RoutingID([UInt8](repeating: 1, count: 256)).isAssignable)
  }
}

@Suite struct BackPressureTests {
  @Test func aFullQueueWouldBlockAndLosesNothing() throws {
    let context = try Context()
    let pull = try makeSocket(context, .pull)
    let push = try makeSocket(context, .push)
    try pull.set(.receiveHighWaterMark, 5)
    try push.set(.sendHighWaterMark, 5)
    try push.connect(try pull.bind("inproc://full"))

    var taken = 0
    while taken < 1000, try push.send([[UInt8(taken)], [0]], .dontWait) { taken += 1 }
    #expect(taken == 10, "inproc has both ends' marks and no kernel buffer")
    for number in 0..<taken {
      #expect(try pull.receive(.dontWait) == [[UInt8(number)], [0]])
    }
    #expect(try pull.receive(.dontWait) == nil)
    // libzmq looks at most once a millisecond whether the reader made room; a send that may wait
    // looks until there is.
    #expect(try push.send([1]), "there is room again")
  }

  @Test(arguments: [Transport.ipc, .tcp])
  func aPeerThatDoesNotReadStopsTheSender(over transport: Transport) throws {
    let directory = try TemporaryDirectory()
    let context = try Context()
    let router = try makeSocket(context, .router)
    try router.set(.routerMandatory, true)
    try router.set(.sendHighWaterMark, 4)
    let dealer = try makeSocket(context, .dealer)
    try dealer.set(.routingID, RoutingID("slow"))
    try dealer.set(.receiveHighWaterMark, 4)
    try dealer.connect(try router.bind(transport.wildcard(in: directory)))
    #expect(try dealer.send([0]))
    #expect(try router.receive()?.count == 2)

    // Kernel buffers hold some megabytes; a hundred are refused long before.
    let block = [UInt8](repeating: 1, count: 1 << 20)
    var taken = 0
    while taken < 100, try router.send(to: RoutingID("slow"), block, .dontWait) { taken += 1 }
    #expect(taken >= 4 && taken < 100)
    for _ in 0..<taken { #expect(try dealer.receive()?[0].count == block.count) }
  }

  @Test func aBoundedWaitEndsWithNothing() throws {
    let context = try Context()
    let pair = try Socket(context, .pair)
    try pair.bind("inproc://alone")
    try pair.set(.receiveTimeout, .milliseconds(5))
    try pair.set(.sendTimeout, .milliseconds(5))
    #expect(try pair.receive() == nil)
    #expect(try !pair.send([1]))
  }
}
