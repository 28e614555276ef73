// Every option is written in the size and unit that libzmq reads, which reading it back shows.

import Testing
import ZeroMQ

@Suite struct OptionTests {
  @Test func durationsAreMillisecondsRoundedUp() throws {
    let context = try Context()
    let socket = try Socket(context, .dealer)
    #expect(try socket.get(.linger) == .zero, "nothing lingers unless it is asked for")
    let options: [SocketOption<Duration>] = [
      .linger, .sendTimeout, .receiveTimeout, .heartbeatInterval, .heartbeatTimeout,
      .reconnectInterval, .reconnectIntervalMaximum, .handshakeInterval, .connectTimeout,
    ]
    for option in options {
      try socket.set(option, .milliseconds(250))
      #expect(try socket.get(option) == .milliseconds(250))
      try socket.set(option, .microseconds(1500))
      #expect(try socket.get(option) == .milliseconds(2))
    }
    // Negative would mean "for ever" to libzmq.
    try socket.set(.linger, .seconds(-1))
    #expect(try socket.get(.linger) == .zero)
    try socket.set(.linger, .seconds(Int64.max))
    #expect(try socket.get(.linger) == .milliseconds(Int32.max))
    // A time to live travels in tenths of a second.
    try socket.set(.heartbeatTimeToLive, .milliseconds(350))
    #expect(try socket.get(.heartbeatTimeToLive) == .milliseconds(300))
  }

  @Test func countsFlagsAndSizesAreReadBack() throws {
    let context = try Context()
    let socket = try Socket(context, .dealer)
    let counts: [SocketOption<Int>] = [
      .sendHighWaterMark, .receiveHighWaterMark, .kernelSendBuffer, .kernelReceiveBuffer, .backlog,
      .tcpKeepaliveIdle, .tcpKeepaliveInterval, .tcpKeepaliveCount,
    ]
    for (index, option) in counts.enumerated() {
      try socket.set(option, 100 + index)
      #expect(try socket.get(option) == 100 + index)
    }
    try socket.set(.tcpKeepalive, 1)
    #expect(try socket.get(.tcpKeepalive) == 1)
    for flag in [SocketOption<Bool>.immediate, .ipv6, .conflate] {
      try socket.set(flag, true)
      #expect(try socket.get(flag))
      try socket.set(flag, false)
      #expect(try !socket.get(flag))
    }
    try socket.set(.maximumMessageSize, 1 << 33)
    #expect(try socket.get(.maximumMessageSize) == 1 << 33)
    #expect(try socket.get(.fileDescriptor) >= 0)
    #expect(try socket.get(.events) == [])
  }

  @Test func aPartOverTheLimitEndsTheConnection() throws {
    let context = try Context()
    let router = try makeSocket(context, .router)
    try router.set(.maximumMessageSize, 100)
    let monitor = try Monitor(router)
    let dealer = try makeSocket(context, .dealer)
    try dealer.connect(try router.bind("tcp://127.0.0.1:*"))
    #expect(try dealer.send([UInt8](repeating: 0, count: 101)))
    let gone = try firstEvent(of: monitor) {
      if case .disconnected = $0.kind { true } else { false }
    }
    #expect(gone != nil)
    #expect(try router.receive(.dontWait) == nil)
  }

  @Test func onlyTheNewestIsKeptWhenConflated() throws {
    let context = try Context()
    let pull = try makeSocket(context, .pull)
    let push = try makeSocket(context, .push)
    try pull.set(.conflate, true)
    try push.set(.conflate, true)
    try push.connect(try pull.bind("inproc://newest"))
    for number in UInt8(0)..<10 { #expect(try push.send([number])) }
    #expect(try pull.receive() == [[9]])
    #expect(try pull.receive(.dontWait) == nil)
  }

  @Test(arguments: SocketKind.allCases)
  func everyKindExists(kind: SocketKind) throws {
    let context = try Context()
    let socket = try Socket(context, kind)
    #expect(socket.kind == kind)
  }

  @Test func theLibraryIsNewEnoughForHeartbeatsAndHandshakeEvents() {
    #expect(Context.libraryVersion.hasPrefix("4."))
  }
}
