// The simulated world's network: one FIFO queue for each direction between two parties.
//
// ZeroMQ keeps the order of one connection and promises nothing across connections; so does this.
// Which queue delivers next is the schedule's choice, and that alone reorders messages of different
// senders in every possible way and delays each for any time. A connection that breaks loses what
// was on it and is made again at once, which is what ZeroMQ does, too. Within one connection
// nothing overtakes: frames of a link come in another order only because one was lost, or came
// again after the connection had broken. A stop line is a connection of its own, beside the one
// that its process has with the coordinator. A clogged direction keeps what is on it until it is
// opened again, and so does a partition between two groups, one way or both ways, until it heals.

/// Who can send and receive.
package enum Party: Hashable, Sendable {
  case coordinator
  /// The process with this index, whatever node id it was given.
  case process(Int)
  case client(Int)
  /// The coordinator, at its end of this process's stop line.
  case line(Int)

  /// The coordinator, whichever way it is spoken to.
  var isCoordinator: Bool {
    switch self {
    case .coordinator, .line: true
    case .process, .client: false
    }
  }
}

/// One direction between two parties.
package struct Channel: Hashable, Sendable {
  package let from: Party
  package let to: Party

  package init(from: Party, to: Party) {
    self.from = from
    self.to = to
  }
  var reversed: Channel { Channel(from: to, to: from) }
}

/// Processes from a certain one on are cut off from those before it and from the coordinator.
package struct Partition: Hashable, Sendable {
  package enum Way: String, Hashable, Sendable, CaseIterable {
    case both
    /// Nothing reaches them.
    case into = "in"
    /// Nothing comes from them.
    case out
  }
  package let first: Int
  package let way: Way

  package init(from first: Int, _ way: Way) {
    self.first = first
    self.way = way
  }

  func severs(_ channel: Channel) -> Bool {
    let (from, to) = (isBeyond(channel.from), isBeyond(channel.to))
    switch way {
    case .both: return from != to
    case .into: return !from && to
    case .out: return from && !to
    }
  }

  private func isBeyond(_ party: Party) -> Bool {
    if case .process(let index) = party { index >= first } else { false }
  }
}

package struct SimulatedNetwork {
  private struct Queue {
    let channel: Channel
    var messages: [[UInt8]] = []
    var head = 0
    var isClogged = false
    /// By the partition.
    var isSevered = false
    var isEmpty: Bool { head == messages.count }

    mutating func take() -> [UInt8] {
      defer { head += 1 }
      return messages[head]
    }
    mutating func clear() {
      messages.removeAll(keepingCapacity: true)
      head = 0
    }
  }

  /// In the order of their first message, so that a choice by number is the same in every run.
  private var queues: [Queue] = []
  private var places = ChannelPlaces()
  /// The queues that hold something and are open, in ascending order.
  private var waiting: [Int] = []
  /// The queues that are clogged, in the order in which they were.
  private var cloggedQueues: [Int] = []
  package private(set) var messagesLost = 0
  package private(set) var partition: Partition?

  package init() {}

  /// The channels that could deliver now, in a fixed order, until the body says that it has seen
  /// enough.
  package func forEachDeliverable(_ body: (Channel) -> Bool) {
    for index in waiting where !body(queues[index].channel) { return }
  }

  /// The same with the channel's number, which it keeps.
  func forEachNumbered(_ body: (Channel, Int) -> Void) {
    for index in waiting { body(queues[index].channel, index) }
  }

  /// Those that deliver nothing until they are opened.
  package var clogged: [Channel] { cloggedQueues.map { queues[$0].channel } }

  package mutating func send(_ bytes: [UInt8], from: Party, to: Party) {
    let index = index(of: Channel(from: from, to: to))
    queues[index].messages.append(bytes)
    if queues[index].messages.count - queues[index].head == 1 { open(index) }
  }

  private mutating func index(of channel: Channel) -> Int {
    if let known = places[channel] { return known }
    places[channel] = queues.count
    var queue = Queue(channel: channel)
    queue.isSevered = partition?.severs(channel) ?? false
    queues.append(queue)
    return queues.count - 1
  }

  /// It holds something: it can deliver, unless it is clogged or severed.
  private mutating func open(_ index: Int) {
    if queues[index].isClogged || queues[index].isSevered { return }
    let place = waiting.firstIndex { $0 >= index } ?? waiting.count
    if place == waiting.count || waiting[place] != index { waiting.insert(index, at: place) }
  }

  /// Takes the oldest message of a channel; nil when there is none.
  package mutating func deliver(_ channel: Channel) -> [UInt8]? {
    guard let index = places[channel], !queues[index].isEmpty, !queues[index].isClogged,
      !queues[index].isSevered
    else { return nil }
    let bytes = queues[index].take()
    if queues[index].isEmpty { empty(index) }
    return bytes
  }

  /// The oldest message, which stays where it is.
  package func oldest(_ channel: Channel) -> [UInt8]? {
    guard let index = places[channel], !queues[index].isEmpty else { return nil }
    return queues[index].messages[queues[index].head]
  }

  /// The oldest message comes twice: one right after the other, or the second behind all that is on
  /// its way. False when there is none.
  mutating func repeatOldest(_ channel: Channel, atTheEnd: Bool) -> Bool {
    guard let index = places[channel], !queues[index].isEmpty else { return false }
    let bytes = queues[index].messages[queues[index].head]
    let place = atTheEnd ? queues[index].messages.count : queues[index].head
    queues[index].messages.insert(bytes, at: place)
    return true
  }

  /// In place of one that there was.
  mutating func sever(_ new: Partition?) {
    partition = new
    for index in queues.indices {
      let isSevered = new?.severs(queues[index].channel) ?? false
      if isSevered == queues[index].isSevered { continue }
      queues[index].isSevered = isSevered
      if isSevered {
        waiting.removeAll { $0 == index }
      } else if !queues[index].isEmpty {
        open(index)
      }
    }
  }

  package mutating func clog(_ channel: Channel) {
    let index = index(of: channel)
    if queues[index].isClogged { return }
    queues[index].isClogged = true
    waiting.removeAll { $0 == index }
    cloggedQueues.append(index)
  }

  package mutating func unclog(_ channel: Channel) {
    guard let index = places[channel], queues[index].isClogged else { return }
    queues[index].isClogged = false
    cloggedQueues.removeAll { $0 == index }
    if !queues[index].isEmpty { open(index) }
  }

  /// The connection breaks: what is on it in this direction is lost. A clog outlasts it.
  package mutating func lose(_ channel: Channel) {
    guard let index = places[channel], !queues[index].isEmpty else { return }
    messagesLost += queues[index].messages.count - queues[index].head
    empty(index)
  }

  /// A party is gone: nothing from it or to it is delivered any more.
  package mutating func cut(_ party: Party) {
    func isGone(_ end: Party) -> Bool {
      switch (party, end) {
      case (.coordinator, _): end.isCoordinator
      case (.process(let index), .line(let owner)): index == owner
      default: end == party
      }
    }
    for queue in queues where isGone(queue.channel.from) || isGone(queue.channel.to) {
      lose(queue.channel)
      unclog(queue.channel)
    }
  }

  private mutating func empty(_ index: Int) {
    queues[index].clear()
    waiting.removeAll { $0 == index }
  }
}

/// A number for each channel that was ever used: a table by the codes of its ends, because every
/// message is looked up twice. Replays name any party; the codes of nobody's are hashed.
private struct ChannelPlaces {
  /// By sender, then by receiver; zero: none.
  private var rows: [[Int32]] = []
  private var strange: [Channel: Int] = [:]
  private static func isSmall(_ code: Int) -> Bool { (0..<1_024).contains(code) }

  subscript(channel: Channel) -> Int? {
    get {
      let (from, to) = (channel.from.code, channel.to.code)
      guard Self.isSmall(from), Self.isSmall(to) else { return strange[channel] }
      guard from < rows.count, to < rows[from].count, rows[from][to] > 0 else { return nil }
      return Int(rows[from][to]) - 1
    }
    set {
      let (from, to) = (channel.from.code, channel.to.code)
      guard Self.isSmall(from), Self.isSmall(to) else { return strange[channel] = newValue }
      while rows.count <= from { rows.append([]) }
      while rows[from].count <= to { rows[from].append(0) }
      rows[from][to] = Int32(truncatingIfNeeded: newValue.map { $0 + 1 } ?? 0)
    }
  }
}
