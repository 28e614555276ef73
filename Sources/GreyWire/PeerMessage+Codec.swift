// What data frames carry, in bytes: one byte for the kind, then its fields.
//
// Grey references and words of the heap are most of what nodes exchange. How a batch of references
// is packed says `GreyBatch+Codec`. Words are a bitmap of which are references and then the words
// as they lie: the bitmap's spare bits are zero.

import GreyBasics

private enum Kind: UInt8 {
  case grey = 192
  case allocate = 193
  case read = 194
  case write = 195
  case call = 196
  case spawn = 197
  case deliver = 198
  case answer = 199
  case failure = 200
}

extension PeerMessage {
  /// The message's bytes, or the field that breaks a limit of `WireLimits`.
  package func encoded() throws(WireError) -> [UInt8] {
    switch self {
    case .grey(let epoch, let batch):
      return try batch.encoded(kind: Kind.grey.rawValue, epoch: epoch)
    case .mutator(let message):
      var writer = ByteWriter(reserving: message.roomHint)
      message.encode(to: &writer)
      return try writer.finish()
    }
  }

  package static func decode(_ payload: [UInt8]) throws(WireError) -> PeerMessage {
    try borrowing(payload) { raw throws(WireError) in try decode(raw) }
  }

  package static func decode(_ payload: UnsafeRawBufferPointer) throws(WireError) -> PeerMessage {
    var reader = ByteReader(payload)
    guard payload.count <= WireLimits.messageBytes else {
      throw reader.error(
        "message", .tooMany(UInt64(payload.count), limit: WireLimits.messageBytes))
    }
    let number = try reader.byte("kind")
    guard let kind = Kind(rawValue: number) else {
      throw WireError(offset: 0, field: "kind", problem: .unknownKind(UInt64(number)))
    }
    let message: PeerMessage
    if kind == .grey {
      let epoch = try reader.rising(Epoch.init, "epoch")
      message = .grey(epoch: epoch, try GreyBatch(from: &reader))
    } else {
      message = .mutator(try MutatorMessage(kind, from: &reader))
    }
    try reader.finish("message")
    return message
  }
}

extension MutatorMessage {
  /// About how many bytes the message takes, so that its buffer is allocated once.
  fileprivate var roomHint: Int {
    switch body {
    case .call(_, let words), .spawn(_, let words), .deliver(_, let words), .answer(let words):
      48 + words.count * 8 + words.count / 8
    default: 64
    }
  }

  fileprivate func encode(to writer: inout ByteWriter) {
    func head(_ kind: Kind) {
      writer.byte(kind.rawValue)
      writer.varint(run)
      writer.varint(stamp)
      writer.varint(request)
    }
    switch body {
    case .allocate(let type, let count):
      head(.allocate)
      writer.fixed16(type)
      writer.varint(UInt64(count))
    case .read(let object, let word, let words):
      head(.read)
      writer.fixed64(object.rawValue)
      writer.varint(UInt64(word))
      writer.varint(UInt64(words))
    case .write(let object, let word, let value):
      head(.write)
      writer.fixed64(object.rawValue)
      writer.varint(UInt64(word))
      writer.bool(value.isReference)
      writer.fixed64(value.bits)
    case .call(let function, let arguments):
      head(.call)
      writer.fixed16(function)
      arguments.encode(to: &writer, "arguments")
    case .spawn(let function, let arguments):
      head(.spawn)
      writer.fixed16(function)
      arguments.encode(to: &writer, "arguments")
    case .deliver(let task, let values):
      head(.deliver)
      writer.varint(task)
      values.encode(to: &writer, "values")
    case .answer(let words):
      head(.answer)
      words.encode(to: &writer, "words")
    case .failure(let failure):
      head(.failure)
      writer.byte(failure.rawValue)
    }
  }

  fileprivate init(_ kind: Kind, from reader: inout ByteReader) throws(WireError) {
    let run = try reader.rising(RunID.init, "run")
    let stamp = try reader.rising(Epoch.init, "stamp")
    let request = try reader.varint("request")
    self.init(run: run, stamp: stamp, request: request, body: try Body(kind, from: &reader))
  }
}

extension MutatorMessage.Body {
  fileprivate init(_ kind: Kind, from reader: inout ByteReader) throws(WireError) {
    switch kind {
    case .grey: throw reader.error("kind", .unknownKind(UInt64(kind.rawValue)))
    case .allocate:
      self = .allocate(
        type: try reader.fixed16("type"), count: try reader.number(UInt32.self, "count"))
    case .read:
      self = .read(
        object: Reference(rawValue: try reader.fixed64("object")),
        word: try reader.number(UInt32.self, "word"),
        words: try reader.number(UInt32.self, "words"))
    case .write:
      let object = Reference(rawValue: try reader.fixed64("object"))
      let word = try reader.number(UInt32.self, "word")
      let isReference = try reader.bool("value's kind")
      self = .write(
        object: object, word: word,
        value: Word(bits: try reader.fixed64("value"), isReference: isReference))
    case .call:
      self = .call(
        function: try reader.fixed16("function"),
        arguments: try [Word](from: &reader, "arguments"))
    case .spawn:
      self = .spawn(
        function: try reader.fixed16("function"),
        arguments: try [Word](from: &reader, "arguments"))
    case .deliver:
      self = .deliver(
        task: try reader.rising(TaskID.init, "task"),
        values: try [Word](from: &reader, "values"))
    case .answer: self = .answer(try [Word](from: &reader, "words"))
    case .failure:
      let start = reader
      let number = try reader.byte("failure")
      guard let failure = RemoteFailure(rawValue: number) else {
        throw start.error("failure", .unknownKind(UInt64(number)))
      }
      self = .failure(failure)
    }
  }
}

extension [Word] {
  fileprivate func encode(to writer: inout ByteWriter, _ field: StaticString) {
    writer.count(count, limit: WireLimits.words, field)
    var at = 0
    while at < count {
      var kinds: UInt8 = 0
      for bit in 0..<Swift.min(8, count - at) where self[at + bit].isReference {
        kinds |= 1 << UInt8(bit)
      }
      writer.byte(kinds)
      at += 8
    }
    for word in self { writer.fixed64(word.bits) }
  }

  fileprivate init(from reader: inout ByteReader, _ field: StaticString) throws(WireError) {
    let count = try reader.count(limit: WireLimits.words, bytesEach: 8, field)
    self = []
    reserveCapacity(count)
    var kinds = reader
    try reader.skip((count + 7) / 8, field)
    var byte: UInt8 = 0
    for index in 0..<count {
      if index & 7 == 0 { byte = try kinds.byte(field) }
      append(Word(bits: try reader.fixed64(field), isReference: byte & 1 == 1))
      byte >>= 1
    }
    // What is left of the last byte belongs to no word.
    if byte != 0 { throw kinds.error(field, .outOfRange(UInt64(byte))) }
  }
}
