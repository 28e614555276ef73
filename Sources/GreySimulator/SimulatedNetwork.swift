// The simulated world's network: one FIFO queue for each direction between two parties.
//
// ZeroMQ keeps the order of one connection and promises nothing across connections; so does this.
// It is perfect: nothing is lost, doubled or cut. Which queue delivers next is the schedule's
// choice, and that alone reorders messages of different senders in every possible way.

/// Who can send and receive.
package enum Party: Hashable, Sendable {
  case coordinator
  /// The process with this index, whatever node id it was given.
  case process(Int)
  case client(Int)
}

package struct SimulatedNetwork {
  package struct Channel: Hashable, Sendable {
    package let from: Party
    package let to: Party
  }

  private struct Queue {
    let channel: Channel
    var messages: [[UInt8]] = []
    var head = 0
    var isEmpty: Bool { head == messages.count }
  }

  /// In the order of their first message, so that a choice by number is the same in every run.
  private var queues: [Queue] = []
  private var indices: [Channel: Int] = [:]
  /// The queues that hold something, in ascending order.
  private var waiting: [Int] = []

  package init() {}

  /// How many queues could deliver now.
  package var deliverable: Int { waiting.count }

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

  /// Takes the oldest message of the `choice`-th queue that holds one.
  package mutating func deliver(_ choice: Int) -> (Channel, [UInt8]) {
    let index = waiting[choice]
    let bytes = queues[index].messages[queues[index].head]
    queues[index].head += 1
    if queues[index].isEmpty {
      queues[index].messages.removeAll(keepingCapacity: true)
      queues[index].head = 0
      waiting.remove(at: choice)
    }
    return (queues[index].channel, bytes)
  }

  /// A party is gone: nothing from it or to it is delivered any more.
  package mutating func cut(_ party: Party) {
    for index in queues.indices
    where queues[index].channel.from == party || queues[index].channel.to == party {
      queues[index].messages.removeAll()
      queues[index].head = 0
    }
    waiting.removeAll { queues[$0].isEmpty }
  }
}
