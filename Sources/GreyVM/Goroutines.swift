// What the goroutines of a run share: how many there are, how many wait for each other, and who
// waits at which channel.
//
// All goroutines of a run on a node are tasks of one worker, so nothing here is locked. A goroutine
// that waits is a task that waits for a message: it costs its stack and an entry in a queue. The
// queues hold no references: what a waiting goroutine sends lies in its frame, which is a root,
// and where it wants what it receives is a place in its frame, which does not move.
//
// When as many wait as there are, nobody will ever wake them: Go's deadlock.

import GreyMutator

/// Confined to one worker.
final class Goroutines {
  private(set) var alive = 0
  private(set) var blocked = 0
  private var lastNumber = 0
  /// The program has ended; what still runs of it is on its way out.
  var isOver = false
  var main: Goroutine?
  private var queues: [WaitQueue] = []
  private var free: [Int] = []
  /// Who waits at a word of memory, the first one first. Each keeps the object alive.
  private var sleepers: [UInt64: [Sleeper]] = [:]
  /// Those that serve the library and that programs do not count.
  private(set) var inBackground = 0

  /// Those that sleep for a timer which was stopped: they will do nothing.
  var discounted = 0

  var isEmpty: Bool { alive == discounted }
  var isDeadlocked: Bool { !isEmpty && alive - discounted == blocked }

  /// Its number, as traces show it.
  func begin() -> Int {
    alive += 1
    lastNumber += 1
    return lastNumber
  }
  func end(inBackground isHidden: Bool = false) {
    alive -= 1
    if isHidden { inBackground -= 1 }
  }
  func hide() { inBackground += 1 }

  // MARK: words

  func sleep(_ sleeper: Sleeper, at word: UInt64) { sleepers[word, default: []].append(sleeper) }

  /// Nil: nobody waits there. Else it is counted among those that go on.
  func wakeFirst(at word: UInt64) -> Sleeper? {
    guard var all = sleepers[word] else { return nil }
    let first = all.removeFirst()
    sleepers[word] = all.isEmpty ? nil : all
    blocked -= 1
    return first
  }

  // MARK: queues

  /// The queue of a channel, which keeps its number while somebody waits there.
  func queue(of channel: Channel) -> WaitQueue? {
    channel.waiting == 0 ? nil : queues[channel.waiting - 1]
  }

  private func makeQueue(of channel: Channel) -> WaitQueue {
    if let known = queue(of: channel) { return known }
    if free.isEmpty {
      queues.append(WaitQueue())
      free.append(queues.count)
    }
    let number = free.removeLast()
    channel.waiting = number
    queues[number - 1].channel = channel
    return queues[number - 1]
  }

  func wait(_ waiter: Waiter, at channel: Channel, isSend: Bool) {
    let queue = makeQueue(of: channel)
    if isSend { queue.senders.append(waiter) } else { queue.receivers.append(waiter) }
    waiter.goroutine.waitsAt.append(channel)
  }

  func block() { blocked += 1 }

  /// The goroutine is served at one channel: it waits at none any more.
  func serve(_ waiter: Waiter) {
    blocked -= 1
    let goroutine = waiter.goroutine
    let channels = goroutine.waitsAt
    goroutine.waitsAt = []
    for channel in channels {
      guard let queue = queue(of: channel) else { continue }
      queue.senders.remove(goroutine)
      queue.receivers.remove(goroutine)
      if queue.senders.isEmpty, queue.receivers.isEmpty {
        free.append(channel.waiting)
        channel.waiting = 0
        queue.channel = nil
      }
    }
  }
}

/// A goroutine that waits at a word of memory.
struct Sleeper { let task: TaskContext }

/// Who waits at a channel.
final class WaitQueue {
  var channel: Channel?
  var senders = WaitList()
  var receivers = WaitList()
}

/// A goroutine at a channel, and what it wants there.
struct Waiter {
  let goroutine: Goroutine
  let task: TaskContext
  /// Of its frame.
  let slots: UnsafeMutableRawPointer
  /// What it sends is in this slot, or what it receives goes there; zero: nowhere.
  let value: Int
  /// Where it wants to know that the channel was open; zero: nowhere.
  let ok: Int
  /// Of a `select`: where the chosen case goes, and which one this is.
  var chosen = 0
  var number = 0
  /// Of the value.
  let bytes: Int
}

/// First come, first served.
struct WaitList {
  private var waiters: [Waiter?] = []
  private var head = 0
  private(set) var count = 0
  var isEmpty: Bool { count == 0 }

  mutating func append(_ waiter: Waiter) {
    waiters.append(waiter)
    count += 1
  }

  var first: Waiter? {
    mutating get {
      while head < waiters.count {
        if let waiter = waiters[head] { return waiter }
        head += 1
      }
      waiters.removeAll(keepingCapacity: true)
      head = 0
      return nil
    }
  }

  /// All entries of a goroutine. Whoever is served is the first nearly always.
  mutating func remove(_ goroutine: Goroutine) {
    if count == 0 { return }
    if let first, first.goroutine === goroutine {
      waiters[head] = nil
      head += 1
      count -= 1
      if goroutine.waitsOnce { return shrink() }
    }
    for index in head..<waiters.count where waiters[index]?.goroutine === goroutine {
      waiters[index] = nil
      count -= 1
    }
    shrink()
  }

  private mutating func shrink() {
    if count == 0 {
      waiters.removeAll(keepingCapacity: waiters.count <= 64)
      head = 0
    } else if head >= 64, head * 2 >= waiters.count {
      waiters.removeFirst(head)
      head = 0
    }
  }
}
