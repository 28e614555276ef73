// Events in the order of their time, and of their scheduling where times are equal: a binary heap
// of small plain keys beside the events, because debug builds copy large enums slowly.

import GreyBasics

struct EventQueue<Event> {
  private var heap = KeyHeap()
  private var events: [Event?] = []
  private var free: [Int] = []
  private var serial: UInt64 = 0

  var nextTime: Moment? {
    heap.keys.first.map { Moment(nanoseconds: $0.time) }
  }

  mutating func schedule(_ event: Event, at time: Moment) {
    serial += 1
    let slot: Int
    if let old = free.popLast() {
      slot = old
      events[slot] = event
    } else {
      slot = events.count
      events.append(event)
    }
    heap.push(KeyHeap.Key(time: time.nanoseconds, serial: serial, slot: slot))
  }

  mutating func takeNext() -> (time: Moment, event: Event)? {
    while let key = heap.pop() {
      free.append(key.slot)
      guard let event = events[key.slot] else { continue }
      events[key.slot] = nil
      return (Moment(nanoseconds: key.time), event)
    }
    return nil
  }

  func count(where matches: (Event) -> Bool) -> Int {
    events.reduce(0) { $0 + ($1.map(matches) == true ? 1 : 0) }
  }

  /// Their keys stay behind until their time comes.
  mutating func removeAll(where matches: (Event) -> Bool) {
    for slot in events.indices {
      if let event = events[slot], matches(event) { events[slot] = nil }
    }
  }
}

private struct KeyHeap {
  struct Key {
    var time: UInt64
    var serial: UInt64
    var slot: Int
  }

  var keys: [Key] = []

  private func isBefore(_ a: Int, _ b: Int) -> Bool {
    keys[a].time == keys[b].time
      ? keys[a].serial < keys[b].serial : keys[a].time < keys[b].time
  }

  mutating func push(_ key: Key) {
    keys.append(key)
    var child = keys.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard isBefore(child, parent) else { break }
      keys.swapAt(child, parent)
      child = parent
    }
  }

  mutating func pop() -> Key? {
    guard let first = keys.first else { return nil }
    let last = keys.removeLast()
    guard !keys.isEmpty else { return first }
    keys[0] = last
    var parent = 0
    while true {
      let left = 2 * parent + 1
      guard left < keys.count else { return first }
      let least = left + 1 < keys.count && isBefore(left + 1, left) ? left + 1 : left
      guard isBefore(least, parent) else { return first }
      keys.swapAt(parent, least)
      parent = least
    }
  }
}
