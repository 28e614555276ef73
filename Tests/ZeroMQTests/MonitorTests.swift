// Monitors: who came, who went, and over which connection.

import Glibc
import Testing
import ZeroMQ

@Suite struct MonitorTests {
  @Test(arguments: [Transport.ipc, .tcp])
  func aPeerIsSeenToComeAndToGo(over transport: Transport) throws {
    let directory = try TemporaryDirectory()
    let context = try Context()
    let router = try makeSocket(context, .router)
    let monitor = try Monitor(router)
    let endpoint = try router.bind(transport.wildcard(in: directory))
    let listening = try #require(try firstEvent(of: monitor) { $0.fileDescriptor != nil })
    #expect(listening.endpoint == endpoint)

    let dealer = try makeSocket(context, .dealer)
    try dealer.connect(endpoint)
    #expect(try dealer.send([1]))
    let accepted = try #require(
      try firstEvent(of: monitor) { if case .accepted = $0.kind { true } else { false } })
    #expect(try firstEvent(of: monitor) { $0.kind == .handshakeSucceeded } != nil)

    // A message names the connection that it came over: so a disconnect names a peer.
    var message = Message()
    #expect(try router.receive(into: &message))
    #expect(try router.receive(into: &message))
    #expect(message.sourceFileDescriptor == accepted.fileDescriptor)
    if transport == .tcp { #expect(message.peerAddress == "127.0.0.1") }

    dealer.close()
    let gone = try #require(
      try firstEvent(of: monitor) { if case .disconnected = $0.kind { true } else { false } })
    #expect(gone.fileDescriptor == accepted.fileDescriptor)
  }

  @Test func theConnectingEndSeesItsPeerVanish() throws {
    let directory = try TemporaryDirectory()
    let context = try Context()
    let dealer = try makeSocket(context, .dealer)
    try dealer.set(.reconnectInterval, .milliseconds(10))
    let monitor = try Monitor(dealer)
    let router = try makeSocket(context, .router)
    try dealer.connect(try router.bind(directory.endpoint()))
    #expect(
      try firstEvent(of: monitor) { if case .connected = $0.kind { true } else { false } } != nil)
    #expect(try firstEvent(of: monitor) { $0.kind == .handshakeSucceeded } != nil)
    router.close()
    let gone = try firstEvent(of: monitor) {
      if case .disconnected = $0.kind { true } else { false }
    }
    #expect(gone?.endpoint == directory.endpoint())
    #expect(
      try firstEvent(of: monitor) { $0.kind == .connectRetried(after: .milliseconds(10)) } != nil)
  }

  @Test func aStrangerFailsTheHandshake() throws {
    let context = try Context()
    let router = try makeSocket(context, .router)
    let monitor = try Monitor(router)
    let endpoint = try router.bind("tcp://127.0.0.1:*")
    let stranger = try connectPlainly(to: endpoint)
    defer { Glibc.close(stranger) }
    // A greeting: signature, version 3.0, a security mechanism that nobody has, padding.
    let mechanism = [UInt8]("BOGUS") + [UInt8](repeating: 0, count: 15)
    let greeting =
      [0xFF, 0, 0, 0, 0, 0, 0, 0, 1, 0x7F, 3, 0] + mechanism + [UInt8](repeating: 0, count: 32)
    #expect(write(stranger, greeting, greeting.count) == 64)
    let failed = try firstEvent(of: monitor) {
      if case .handshakeFailed = $0.kind { true } else { false }
    }
    #expect(failed?.kind == .handshakeFailed(.protocolError(code: 0x1100_0002)))
  }

  @Test func aPeerThatFallsSilentIsGivenUp() throws {
    let context = try Context()
    let router = try makeSocket(context, .router)
    try router.set(.heartbeatInterval, .milliseconds(20))
    try router.set(.heartbeatTimeout, .milliseconds(40))
    let monitor = try Monitor(router)
    let endpoint = try router.bind("tcp://127.0.0.1:*")
    let silent = try connectPlainly(to: endpoint)
    defer { Glibc.close(silent) }
    // All that a peer says for its handshake, and then nothing more: no answer to any ping.
    let mechanism = [UInt8]("NULL") + [UInt8](repeating: 0, count: 16)
    let greeting =
      [0xFF, 0, 0, 0, 0, 0, 0, 0, 1, 0x7F, 3, 0] + mechanism + [UInt8](repeating: 0, count: 32)
    let property = [11] + [UInt8]("Socket-Type") + [0, 0, 0, 6] + [UInt8]("DEALER")
    let ready = [5] + [UInt8]("READY") + property
    let bytes = greeting + [4, UInt8(ready.count)] + ready
    #expect(write(silent, bytes, bytes.count) == bytes.count)

    #expect(try firstEvent(of: monitor) { $0.kind == .handshakeSucceeded } != nil)
    let gone = try firstEvent(of: monitor) {
      if case .disconnected = $0.kind { true } else { false }
    }
    #expect(gone != nil)
  }

  @Test func aFailedBindIsReportedToTheMonitorToo() throws {
    let context = try Context()
    let first = try makeSocket(context, .router)
    let endpoint = try first.bind("tcp://127.0.0.1:*")
    let second = try makeSocket(context, .router)
    let monitor = try Monitor(second)
    #expect(throws: ZeroMQError.self) { try second.bind(endpoint) }
    let event = try firstEvent(of: monitor) {
      if case .bindFailed = $0.kind { true } else { false }
    }
    #expect(event?.kind == .bindFailed(errno: EADDRINUSE))
  }

  @Test func aMonitorMayGoBeforeItsSocketAndASocketBeforeItsMonitor() throws {
    let context = try Context()
    let socket = try makeSocket(context, .router)
    do {
      let monitor = try Monitor(socket)
      #expect(try monitor.next() == nil)
    }
    // Were the events still sent to the monitor that is gone, libzmq's thread would wait for ever.
    let endpoint = try socket.bind("tcp://127.0.0.1:*")
    let dealer = try makeSocket(context, .dealer)
    try dealer.connect(endpoint)
    #expect(try dealer.send([1]))
    #expect(try socket.receive()?.last == [1])

    let later = try Monitor(socket)
    socket.close()
    #expect(try firstEvent(of: later) { $0.kind == .stopped } != nil)
  }

  private func connectPlainly(to endpoint: String) throws -> Int32 {
    let port = try #require(UInt16(endpoint.split(separator: ":").last ?? ""))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    let code = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    try #require(code == 0)
    return descriptor
  }

  /// libzmq's thread sends events without limit of time: one for a reader that is gone would hold
  /// up every connection of the context, for ever.
  @Test(arguments: [true, false])
  func whatIsClosedWhileItConnectsHoldsUpNobody(socketFirst: Bool) throws {
    let directory = try TemporaryDirectory()
    let context = try Context()
    let router = try makeSocket(context, .router)
    let dealer = try makeSocket(context, .dealer)
    try dealer.connect(try router.bind(directory.endpoint()))
    for round in 0..<300 {
      try leave(directory.endpoint("nobody"), context, socketFirst: socketFirst)
      let bytes = [UInt8(truncatingIfNeeded: round)]
      #expect(try dealer.send(bytes))
      var message = Message()
      try #require(try router.receive(into: &message), "nothing arrives after \(round) rounds")
      #expect(try router.receive(into: &message))
      #expect(message.bytes == bytes)
    }
  }

  /// Nobody listens there: there are several events a millisecond.
  private func leave(_ endpoint: String, _ context: Context, socketFirst: Bool) throws {
    let socket = try makeSocket(context, .dealer)
    try socket.set(.reconnectInterval, .milliseconds(1))
    let monitor = try Monitor(socket)
    for _ in 0..<4 { try socket.connect(endpoint) }
    _ = try monitor.next()
    if socketFirst {
      socket.close()
      _ = consume monitor
    } else {
      _ = consume monitor
      socket.close()
    }
  }
}
