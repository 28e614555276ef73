// One thread a socket: noticed when it is broken, and a socket can be handed over.

import Glibc
import Synchronization
import Testing
import ZeroMQ

@Suite struct ThreadTests {
  @Test func anOwnerKnowsItsThread() {
    let asked = Asked()
    #expect(asked.owner.isCurrentThread)
    TestThread { asked.answer.store(asked.owner.isCurrentThread, ordering: .releasing) }.join()
    let elsewhere = asked.answer.load(ordering: .acquiring)
    #expect(!elsewhere)
  }

  @Test func usingASocketOnAnotherThreadEndsTheProcessAndSaysWhy() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      // No crash report, which takes seconds to make.
      for number in [SIGILL, SIGTRAP, SIGABRT, SIGSEGV] { signal(number, SIG_DFL) }
      let smuggled = Smuggled(try Socket(try Context(), .dealer))
      TestThread { _ = try? smuggled.socket.send([1], .dontWait) }.join()
    }
    let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(text.contains("A ZeroMQ dealer socket was used on a thread that does not own it"))
  }

  @Test func anAdoptedSocketWorksOnItsNewThread() throws {
    let context = try Context()
    let pull = try makeSocket(context, .pull)
    let push = try makeSocket(context, .push)
    try push.connect(try pull.bind("inproc://handed-over"))
    let smuggled = Smuggled(push)
    #expect(smuggled.isOwned)
    TestThread {
      smuggled.socket.adoptByCurrentThread()
      _ = try? smuggled.socket.send([1])
    }.join()
    #expect(!smuggled.isOwned)
    #expect(try pull.receive() == [[1]])
    // It is closed here, so it comes back first.
    smuggled.socket.adoptByCurrentThread()
  }
}

/// An owner to be asked from another thread.
private final class Asked: @unchecked Sendable {
  let owner = ThreadOwner()
  let answer = Atomic<Bool>(true)
}

@Suite struct ContextTests {
  @Test func endingAContextWaitsForNobodyThatDoesNotListen() throws {
    let start = ContinuousClock.now
    do {
      let context = try Context()
      let push = try makeSocket(context, .push)
      try push.connect("tcp://127.0.0.1:9")
      #expect(try push.send([1], .dontWait))
    }
    #expect(ContinuousClock.now - start < patience)
  }

  @Test func lingeringMessagesStillArrive() throws {
    let context = try Context()
    let pull = try makeSocket(context, .pull)
    let endpoint = try pull.bind("tcp://127.0.0.1:*")
    do {
      let push = try makeSocket(context, .push)
      try push.set(.linger, patience)
      try push.connect(endpoint)
      for number in UInt8(0)..<100 { #expect(try push.send([number])) }
    }
    for number in UInt8(0)..<100 { #expect(try pull.receive() == [[number]]) }
  }

  @Test func shuttingDownWakesAWaitingThread() throws {
    let context = try Context()
    let told = Told()
    let thread = TestThread {
      do throws(ZeroMQError) {
        let pull = try Socket(context, .pull)
        try pull.bind("inproc://waiting")
        _ = try pull.receive()
      } catch {
        told.shutDown.store(error.isContextShutDown, ordering: .releasing)
      }
    }
    context.shutDown()
    thread.join()
    let wasTold = told.shutDown.load(ordering: .acquiring)
    #expect(wasTold)
    let error = #expect(throws: ZeroMQError.self) { _ = try Socket(context, .pair) }
    #expect(error?.name == "ETERM")
  }
}

private final class Told: Sendable {
  let shutDown = Atomic<Bool>(false)
}
