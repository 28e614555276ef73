// The poller: sockets and file descriptors together, limits, pauses, closed sockets and signals.

import Glibc
import Synchronization
import Testing
import ZeroMQ

@Suite struct PollerTests {
  @Test func socketsAndDescriptorsAreReportedInTheOrderTheyWereAdded() throws {
    let context = try Context()
    let pull = try makeSocket(context, .pull)
    let push = try makeSocket(context, .push)
    try push.connect(try pull.bind("inproc://order"))
    let waker = try Waker()
    var poller = Poller()
    poller.add(fileDescriptor: waker.fileDescriptor, tag: 7)
    poller.add(pull, tag: 3)
    #expect(try poller.wait(upTo: .zero).isEmpty)

    waker.wake()
    waker.wake()
    #expect(try poller.wait(upTo: patience) == [Ready(tag: 7, events: .input)])
    #expect(try push.send([1]))
    #expect(
      try poller.wait(upTo: patience)
        == [Ready(tag: 7, events: .input), Ready(tag: 3, events: .input)])

    #expect(waker.clear())
    #expect(!waker.clear(), "any number of calls are cleared at once")
    var ready: [Ready] = []
    try poller.wait(upTo: patience, into: &ready)
    #expect(ready == [Ready(tag: 3, events: .input)])
  }

  @Test func aWaitIsWokenByAnotherThread() throws {
    let waker = try Waker()
    var poller = Poller()
    poller.add(waker, tag: 1)
    let thread = TestThread { waker.wake() }
    #expect(try poller.wait(upTo: patience) == [Ready(tag: 1, events: .input)])
    thread.join()
  }

  @Test func aWaitEndsAtItsLimit() throws {
    let context = try Context()
    let pull = try makeSocket(context, .pull)
    try pull.bind("inproc://limit")
    var poller = Poller()
    poller.add(pull, tag: 0)
    let start = ContinuousClock.now
    #expect(try poller.wait(upTo: .microseconds(300)).isEmpty)
    #expect(ContinuousClock.now - start >= .microseconds(300), "limits are rounded up")
  }

  @Test func aPausedEntryIsNotReported() throws {
    let context = try Context()
    let left = try makeSocket(context, .pair)
    let right = try makeSocket(context, .pair)
    try right.connect(try left.bind("inproc://pause"))
    #expect(try left.send([1]))
    var poller = Poller()
    poller.add(right, tag: 1, [.input, .output])
    #expect(try poller.wait(upTo: patience) == [Ready(tag: 1, events: [.input, .output])])
    poller.change(tag: 1, to: [])
    #expect(try poller.wait(upTo: .zero).isEmpty)
    poller.change(tag: 1, to: .input)
    #expect(try poller.wait(upTo: patience) == [Ready(tag: 1, events: .input)])
    poller.remove(tag: 1)
    let count = poller.count
    #expect(count == 0)
  }

  @Test func aClosedSocketDropsOut() throws {
    let context = try Context()
    let left = try makeSocket(context, .pair)
    let right = try makeSocket(context, .pair)
    let other = try makeSocket(context, .pair)
    try right.connect(try left.bind("inproc://closing"))
    var poller = Poller()
    poller.add(right, tag: 1, .output)
    poller.add(other, tag: 2)
    poller.add(left, tag: 3, .output)
    right.close()
    let ready = try poller.wait(upTo: .zero)
    let count = poller.count
    #expect(count == 2)
    #expect(!ready.contains { $0.tag == 1 })
  }

  @Test func aSignalEndsTheWaitWithNothing() throws {
    var action = sigaction()
    action.__sigaction_handler.sa_handler = { _ in }
    var former = sigaction()
    #expect(sigaction(SIGUSR2, &action, &former) == 0)
    // Threads that the Swift runtime lends to a test have every signal blocked.
    var mask = sigset_t()
    var formerMask = sigset_t()
    sigemptyset(&mask)
    sigaddset(&mask, SIGUSR2)
    #expect(pthread_sigmask(SIG_UNBLOCK, &mask, &formerMask) == 0)
    defer {
      pthread_sigmask(SIG_SETMASK, &formerMask, nil)
      sigaction(SIGUSR2, &former, nil)
    }

    let context = try Context()
    let pull = try makeSocket(context, .pull)
    try pull.bind("inproc://signal")
    var poller = Poller()
    poller.add(pull, tag: 0)
    let waiter = pthread_self()
    let over = Over()
    let thread = TestThread {
      // Again and again: the first signals may come before the wait begins.
      while !over.flag.load(ordering: .acquiring) {
        pthread_kill(waiter, SIGUSR2)
        sched_yield()
      }
    }
    let start = ContinuousClock.now
    #expect(try poller.wait(upTo: patience).isEmpty)
    #expect(try pull.receive() == nil, "a signal ends a receive as well")
    #expect(ContinuousClock.now - start < patience)
    over.flag.store(true, ordering: .releasing)
    thread.join()
  }
}

/// Ends the signalling thread.
private final class Over: Sendable {
  let flag = Atomic<Bool>(false)
}
