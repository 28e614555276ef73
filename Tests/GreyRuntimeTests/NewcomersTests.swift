// Who is asked to go when descriptors run short.

import Testing

@testable import GreyRuntime

@Suite struct NewcomersTests {
  @Test func theOldestUnknownGoesFirst() {
    let newcomers = Newcomers()
    for connection: Int32 in 1...5 { newcomers.accepted(nodes(connection)) }
    newcomers.remove(nodes(1))
    newcomers.remove(nodes(3))
    let order = (0..<4).map { _ in newcomers.takeOldest()?.descriptor }
    #expect(order == [2, 4, 5, nil])
    #expect(newcomers.isEmpty)
  }

  @Test func aNumberThatIsUsedAgainIsAnotherConnection() {
    let newcomers = Newcomers()
    newcomers.accepted(nodes(1))
    newcomers.accepted(nodes(2))
    newcomers.remove(nodes(1))
    newcomers.accepted(nodes(1))
    let order = (0..<3).map { _ in newcomers.takeOldest()?.descriptor }
    #expect(order == [2, 1, nil])
  }

  @Test func thousandsThatComeAndGoLeaveTheOrderOfThoseThatStay() {
    let newcomers = Newcomers()
    for connection: Int32 in 1...3 { newcomers.accepted(nodes(connection)) }
    for _ in 0..<10_000 {
      newcomers.accepted(nodes(9))
      newcomers.remove(nodes(9))
      newcomers.compact()
    }
    newcomers.accepted(nodes(4))
    let order = (0..<5).map { _ in newcomers.takeOldest()?.descriptor }
    #expect(order == [1, 2, 3, 4, nil])
  }

  /// Strangers at the nodes' door make room for who asks at the control interface.
  @Test func theOldestIsTheOldestOfAllListeners() {
    let newcomers = Newcomers()
    newcomers.accepted(nodes(7))
    newcomers.accepted(.init(listener: 2, descriptor: 8))
    #expect(newcomers.takeOldest() == nodes(7))
    // Its number is another's now, and news of the former are heard late.
    newcomers.accepted(.init(listener: 2, descriptor: 7))
    newcomers.remove(nodes(7))
    let order = (0..<3).map { _ in newcomers.takeOldest()?.descriptor }
    #expect(order == [8, 7, nil])
  }

  private func nodes(_ descriptor: Int32) -> Newcomers.Connection {
    .init(listener: 1, descriptor: descriptor)
  }
}
