// Link frames in bytes: one byte for the kind, whom it is for, then its fields; a data frame ends
// with its payload.
//
// Every frame names the incarnation that it is for, because a connection does not: an endpoint may
// belong to another process by the time that ZeroMQ has connected to it again, and what was queued
// for the former would be taken for the next numbers of the link to the present one.
//
// Because the payload comes last and without a length, a frame can go out as header and payload
// from two buffers without a copy (`encodedHeader`), or as one.

import GreyBasics

private enum Kind: UInt8 {
  case hello = 128
  case data = 129
  case acknowledge = 130
  case query = 131
  case refuse = 132
  /// Data with an acknowledgement before the payload.
  case answeringData = 133
}

extension LinkFrame {
  /// The whole frame. `Link` keeps to the limits; a frame that breaks one is refused over there.
  package func encoded(to peer: NodeID) -> [UInt8] {
    guard case .data(_, _, _, let payload) = self else { return encodedHeader(to: peer) }
    var writer = ByteWriter(reserving: 64 + payload.count)
    encodeHeader(to: peer, &writer)
    writer.rest(payload)
    return writer.finishUnchecked()
  }

  /// Everything but the payload of a data frame.
  package func encodedHeader(to peer: NodeID) -> [UInt8] {
    var writer = ByteWriter()
    encodeHeader(to: peer, &writer)
    return writer.finishUnchecked()
  }

  private func encodeHeader(to peer: NodeID, _ writer: inout ByteWriter) {
    switch self {
    case .hello(let version, let cluster, let term, let from, let to, let next):
      writer.byte(Kind.hello.rawValue)
      writer.fixed16(version)
      writer.name(cluster, limit: WireLimits.nameBytes, "cluster")
      writer.varint(term)
      from.encode(to: &writer)
      to.encode(to: &writer)
      writer.varint(next)
    case .data(let sequence, let flags, nil, _):
      writer.byte(Kind.data.rawValue)
      peer.encode(to: &writer)
      writer.varint(sequence)
      writer.byte(flags.rawValue)
    case .data(let sequence, let flags, .some(let acknowledgement), _):
      writer.byte(Kind.answeringData.rawValue)
      peer.encode(to: &writer)
      writer.varint(sequence)
      writer.byte(flags.rawValue)
      acknowledgement.encode(to: &writer)
    case .acknowledge(let acknowledgement):
      writer.byte(Kind.acknowledge.rawValue)
      peer.encode(to: &writer)
      acknowledgement.encode(to: &writer)
    case .query(let placed):
      writer.byte(Kind.query.rawValue)
      peer.encode(to: &writer)
      placed.encodeNumbers(to: &writer)
    case .refuse(let reason):
      writer.byte(Kind.refuse.rawValue)
      peer.encode(to: &writer)
      writer.text(reason)
    }
  }

  /// - Returns: the frame, and whom it is for.
  package static func decode(
    _ frame: [UInt8]
  ) throws(WireError) -> (to: NodeID, frame: LinkFrame) {
    try borrowing(frame) { raw throws(WireError) in try decode(raw) }
  }

  /// The one copy on the way in is that of the payload.
  package static func decode(
    _ frame: UnsafeRawBufferPointer
  ) throws(WireError) -> (to: NodeID, frame: LinkFrame) {
    var reader = ByteReader(frame)
    let limit = WireLimits.frameHeaderBytes + WireLimits.framePayloadBytes
    guard frame.count <= limit else {
      throw reader.error("frame", .tooMany(UInt64(frame.count), limit: limit))
    }
    let number = try reader.byte("kind")
    guard let kind = Kind(rawValue: number) else {
      throw WireError(offset: 0, field: "kind", problem: .unknownKind(UInt64(number)))
    }
    // A hello names both sides, in its own order.
    var peer = kind == .hello ? NodeID.none : try NodeID(from: &reader, "to")
    let message: LinkFrame
    switch kind {
    case .hello:
      let version = try reader.fixed16("version")
      let cluster = try reader.name(limit: WireLimits.nameBytes, "cluster")
      let term = try reader.rising(Term.init, "term")
      let from = try NodeID(from: &reader, "from")
      peer = try NodeID(from: &reader, "to")
      message = .hello(
        version: version, cluster: cluster, term: term, from: from, to: peer,
        next: try reader.sequence("next"))
    case .data, .answeringData:
      message = .data(
        sequence: try reader.sequence("sequence"), flags: try DataFlags(from: &reader),
        acknowledgement: kind == .data ? nil : try Acknowledgement(from: &reader),
        payload: try reader.rest(limit: WireLimits.framePayloadBytes, "payload"))
    case .acknowledge: message = .acknowledge(try Acknowledgement(from: &reader))
    case .query: message = .query(placed: try [UInt64](numbersFrom: &reader))
    case .refuse: message = .refuse(reason: try reader.text("reason"))
    }
    try reader.finish("frame")
    return (peer, message)
  }
}

extension DataFlags {
  fileprivate init(from reader: inout ByteReader) throws(WireError) {
    let start = reader
    self.init(rawValue: try reader.byte("flags"))
    guard isSubset(of: .known) else {
      throw start.error("flags", .unknownKind(UInt64(rawValue)))
    }
  }
}

extension Acknowledgement {
  fileprivate func encode(to writer: inout ByteWriter) {
    writer.varint(received)
    // What has arrived is never less than what was received.
    writer.varint(arrived &- received)
    placed.encodeNumbers(to: &writer)
  }

  fileprivate init(from reader: inout ByteReader) throws(WireError) {
    let received = try reader.varint("received")
    let start = reader
    let ahead = try reader.varint("arrived")
    let (arrived, overflow) = received.addingReportingOverflow(ahead)
    guard !overflow else { throw start.error("arrived", .outOfRange(ahead)) }
    self.init(received: received, arrived: arrived, placed: try [UInt64](numbersFrom: &reader))
  }
}

extension [UInt64] {
  fileprivate func encodeNumbers(to writer: inout ByteWriter) {
    writer.count(count, limit: WireLimits.placedNumbers, "placed")
    for number in self { writer.varint(number) }
  }

  fileprivate init(numbersFrom reader: inout ByteReader) throws(WireError) {
    let count = try reader.count(limit: WireLimits.placedNumbers, bytesEach: 1, "placed")
    self = []
    reserveCapacity(count)
    for _ in 0..<count { append(try reader.sequence("placed number")) }
  }
}

extension ByteReader {
  /// The number of a frame: never zero, and far enough from the end to be counted on.
  fileprivate mutating func sequence(_ field: StaticString) throws(WireError) -> UInt64 {
    let start = self
    let value = try varint(field)
    guard value > 0, value <= UInt64(Int64.max) else {
      throw start.error(field, .outOfRange(value))
    }
    return value
  }
}
