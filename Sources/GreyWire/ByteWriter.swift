// Puts a message into bytes.
//
// Numbers that are usually small are varints (LEB128: seven bits a byte, lowest first); words of
// the heap are eight bytes, little endian. A value that breaks a limit is remembered with its
// field, and `finish` throws it: so encoders read as plain lists of fields, and nothing leaves this
// process that the receiver's decoder would refuse.

package struct ByteWriter {
  private var bytes: [UInt8] = []
  private var problem: WireError?

  package init(reserving capacity: Int = 64) { bytes.reserveCapacity(capacity) }

  /// The frame, or the first field in it that breaks a limit.
  package consuming func finish() throws(WireError) -> [UInt8] {
    if let problem { throw problem }
    return bytes
  }

  /// The frame, for encoders whose fields cannot break a limit.
  package consuming func finishUnchecked() -> [UInt8] { bytes }

  package mutating func byte(_ value: UInt8) { bytes.append(value) }

  package mutating func bool(_ value: Bool) { bytes.append(value ? 1 : 0) }

  package mutating func fixed16(_ value: UInt16) {
    bytes.append(UInt8(truncatingIfNeeded: value))
    bytes.append(UInt8(truncatingIfNeeded: value >> 8))
  }

  package mutating func fixed64(_ value: UInt64) {
    withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
  }

  package mutating func varint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: rest))
  }

  package mutating func varint(_ value: some RawRepresentable<UInt64>) { varint(value.rawValue) }

  /// A length or a number of elements.
  package mutating func count(_ value: Int, limit: Int, _ field: StaticString) {
    if value > limit, problem == nil {
      problem = WireError(
        offset: bytes.count, field: "\(field)", problem: .tooMany(UInt64(value), limit: limit))
    }
    varint(UInt64(value))
  }

  /// A span of time of whole nanoseconds; a negative one is written as none.
  package mutating func duration(_ value: Duration) {
    let (seconds, attoseconds) = value.components
    let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    let (sum, carry) = whole.addingReportingOverflow(attoseconds / 1_000_000_000)
    varint(overflow || carry ? (seconds > 0 ? UInt64(Int64.max) : 0) : UInt64(max(0, sum)))
  }

  package mutating func data(_ value: [UInt8], limit: Int, _ field: StaticString) {
    count(value.count, limit: limit, field)
    bytes.append(contentsOf: value)
  }

  /// Bytes without their length before them: the rest of the frame.
  package mutating func rest(_ value: [UInt8]) { bytes.append(contentsOf: value) }

  /// Text that a process acts on: too long a one is a mistake.
  package mutating func name(_ value: String, limit: Int, _ field: StaticString) {
    var value = value
    value.withUTF8 { utf8 in
      count(utf8.count, limit: limit, field)
      bytes.append(contentsOf: utf8)
    }
  }

  /// Text for people, clipped to the limit at the end of a character.
  package mutating func text(_ value: String) {
    var value = value
    value.withUTF8 { utf8 in
      var length = utf8.count
      if length > WireLimits.textBytes {
        length = WireLimits.textBytes
        while utf8[length] & 0xC0 == 0x80 { length -= 1 }
      }
      varint(UInt64(length))
      bytes.append(contentsOf: utf8[..<length])
    }
  }
}
