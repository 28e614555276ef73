// What a heap is told when it is made, and how an allocation fails.

import GreyBasics

package struct HeapConfiguration: Sendable {
  /// Address space reserved for objects; a cost of nothing until it is used.
  package var arenaBytes: Int
  /// The most bytes that spans may hold at a time; nil: what the arena holds.
  package var limitBytes: Int?
  /// How long a free run of pages lies idle before its memory goes back to the system.
  package var scavengeAfter: Duration
  package var node: NodeID
  /// Sweeping fills freed slots with `HeapLayout.poison`.
  package var poisonFreed: Bool
  /// Spans in which slots were freed are kept out of use until they have so many bytes; zero: none.
  package var quarantineBytes: Int

  package init(
    node: NodeID, arenaBytes: Int = 64 << 30, limitBytes: Int? = nil,
    scavengeAfter: Duration = .seconds(60), poisonFreed: Bool = false,
    quarantineBytes: Int = 0
  ) {
    self.node = node
    self.arenaBytes = arenaBytes
    self.limitBytes = limitBytes
    self.scavengeAfter = scavengeAfter
    self.poisonFreed = poisonFreed
    self.quarantineBytes = quarantineBytes
  }
}

@usableFromInline
package enum AllocationFailure: Error, Equatable, CustomStringConvertible {
  /// No room even after all that can be swept was swept; a collection may make some.
  case limitReached(requestedBytes: Int, inUseBytes: Int, limitBytes: Int)
  /// No collection can help: the object is larger than the heap may ever be.
  case tooLarge(requestedBytes: Int)
  /// The type table has no such type.
  case undefinedType(TypeIndex)

  @usableFromInline
  package var description: String {
    switch self {
    case .limitReached(let requested, let inUse, let limit):
      "out of memory: \(requested) bytes more than the \(inUse) in use pass the limit of \(limit)"
    case .tooLarge(let requested):
      "out of memory: an object of \(requested) bytes fits no heap of this size"
    case .undefinedType(let index): "\(index) is not defined: announce a type before using it"
    }
  }
}
