// What stands before every message between a node and the coordinator: the version of the format,
// the term of the sender, and the cluster.
//
// The envelope's own layout (u16, u64, u64, little endian) is the same in every version, so that
// processes of different builds can tell each other apart; the message behind it is only decoded
// when the version is ours. The cluster travels as a hash: it keeps a stray process of another
// cluster on the same endpoint out, it is no secret. Names are compared at the `hello`.

import GreyBasics

package struct ControlEnvelope: Hashable, Sendable {
  package var version: UInt16
  package var term: Term
  package var cluster: UInt64

  package init(version: UInt16 = WireVersion.current, term: Term, cluster: UInt64) {
    self.version = version
    self.term = term
    self.cluster = cluster
  }

  package init(term: Term, clusterName: String) {
    self.init(term: term, cluster: Self.hash(of: clusterName))
  }

  /// FNV-1a, 64 bits.
  package static func hash(of clusterName: String) -> UInt64 {
    clusterName.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }

  /// Throws `.otherCluster` for a message that belongs elsewhere. A `hello` is let through without
  /// this, to be refused by name (`Hello.refusal`).
  package func check(cluster here: UInt64) throws(WireError) {
    if cluster != here {
      throw WireError(
        offset: 10, field: "cluster", problem: .otherCluster(here: here, there: cluster))
    }
  }

  func encode(to writer: inout ByteWriter) {
    writer.fixed16(version)
    writer.fixed64(term.rawValue)
    writer.fixed64(cluster)
  }

  init(from reader: inout ByteReader) throws(WireError) {
    version = try reader.fixed16("version")
    term = Term(rawValue: try reader.fixed64("term"))
    cluster = try reader.fixed64("cluster")
    guard version == WireVersion.current else {
      throw WireError(
        offset: 0, field: "version",
        problem: .otherVersion(here: WireVersion.current, there: version))
    }
  }
}

/// A message that travels between a node and the coordinator.
package protocol ControlMessage: Hashable, Sendable {
  func encode(to writer: inout ByteWriter)
  init(from reader: inout ByteReader) throws(WireError)
}

extension ControlMessage {
  /// The frame, or the field that breaks a limit of `WireLimits`.
  package func encoded(in envelope: ControlEnvelope) throws(WireError) -> [UInt8] {
    var writer = ByteWriter()
    envelope.encode(to: &writer)
    encode(to: &writer)
    return try writer.finish()
  }

  /// The message and what stood before it. Throws for another version; the caller compares the
  /// term and the cluster.
  package static func open(
    _ frame: UnsafeRawBufferPointer
  ) throws(WireError) -> (envelope: ControlEnvelope, message: Self) {
    var reader = ByteReader(frame)
    guard frame.count <= WireLimits.controlFrameBytes else {
      throw reader.error(
        "frame", .tooMany(UInt64(frame.count), limit: WireLimits.controlFrameBytes))
    }
    let envelope = try ControlEnvelope(from: &reader)
    let message = try Self(from: &reader)
    try reader.finish("message")
    return (envelope, message)
  }

  package static func open(
    _ frame: [UInt8]
  ) throws(WireError) -> (envelope: ControlEnvelope, message: Self) {
    try borrowing(frame) { raw throws(WireError) in try open(raw) }
  }
}

/// Lends the bytes to a decoder, keeping the type of what it throws.
@inline(__always)
func borrowing<Value>(
  _ bytes: [UInt8], _ decode: (UnsafeRawBufferPointer) throws(WireError) -> Value
) throws(WireError) -> Value {
  try bytes.withUnsafeBufferPointer { bytes throws(WireError) in
    try decode(UnsafeRawBufferPointer(bytes))
  }
}
