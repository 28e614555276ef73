// Queues between two parties: in order, clogged in one direction, cut.

import Testing

@testable import GreySimulator

private let there = Channel(from: .process(0), to: .process(1))
private let back = Channel(from: .process(1), to: .process(0))

extension SimulatedNetwork {
  fileprivate mutating func send(_ byte: UInt8, _ channel: Channel) {
    send([byte], from: channel.from, to: channel.to)
  }
  fileprivate var deliverable: [Channel] {
    var channels: [Channel] = []
    forEachDeliverable {
      channels.append($0)
      return true
    }
    return channels
  }
}

@Suite struct NetworkTests {
  @Test func aQueueKeepsItsOrder() {
    var network = SimulatedNetwork()
    for byte in 1...3 as ClosedRange<UInt8> { network.send(byte, there) }
    #expect(network.oldest(there) == [1])
    #expect((1...3).map { _ in network.deliver(there) } == [[1], [2], [3]])
    #expect(network.deliver(there) == nil)
    #expect(network.deliverable.isEmpty)
  }

  @Test func aClogHoldsOneDirectionAndLosesNothing() {
    var network = SimulatedNetwork()
    network.send(1, there)
    network.clog(there)
    network.send(2, there)
    network.send(3, back)
    #expect(network.deliverable == [back])
    #expect(network.deliver(there) == nil)
    network.unclog(there)
    #expect(network.clogged.isEmpty)
    #expect(network.deliver(there) == [1])
    #expect(network.deliver(there) == [2])
  }

  @Test func clogsAreOpenedInAnyOrder() {
    var network = SimulatedNetwork()
    network.clog(there)
    network.clog(back)
    network.send(1, there)
    network.send(2, back)
    network.unclog(back)
    #expect(network.clogged == [there])
    #expect(network.deliverable == [back])
  }

  @Test func aPartyThatIsGoneTakesItsMessagesAlong() {
    var network = SimulatedNetwork()
    network.send(1, there)
    network.send(2, back)
    network.clog(back)
    network.cut(.process(1))
    #expect(network.deliverable.isEmpty && network.clogged.isEmpty)
    #expect(network.messagesLost == 2)
  }

  @Test func aPartitionHoldsWhatCrossesItUntilItHeals() {
    let control = Channel(from: .coordinator, to: .process(1))
    let line = Channel(from: .process(1), to: .line(1))
    for (way, crossing) in [
      (Partition.Way.both, [there, back, control, line]), (.into, [there, control]),
      (.out, [back, line]),
    ] {
      var network = SimulatedNetwork()
      network.send(1, there)
      network.sever(Partition(from: 1, way))
      for channel in [there, back, control, line] { network.send(2, channel) }
      let held = Set([there, back, control, line]).subtracting(network.deliverable)
      #expect(held == Set(crossing), "\(way)")
      for channel in crossing {
        let nothing = network.deliver(channel)
        #expect(nothing == nil)
      }
      network.clog(there)
      network.sever(nil)
      #expect(Set(network.deliverable) == [back, control, line])
      network.unclog(there)
      let both = [network.deliver(there), network.deliver(there)]
      #expect(both == [[1], [2]])
    }
  }

  @Test func aMessageComesTwiceAtOnceOrBehindAllOthers() {
    for atTheEnd in [false, true] {
      var network = SimulatedNetwork()
      let isNone = network.repeatOldest(there, atTheEnd: atTheEnd)
      #expect(!isNone)
      for byte in 1...3 as ClosedRange<UInt8> { network.send(byte, there) }
      let isRepeated = network.repeatOldest(there, atTheEnd: atTheEnd)
      #expect(isRepeated)
      let all = (1...4).compactMap { _ in network.deliver(there) }
      #expect(all == (atTheEnd ? [[1], [2], [3], [1]] : [[1], [1], [2], [3]]))
    }
  }
}
