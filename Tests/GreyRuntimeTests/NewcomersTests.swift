// Who is asked to go when descriptors run short.

import Testing

@testable import GreyRuntime

@Suite struct NewcomersTests {
  @Test func theOldestUnknownGoesFirst() {
    var newcomers = Newcomers()
    for connection: Int32 in 1...5 { newcomers.accepted(connection) }
    newcomers.remove(1)
    newcomers.remove(3)
    let order = (0..<4).map { _ in newcomers.takeOldest() }
    #expect(order == [2, 4, 5, nil])
    #expect(newcomers.isEmpty)
  }

  @Test func aNumberThatIsUsedAgainIsAnotherConnection() {
    var newcomers = Newcomers()
    newcomers.accepted(1)
    newcomers.accepted(2)
    newcomers.remove(1)
    newcomers.accepted(1)
    let order = (0..<3).map { _ in newcomers.takeOldest() }
    #expect(order == [2, 1, nil])
  }

  @Test func thousandsThatComeAndGoLeaveTheOrderOfThoseThatStay() {
    var newcomers = Newcomers()
    for connection: Int32 in 1...3 { newcomers.accepted(connection) }
    for _ in 0..<10_000 {
      newcomers.accepted(9)
      newcomers.remove(9)
      newcomers.compact()
    }
    newcomers.accepted(4)
    let order = (0..<5).map { _ in newcomers.takeOldest() }
    #expect(order == [1, 2, 3, 4, nil])
  }
}
