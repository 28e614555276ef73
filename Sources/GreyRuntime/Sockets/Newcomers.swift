// Who makes room when descriptors run short: of those who came and never said anything that makes
// them known, whoever has been here longest.
//
// A process that wants to join is known with its first message, a moment after it came. So among
// the unknown it is always one of the youngest, and strangers that only sit there give way to it,
// one for one, however many they are. Constant time for each, so that thousands that come and go
// cost no more than their number.
//
// A pure value; it holds an entry a connection, and those are bounded by the process's descriptors.

struct Newcomers {
  /// In the order of arrival; what is not in `numbers` any more is passed over.
  private var arrivals: [(connection: Int32, number: UInt64)] = []
  private var head = 0
  private var numbers: [Int32: UInt64] = [:]
  private var next: UInt64 = 0

  mutating func accepted(_ connection: Int32) {
    next += 1
    numbers[connection] = next
    arrivals.append((connection, next))
  }

  /// It is known, or it has gone.
  mutating func remove(_ connection: Int32) { numbers[connection] = nil }

  var isEmpty: Bool { numbers.isEmpty }

  /// The longest here, taken out.
  mutating func takeOldest() -> Int32? {
    while head < arrivals.count {
      let (connection, number) = arrivals[head]
      head += 1
      if head > arrivals.count / 2 {
        arrivals.removeFirst(head)
        head = 0
      }
      guard numbers[connection] == number else { continue }
      numbers[connection] = nil
      return connection
    }
    return nil
  }

  /// Forgets the order of those that are gone, so that the list is as long as its users.
  mutating func compact() {
    guard arrivals.count > 2 * numbers.count + 64 else { return }
    let numbers = numbers
    arrivals = arrivals[head...].filter { numbers[$0.connection] == $0.number }
    head = 0
  }
}
