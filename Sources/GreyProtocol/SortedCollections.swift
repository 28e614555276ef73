// Small maps and sets kept as sorted arrays.
//
// The machines of this room are values that two worlds drive and that an explorer may store in a
// visited set: equal states must be equal values with equal hashes, and no action may come out of
// an order that differs from run to run. A Dictionary promises neither order nor a hash that does
// not depend on its history. A cluster has tens of members, so a binary search and a memmove are
// as quick as hashing.

package struct SortedMap<Key: Comparable & Hashable & Sendable, Value: Hashable & Sendable>:
  Hashable, Sendable
{
  package private(set) var keys: [Key] = []
  package private(set) var values: [Value] = []

  package init() {}

  package var count: Int { keys.count }
  package var isEmpty: Bool { keys.isEmpty }

  /// The first index whose key is not below `key`.
  private func lowerBound(_ key: Key) -> Int {
    var low = 0
    var high = keys.count
    while low < high {
      let middle = (low + high) / 2
      if keys[middle] < key { low = middle + 1 } else { high = middle }
    }
    return low
  }

  package func contains(_ key: Key) -> Bool {
    let index = lowerBound(key)
    return index < keys.count && keys[index] == key
  }

  package subscript(key: Key) -> Value? {
    get {
      let index = lowerBound(key)
      return index < keys.count && keys[index] == key ? values[index] : nil
    }
    set {
      let index = lowerBound(key)
      let isThere = index < keys.count && keys[index] == key
      switch (newValue, isThere) {
      case (let value?, true):
        values[index] = value
      case (let value?, false):
        keys.insert(key, at: index)
        values.insert(value, at: index)
      case (nil, true):
        keys.remove(at: index)
        values.remove(at: index)
      case (nil, false):
        break
      }
    }
  }

  /// Changes the value under `key` in place; does nothing where there is none.
  package mutating func update(_ key: Key, _ change: (inout Value) -> Void) {
    let index = lowerBound(key)
    guard index < keys.count, keys[index] == key else { return }
    change(&values[index])
  }

  package mutating func updateAll(_ change: (inout Value) -> Void) {
    for index in values.indices { change(&values[index]) }
  }

  package mutating func removeAll() {
    keys = []
    values = []
  }
}

package struct SortedSet<Element: Comparable & Hashable & Sendable>: Hashable, Sendable {
  package private(set) var elements: [Element] = []

  package init() {}
  package init(_ elements: [Element]) { for element in elements { insert(element) } }

  package var count: Int { elements.count }
  package var isEmpty: Bool { elements.isEmpty }

  private func lowerBound(_ element: Element) -> Int {
    var low = 0
    var high = elements.count
    while low < high {
      let middle = (low + high) / 2
      if elements[middle] < element { low = middle + 1 } else { high = middle }
    }
    return low
  }

  package func contains(_ element: Element) -> Bool {
    let index = lowerBound(element)
    return index < elements.count && elements[index] == element
  }

  package mutating func insert(_ element: Element) {
    let index = lowerBound(element)
    if index < elements.count, elements[index] == element { return }
    elements.insert(element, at: index)
  }

  package mutating func remove(_ element: Element) {
    let index = lowerBound(element)
    if index < elements.count, elements[index] == element { elements.remove(at: index) }
  }
}
