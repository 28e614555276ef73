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
  private var sleepers: [UInt64: WaitList<Sleeper>] = [:]
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

  func sleep(_ sleeper: Sleeper, at word: UInt64) {
    _ = sleepers[word, default: WaitList()].append(sleeper)
  }

  /// Nil: nobody waits there. Else it is counted among those that go on.
  func wakeFirst(at word: UInt64) -> Sleeper? {
    guard let first = sleepers[word]?.removeFirst() else { return nil }
    if sleepers[word]?.isEmpty == true { sleepers[word] = nil }
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
    let place = isSend ? queue.senders.append(waiter) : queue.receivers.append(waiter)
    waiter.goroutine.waitsAt.append(Waiting(channel: channel, isSend: isSend, place: place))
  }

  func block() { blocked += 1 }

  /// The goroutine is served at one channel: it waits at none any more.
  func serve(_ waiter: Waiter) {
    blocked -= 1
    let goroutine = waiter.goroutine
    let all = goroutine.waitsAt
    goroutine.waitsAt.removeAll(keepingCapacity: true)
    for one in all {
      let channel = one.channel
      guard let queue = queue(of: channel) else { continue }
      if one.isSend {
        queue.senders.remove(at: one.place)
      } else {
        queue.receivers.remove(at: one.place)
      }
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
  var senders = WaitList<Waiter>()
  var receivers = WaitList<Waiter>()
}

/// Where a goroutine waits: its place in one of a channel's lists.
struct Waiting {
  let channel: Channel
  let isSend: Bool
  let place: Int
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
