// Events in the order of their time, and of their scheduling where times are equal: a binary heap.

import GreyBasics

struct EventQueue<Event> {
  private struct Entry {
    var time: Moment
    var serial: UInt64
    var event: Event
    func isBefore(_ other: Entry) -> Bool {
      time == other.time ? serial < other.serial : time < other.time
    }
  }

  private var entries: [Entry] = []
  private var serial: UInt64 = 0

  var isEmpty: Bool { entries.isEmpty }
  var nextTime: Moment? { entries.first?.time }

  mutating func schedule(_ event: Event, at time: Moment) {
    serial += 1
    entries.append(Entry(time: time, serial: serial, event: event))
    var child = entries.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard entries[child].isBefore(entries[parent]) else { break }
      entries.swapAt(child, parent)
      child = parent
    }
  }

  mutating func takeNext() -> (time: Moment, event: Event)? {
    guard let first = entries.first else { return nil }
    let last = entries.removeLast()
    if !entries.isEmpty {
      entries[0] = last
      var parent = 0
      while true {
        var least = parent
        for child in [2 * parent + 1, 2 * parent + 2] where child < entries.count {
          if entries[child].isBefore(entries[least]) { least = child }
        }
        guard least != parent else { break }
        entries.swapAt(parent, least)
        parent = least
      }
    }
    return (first.time, first.event)
  }

  func count(where matches: (Event) -> Bool) -> Int {
    entries.reduce(0) { $0 + (matches($1.event) ? 1 : 0) }
  }

  mutating func removeAll(where matches: (Event) -> Bool) {
    let kept = entries.filter { !matches($0.event) }
    guard kept.count != entries.count else { return }
    entries = kept.sorted { $0.isBefore($1) }
  }
}
