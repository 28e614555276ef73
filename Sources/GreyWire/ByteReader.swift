// Takes a message out of bytes that somebody else wrote.
//
// Nothing is believed: every read is checked against what is left, every length against its limit
// before memory is taken for it. Each value has one encoding only (numbers in their shortest form,
// flags 0 or 1, text in UTF-8, no bytes behind the end), so whatever decodes encodes to the very
// same bytes again, which the fuzz tests use.
//
// The reader borrows the frame: it must not outlive the call that lends the buffer.

package struct ByteReader {
  private let buffer: UnsafeRawBufferPointer
  package private(set) var offset = 0

  package init(_ buffer: UnsafeRawBufferPointer) { self.buffer = buffer }

  package var left: Int { buffer.count - offset }

  package func error(_ field: StaticString, _ problem: WireError.Problem) -> WireError {
    WireError(offset: offset, field: "\(field)", problem: problem)
  }

  /// Nothing may follow the last field.
  package func finish(_ message: StaticString) throws(WireError) {
    if left != 0 { throw error(message, .trailing(count: left)) }
  }

  private func want(_ count: Int, _ field: StaticString) throws(WireError) {
    if count > left { throw error(field, .truncated(wanted: count, left: left)) }
  }

  package mutating func byte(_ field: StaticString) throws(WireError) -> UInt8 {
    try want(1, field)
    defer { offset += 1 }
    return buffer[offset]
  }

  package mutating func skip(_ count: Int, _ field: StaticString) throws(WireError) {
    try want(count, field)
    offset += count
  }

  package mutating func bool(_ field: StaticString) throws(WireError) -> Bool {
    try want(1, field)
    let value = buffer[offset]
    guard value <= 1 else { throw error(field, .outOfRange(UInt64(value))) }
    offset += 1
    return value == 1
  }

  package mutating func fixed16(_ field: StaticString) throws(WireError) -> UInt16 {
    try want(2, field)
    defer { offset += 2 }
    return buffer.loadUnaligned(fromByteOffset: offset, as: UInt16.self)
  }

  package mutating func fixed64(_ field: StaticString) throws(WireError) -> UInt64 {
    try want(8, field)
    defer { offset += 8 }
    return buffer.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
  }

  package mutating func varint(_ field: StaticString) throws(WireError) -> UInt64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    var at = offset
    while true {
      guard at < buffer.count else {
        throw error(field, .truncated(wanted: at - offset + 1, left: left))
      }
      let byte = buffer[at]
      at += 1
      // The tenth byte holds the 64th bit only; an empty last byte is padding.
      if shift == 63, byte > 1 { throw error(field, .badVarint) }
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 {
        if byte == 0, shift > 0 { throw error(field, .badVarint) }
        offset = at
        return value
      }
      shift += 7
    }
  }

  package mutating func number<N: FixedWidthInteger>(
    _ type: N.Type, _ field: StaticString
  ) throws(WireError) -> N {
    let start = self
    let value = try varint(field)
    guard let number = N(exactly: value) else { throw start.error(field, .outOfRange(value)) }
    return number
  }

  package mutating func rising<N: RawRepresentable<UInt64>>(
    _ make: (UInt64) -> N, _ field: StaticString
  ) throws(WireError) -> N {
    make(try varint(field))
  }

  /// A number of elements, each of which takes at least `bytesEach` of what is left.
  package mutating func count(
    limit: Int, bytesEach: Int, _ field: StaticString
  ) throws(WireError) -> Int {
    let start = self
    let value = try varint(field)
    guard value <= UInt64(limit) else {
      throw start.error(field, .tooMany(value, limit: limit))
    }
    let count = Int(value)
    guard count * bytesEach <= left else {
      throw error(field, .truncated(wanted: count * bytesEach, left: left))
    }
    return count
  }

  package mutating func duration(_ field: StaticString) throws(WireError) -> Duration {
    .nanoseconds(try number(Int64.self, field))
  }

  package mutating func data(limit: Int, _ field: StaticString) throws(WireError) -> [UInt8] {
    let count = try count(limit: limit, bytesEach: 1, field)
    return take(count)
  }

  /// All that is left, if it is no more than the limit.
  package mutating func rest(limit: Int, _ field: StaticString) throws(WireError) -> [UInt8] {
    guard left <= limit else { throw error(field, .tooMany(UInt64(left), limit: limit)) }
    return take(left)
  }

  private mutating func take(_ count: Int) -> [UInt8] {
    let bytes = [UInt8](UnsafeRawBufferPointer(rebasing: buffer[offset..<offset + count]))
    offset += count
    return bytes
  }

  package mutating func name(limit: Int, _ field: StaticString) throws(WireError) -> String {
    let count = try count(limit: limit, bytesEach: 1, field)
    let utf8 = buffer[offset..<offset + count]
    guard let text = String(validating: utf8, as: UTF8.self) else {
      throw error(field, .badText)
    }
    offset += count
    return text
  }

  package mutating func text(_ field: StaticString) throws(WireError) -> String {
    try name(limit: WireLimits.textBytes, field)
  }
}
