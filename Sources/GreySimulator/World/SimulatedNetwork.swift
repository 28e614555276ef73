// The simulated world's network: one FIFO queue for each direction between two parties.
//
// ZeroMQ keeps the order of one connection and promises nothing across connections; so does this.
// Which queue delivers next is the schedule's choice, and that alone reorders messages of different
// senders in every possible way and delays each for any time. A connection that breaks loses what
// was on it and is made again at once, which is what ZeroMQ does, too.

/// Who can send and receive.
package enum Party: Hashable, Sendable {
  case coordinator
  /// The process with this index, whatever node id it was given.
  case process(Int)
  case client(Int)
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

package struct SimulatedNetwork {
  private struct Queue {
    let channel: Channel
    var messages: [[UInt8]] = []
    var head = 0
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
  private var indices: [Channel: Int] = [:]
  /// The queues that hold something, in ascending order.
  private var waiting: [Int] = []
  package private(set) var messagesLost = 0

  package init() {}

  /// How many queues could deliver now.
  package var deliverable: Int { waiting.count }
  /// The channels that could deliver now.
  package var channels: [Channel] { waiting.map { queues[$0].channel } }

  package mutating func send(_ bytes: [UInt8], from: Party, to: Party) {
    let channel = Channel(from: from, to: to)
    let index: Int
    if let known = indices[channel] {
      index = known
    } else {
      index = queues.count
      indices[channel] = index
      queues.append(Queue(channel: channel))
    }
    if queues[index].isEmpty {
      let place = waiting.firstIndex { $0 > index } ?? waiting.count
      waiting.insert(index, at: place)
    }
    queues[index].messages.append(bytes)
  }

  /// Takes the oldest message of a channel; nil when there is none.
  package mutating func deliver(_ channel: Channel) -> [UInt8]? {
    guard let index = indices[channel], !queues[index].isEmpty else { return nil }
    let bytes = queues[index].take()
    if queues[index].isEmpty { empty(index) }
    return bytes
  }

  /// The connection breaks: what is on it in this direction is lost.
  package mutating func lose(_ channel: Channel) {
    guard let index = indices[channel], !queues[index].isEmpty else { return }
    messagesLost += queues[index].messages.count - queues[index].head
    empty(index)
  }

  /// A party is gone: nothing from it or to it is delivered any more.
  package mutating func cut(_ party: Party) {
    for queue in queues where queue.channel.from == party || queue.channel.to == party {
      lose(queue.channel)
    }
  }

  private mutating func empty(_ index: Int) {
    queues[index].clear()
    waiting.removeAll { $0 == index }
  }
}
