// The name by which a ROUTER knows a peer: 1 to 255 bytes, of which the first is not zero (names
// that start with a zero byte are those that libzmq invents for peers without one).

package struct RoutingID: Hashable, Sendable, CustomStringConvertible {
  package let bytes: [UInt8]

  package init(_ bytes: [UInt8]) { self.bytes = bytes }
  package init(_ name: String) { bytes = Array(name.utf8) }
  package init(copying buffer: UnsafeRawBufferPointer) { bytes = Array(buffer) }

  /// May be given to a socket of one's own (a peer's may also be one that libzmq invented).
  package var isAssignable: Bool { (1...255).contains(bytes.count) && bytes[0] != 0 }

  /// As text where it is printable, otherwise in hexadecimal.
  package var description: String {
    if !bytes.isEmpty, bytes.allSatisfy({ (0x21...0x7E).contains($0) }) {
      return String(decoding: bytes, as: UTF8.self)
    }
    let digits = Array("0123456789abcdef")
    return "0x" + String(bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
  }
}
