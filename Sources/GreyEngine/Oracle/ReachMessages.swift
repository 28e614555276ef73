// The rounds of a cluster-wide search, as the bodies of inspections.
//
//   watch                         before the cycle: each node keeps what is white at its decision
//   begin             → found…    each node searches from its own roots
//   more(references)  → found…    and from what the others found of it, until nobody finds anything
//   finish            → counts    what each has reached, lost, or has lying about
//   unwatch                       nobody will ask for the counts
//
// An answer carries at most a million references; `hasMore` says that the node has others.

import GreyBasics
import GreyWire

package enum ReachQuestion: Hashable, Sendable {
  case begin
  case more([Reference])
  case finish
  case watch
  case unwatch

  static let referencesAtOnce = 1 << 20

  package func encoded() throws(WireError) -> [UInt8] {
    var writer = ByteWriter()
    switch self {
    case .begin: writer.byte(1)
    case .more(let references):
      writer.byte(2)
      writer.references(references)
    case .finish: writer.byte(3)
    case .watch: writer.byte(4)
    case .unwatch: writer.byte(5)
    }
    return try writer.finish()
  }

  package init(decoding bytes: [UInt8]) throws(WireError) {
    self = try decode(bytes) { reader throws(WireError) in
      switch try reader.byte("question") {
      case 1: return .begin
      case 2: return .more(try reader.references())
      case 3: return .finish
      case 4: return .watch
      case 5: return .unwatch
      case let other: throw reader.error("question", .unknownKind(UInt64(other)))
      }
    }
  }
}

package enum ReachAnswer: Hashable, Sendable {
  case found([Reference], hasMore: Bool)
  case counts(ReachCounts)

  package func encoded() throws(WireError) -> [UInt8] {
    var writer = ByteWriter()
    switch self {
    case .found(let references, let hasMore):
      writer.byte(1)
      writer.bool(hasMore)
      writer.references(references)
    case .counts(let counts):
      writer.byte(2)
      for field in ReachCounts.fields { writer.varint(counts[keyPath: field]) }
      writer.references(counts.lost)
      writer.references(counts.holders)
    }
    return try writer.finish()
  }

  package init(decoding bytes: [UInt8]) throws(WireError) {
    self = try decode(bytes) { reader throws(WireError) in
      switch try reader.byte("answer") {
      case 1:
        let hasMore = try reader.bool("has more")
        return .found(try reader.references(), hasMore: hasMore)
      case 2:
        var counts = ReachCounts()
        for field in ReachCounts.fields { counts[keyPath: field] = try reader.varint("count") }
        counts.lost = try reader.references()
        counts.holders = try reader.references()
        guard counts.holders.count == counts.lost.count else {
          throw reader.error(
            "holders", .tooMany(UInt64(counts.holders.count), limit: counts.lost.count))
        }
        return .counts(counts)
      case let other: throw reader.error("answer", .unknownKind(UInt64(other)))
      }
    }
  }
}

/// What one node found, in objects unless the name says otherwise.
package struct ReachCounts: Hashable, Sendable {
  package var reachable: UInt64 = 0
  package var reachableBytes: UInt64 = 0
  package var garbage: UInt64 = 0
  package var floating: UInt64 = 0
  package var lostCount: UInt64 = 0
  package var transitEntries: UInt64 = 0
  /// The cycle of which the node knows what was white; zero: of none.
  package var watchedEpoch: UInt64 = 0
  /// The first of the references that lead into freed slots here, as node and offset in its arena.
  package var lost: [Reference] = []
  /// The objects that hold them, likewise; null for a root or an object of another node.
  package var holders: [Reference] = []

  package init() {}

  // Key paths of a value type without captured state: safe to share, which their type cannot say.
  nonisolated(unsafe) static let fields: [WritableKeyPath<ReachCounts, UInt64>] = [
    \.reachable, \.reachableBytes, \.garbage, \.floating, \.lostCount, \.transitEntries,
    \.watchedEpoch,
  ]
}

private func decode<Value>(
  _ bytes: [UInt8], _ body: (inout ByteReader) throws(WireError) -> Value
) throws(WireError) -> Value {
  try bytes.withUnsafeBytes { raw -> Result<Value, WireError> in
    do throws(WireError) {
      var reader = ByteReader(raw)
      let value = try body(&reader)
      try reader.finish("inspection")
      return .success(value)
    } catch { return .failure(error) }
  }.get()
}

extension ByteWriter {
  fileprivate mutating func references(_ references: [Reference]) {
    count(references.count, limit: ReachQuestion.referencesAtOnce, "references")
    for reference in references { fixed64(reference.rawValue) }
  }
}

extension ByteReader {
  fileprivate mutating func references() throws(WireError) -> [Reference] {
    let count = try count(
      limit: ReachQuestion.referencesAtOnce, bytesEach: 8, "references")
    var references: [Reference] = []
    references.reserveCapacity(count)
    for _ in 0..<count {
      references.append(Reference(rawValue: try fixed64("reference")))
    }
    return references
  }
}
