// Queues between two parties: in order, clogged in one direction, cut.

import GreySimulator
import Testing

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
}
