// Who makes room when descriptors run short: of those who came and never said anything that makes
// them known, whoever has been here longest.
//
// A process that wants to join is known with its first message, a moment after it came. So among
// the unknown it is always one of the youngest, and strangers that only sit there give way to it,
// one for one, however many they are. Constant time for each, so that thousands that come and go
// cost no more than their number.
//
// Descriptors are the process's, so there is one of these for all its listeners: strangers at one
// door would otherwise keep out who comes to another, where there is nobody to make room. And who
// has just come never makes room for itself: it would come again, and be ended again.
//
// It touches no socket, and holds an entry a connection; those are bounded by the process's
// descriptors. Only the thread that turns the process's loop may use it.

final class Newcomers {
  /// A descriptor's number is used again, and each listener hears of its own only: what one hears
  /// late must not be taken for news of another's connection.
  struct Connection: Hashable {
    let listener: Int
    let descriptor: Int32
  }

  private var listeners = 0

  /// What a listener calls itself here: it looks for a connection with every message it reads.
  func addListener() -> Int {
    listeners += 1
    return listeners
  }

  /// In the order of arrival; what is not in `numbers` any more is passed over.
  private var arrivals: [(connection: Connection, number: UInt64)] = []
  private var head = 0
  private var numbers: [Connection: UInt64] = [:]
  private var next: UInt64 = 0

  func accepted(_ connection: Connection) {
    next += 1
    numbers[connection] = next
    arrivals.append((connection, next))
  }

  /// It is known, or it has gone.
  func remove(_ connection: Connection) { numbers[connection] = nil }

  var isEmpty: Bool { numbers.isEmpty }

  /// The longest here, taken out.
  func takeOldest() -> Connection? {
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
  func compact() {
    guard arrivals.count > 2 * numbers.count + 64 else { return }
    let numbers = numbers
    arrivals = arrivals[head...].filter { numbers[$0.connection] == $0.number }
    head = 0
  }
}
