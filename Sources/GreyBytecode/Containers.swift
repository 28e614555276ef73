// What maps, channels and panics look like: the layouts that generator, verifier and machine share.
//
// Keys, values and elements lie in the heap as they lie in slots, a scalar in a word of its own, so
// that they move by words. The layouts of maps and channels are the same whatever they hold; what
// they hold is in an object of its own, which has the precise type.

/// A map type.
package struct MapType: Hashable, Sendable {
  package var name: String
  /// Of an entry: a word that is not zero while it is in use (its hash), the key, the value.
  package var entry: Int
  package var key: [Bool]
  package var value: [Bool]
  package var equality: RuntimeType.Equality

  package init(
    name: String, entry: Int, key: [Bool], value: [Bool], equality: RuntimeType.Equality
  ) {
    self.name = name
    self.entry = entry
    self.key = key
    self.value = value
    self.equality = equality
  }

  /// The slots of an entry, the first of which is its hash.
  package var kinds: [Bool] { [false] + key + value }
}

/// A `select`: the channel and the value of each case are in slots of the frame.
package struct Select: Hashable, Sendable {
  package struct Case: Hashable, Sendable {
    package let isSend: Bool
    package let channel: Int
    /// Where the value is, or goes; zero: nobody wants what is received.
    package let value: Int
    /// Zero: nobody wants to know whether the channel was open.
    package let ok: Int
    /// The element in a buffer.
    package let object: Int
    package init(isSend: Bool, channel: Int, value: Int, ok: Int, object: Int) {
      self.isSend = isSend
      self.channel = channel
      self.value = value
      self.ok = ok
      self.object = object
    }
  }
  package let cases: [Case]
  package let hasDefault: Bool
  package init(cases: [Case], hasDefault: Bool) {
    self.cases = cases
    self.hasDefault = hasDefault
  }
}

/// Objects that the machine knows by their numbers.
package enum WellKnown {
  package static let byte = 0
  package static let rune = 1
  /// (length, capacity, head, closed, waiting, buffer)
  package static let channel = 2
  /// (length, seed, used, capacity, slots, clears, entries, index)
  package static let map = 3
  package static let string = 4
  /// (next, closure)
  package static let deferred = 5

  package static let objects = [
    ObjectType(name: "uint8", bytes: 1, references: []),
    ObjectType(name: "int32", bytes: 4, references: []),
    ObjectType(name: "chan", bytes: 48, references: [5]),
    ObjectType(name: "map", bytes: 64, references: [6, 7]),
    ObjectType(name: "string", bytes: 16, references: [0]),
    ObjectType(name: "defer", bytes: 16, references: [0, 1]),
  ]
}

/// The frame that stands for a panic, above the frame that panicked. Its function has one
/// instruction that is ever run, `panicNext`, behind a call that says where a result goes.
package enum PanicFrame {
  /// (reference, length): of the value as `Error` or `String` shows it.
  package static let text = 1
  /// (type, reference)
  package static let value = 3
  /// The frame whose deferred calls are run: its address, as data.
  package static let target = 5
  package static let state = 6
  package static let kinds = [false, true, false, false, true, false, false]
  /// Where `panicNext` is, in words.
  package static let next = 2
}

/// Slots of a loop over a map.
package enum MapIterator {
  package static let kinds = [true, true, false, false, false, false, false]
  package static let map = 0
  package static let entries = 1
  package static let position = 2
  package static let left = 3
  package static let limit = 4
  package static let clears = 5
  package static let found = 6
}
