// A queue whose elements have consecutive numbers: found by number, added at the end, taken from
// the front, each in constant time.
//
// Element n lies in slot `n mod capacity`, the capacity a power of two, so nothing moves when the
// front does. Two rings are equal when they hold the same elements under the same numbers, whatever
// their capacities: a link is a value that explorers compare and hash.

struct SequenceRing<Element: Hashable & Sendable>: Hashable, Sendable {
  /// The number of the front, or of the next element when the ring is empty.
  private(set) var first: UInt64
  /// The number of the next element.
  private(set) var end: UInt64
  private var slots: [Element?]

  /// An empty ring keeps at most this much memory.
  private static var smallCapacity: Int { 16 }

  init(first: UInt64) {
    self.first = first
    self.end = first
    self.slots = Array(repeating: nil, count: Self.smallCapacity)
  }

  var count: Int { Int(end - first) }
  var isEmpty: Bool { first == end }
  var numbers: Range<UInt64> { first..<end }
  func contains(_ number: UInt64) -> Bool { number >= first && number < end }

  private func slot(_ number: UInt64) -> Int {
    Int(truncatingIfNeeded: number) & (slots.count - 1)
  }

  /// The number must be in the ring.
  subscript(number: UInt64) -> Element {
    get { slots[slot(number)]! }
    set { slots[slot(number)] = newValue }
  }

  mutating func append(_ element: Element) {
    if count == slots.count { grow() }
    slots[slot(end)] = element
    end += 1
  }

  private mutating func grow() {
    var larger = [Element?](repeating: nil, count: slots.count * 2)
    for number in numbers { larger[Int(number) & (larger.count - 1)] = slots[slot(number)] }
    slots = larger
  }

  /// The ring must not be empty.
  mutating func removeFirst() -> Element {
    let at = slot(first)
    let element = slots[at]!
    slots[at] = nil
    first += 1
    if first == end, slots.count > 64 * Self.smallCapacity {
      slots = Array(repeating: nil, count: Self.smallCapacity)
    }
    return element
  }

  /// Moves an empty ring to another number.
  mutating func restart(at number: UInt64) {
    precondition(isEmpty, "only an empty ring can be renumbered")
    first = number
    end = number
  }

  static func == (a: Self, b: Self) -> Bool {
    a.first == b.first && a.end == b.end && a.numbers.allSatisfy { a[$0] == b[$0] }
  }

  func hash(into hasher: inout Hasher) {
    hasher.combine(first)
    hasher.combine(count)
    for number in numbers { hasher.combine(self[number]) }
  }
}
