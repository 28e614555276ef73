// The numbers by which the processes of a cluster speak of each other and of time.
//
// Each is a type of its own, so that a term can never be passed where an epoch is meant. None of
// them wraps in a cluster's life: what is 64 bits wide is counted up by one an event, and node ids
// (16 bits, because a reference carries one) are refused, not reused, when they run out.

/// One incarnation of a mutator process. A restarted process gets a new id; ids are never reused.
@frozen @usableFromInline
package struct NodeID: RawRepresentable, Hashable, Comparable, Sendable, CustomStringConvertible {
  @usableFromInline package let rawValue: UInt16

  @inlinable package init(rawValue: UInt16) { self.rawValue = rawValue }
  @inlinable package init(_ value: Int) { self.rawValue = UInt16(value) }

  /// No node: the owner of the null reference, and the coordinator as the source of an event.
  @inlinable package static var none: NodeID { NodeID(rawValue: 0) }

  @inlinable package static func < (a: NodeID, b: NodeID) -> Bool { a.rawValue < b.rawValue }
  @usableFromInline
  package var description: String { rawValue == 0 ? "coordinator" : "node \(rawValue)" }
}

/// A counter that only rises: the common part of terms, epochs and stop numbers.
@usableFromInline
package protocol RisingNumber: RawRepresentable, Hashable, Comparable, Sendable,
  CustomStringConvertible
where RawValue == UInt64 {
  init(rawValue: UInt64)
}

extension RisingNumber {
  @inlinable package static var zero: Self { Self(rawValue: 0) }
  @inlinable package var next: Self { Self(rawValue: rawValue + 1) }
  @inlinable package static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
  @usableFromInline package var description: String { "\(rawValue)" }
}

/// A coordinator's reign: durable and rising. Nodes refuse what carries a lower one.
@frozen @usableFromInline
package struct Term: RisingNumber {
  @usableFromInline package let rawValue: UInt64
  @inlinable package init(rawValue: UInt64) { self.rawValue = rawValue }
}

/// One attempt at a collection. Zero means "not marking" wherever a stamp is asked for.
@frozen @usableFromInline
package struct Epoch: RisingNumber {
  @usableFromInline package let rawValue: UInt64
  @inlinable package init(rawValue: UInt64) { self.rawValue = rawValue }
}

/// One attempt at a global stop, within a term.
@frozen @usableFromInline
package struct StopNumber: RisingNumber {
  @usableFromInline package let rawValue: UInt64
  @inlinable package init(rawValue: UInt64) { self.rawValue = rawValue }
}

/// One injected workload or program: it owns its tasks, globals, types and output.
@frozen @usableFromInline
package struct RunID: RisingNumber {
  @usableFromInline package let rawValue: UInt64
  @inlinable package init(rawValue: UInt64) { self.rawValue = rawValue }
}

/// A task, within its node.
@frozen @usableFromInline
package struct TaskID: RisingNumber {
  @usableFromInline package let rawValue: UInt64
  @inlinable package init(rawValue: UInt64) { self.rawValue = rawValue }
}
