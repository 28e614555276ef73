// A buffer that is sent without a copy comes back exactly once, whatever becomes of its message.

import Synchronization
import Testing
import ZeroMQ

/// Counts how often a buffer came back, and frees it the first time.
private final class Returns: Sendable {
  private let state = Mutex<(count: Int, start: UInt)>((0, 0))
  private let free = Atomic<Bool>(false)

  var count: Int { state.withLock { $0.count } }
  var start: UInt { state.withLock { $0.start } }

  func makeBuffer(_ byteCount: Int, filledWith byte: UInt8) -> UnsafeMutableRawBufferPointer {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: byteCount, alignment: 8)
    buffer.initializeMemory(as: UInt8.self, repeating: byte)
    return buffer
  }

  func take(_ buffer: UnsafeMutableRawBufferPointer) {
    state.withLock {
      $0.count += 1
      $0.start = UInt(bitPattern: buffer.baseAddress)
    }
    if !free.exchange(true, ordering: .acquiringAndReleasing) { buffer.deallocate() }
  }
}

@Suite struct ZeroCopyTests {
  @Test(arguments: Transport.allCases)
  func aSentBufferComesBackOnce(over transport: Transport) throws {
    let returns = Returns()
    let buffer = returns.makeBuffer(64 * 1024, filledWith: 9)
    let start = UInt(bitPattern: buffer.baseAddress)
    do {
      let directory = try TemporaryDirectory()
      let context = try Context()
      let pull = try makeSocket(context, .pull)
      let push = try makeSocket(context, .push)
      try push.connect(try pull.bind(transport.wildcard(in: directory)))
      var message = try Message(noCopy: buffer) { returns.take($0) }
      #expect(try push.send(&message))
      #expect(try pull.receive() == [[UInt8](repeating: 9, count: 64 * 1024)])
    }
    // The context ended, and with it every thread that could still hold the buffer.
    #expect(returns.count == 1)
    #expect(returns.start == start)
  }

  @Test func aMessageThatIsNeverSentGivesItsBufferBack() throws {
    let returns = Returns()
    do {
      let message = try Message(noCopy: returns.makeBuffer(100, filledWith: 1)) { returns.take($0) }
      #expect(message.count == 100)
      #expect(returns.count == 0)
    }
    #expect(returns.count == 1)
  }

  @Test func aMessageThatCouldNotBeDeliveredGivesItsBufferBack() throws {
    let returns = Returns()
    do {
      let context = try Context()
      let push = try makeSocket(context, .push)
      // Nobody will ever listen there: the message stays in the queue until the socket closes.
      try push.connect("inproc://nobody")
      var message = try Message(noCopy: returns.makeBuffer(5000, filledWith: 1)) {
        returns.take($0)
      }
      #expect(try push.send(&message, .dontWait))
      #expect(message.count == 0)
      #expect(returns.count == 0)
    }
    #expect(returns.count == 1)
  }

  @Test func aRefusedMessageKeepsItsBuffer() throws {
    let returns = Returns()
    let context = try Context()
    let push = try makeSocket(context, .push)
    do {
      var message = try Message(noCopy: returns.makeBuffer(5000, filledWith: 3)) {
        returns.take($0)
      }
      #expect(try !push.send(&message, .dontWait), "nobody is connected")
      #expect(message.bytes == [UInt8](repeating: 3, count: 5000))
      #expect(returns.count == 0)
    }
    #expect(returns.count == 1)
  }

  @Test func aDuplicateSharesTheBufferUntilBothAreGone() throws {
    let returns = Returns()
    do {
      var first = try Message(noCopy: returns.makeBuffer(5000, filledWith: 4)) { returns.take($0) }
      do {
        let second = try first.duplicate()
        #expect(second.bytes == first.bytes)
      }
      #expect(returns.count == 0)
    }
    #expect(returns.count == 1)
  }

  @Test func theFormWithoutAClosurePassesItsHint() throws {
    let counter = UnsafeMutablePointer<Int>.allocate(capacity: 1)
    counter.initialize(to: 0)
    defer { counter.deallocate() }
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 4096, alignment: 8)
    do {
      let message = try Message(noCopy: buffer, hint: counter) { start, hint in
        start?.deallocate()
        hint?.assumingMemoryBound(to: Int.self).pointee += 1
      }
      #expect(message.count == 4096)
    }
    #expect(counter.pointee == 1)
  }
}
