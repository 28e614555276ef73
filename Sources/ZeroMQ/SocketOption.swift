// Options of a socket, each with the type of its value, so that a limit in milliseconds can
// neither be given in seconds nor to an option that counts messages.
//
// libzmq reads and writes raw memory of a size that depends on the option; a wrong size is EINVAL
// at best. Here each type of value knows its own encoding, and each option names its type once.

internal import CZeroMQ

/// An option that can be set and read back.
package struct SocketOption<Value: SocketOptionValue>: Sendable {
  let code: Int32
  let name: String
}

/// What a socket tells about itself.
package struct SocketProperty<Value: SocketOptionValue>: Sendable {
  let code: Int32
  let name: String
}

/// A value that libzmq understands: its bytes there and back.
package protocol SocketOptionValue: Sendable {
  /// Calls `body` with the bytes as libzmq wants them.
  func withOptionBytes(_ body: (UnsafeRawBufferPointer) -> Int32) -> Int32
  /// From the bytes that libzmq wrote.
  init(optionBytes: UnsafeRawBufferPointer)
}

extension Socket {
  package func set<Value>(_ option: SocketOption<Value>, _ value: Value) throws(ZeroMQError) {
    core.checkThread()
    let result = value.withOptionBytes { bytes in
      zmq_setsockopt(handle, option.code, bytes.baseAddress, bytes.count)
    }
    if result != 0 { throw .last("set \(option.name) of a \(kind) socket to \(value)") }
  }

  package func get<Value>(_ option: SocketOption<Value>) throws(ZeroMQError) -> Value {
    try read(option.code, option.name)
  }

  package func get<Value>(_ property: SocketProperty<Value>) throws(ZeroMQError) -> Value {
    try read(property.code, property.name)
  }

  private func read<Value: SocketOptionValue>(
    _ code: Int32, _ name: String
  ) throws(ZeroMQError) -> Value {
    core.checkThread()
    // The longest answer is an endpoint: a unix path, or a host name with its port.
    let value: Value? = withUnsafeTemporaryAllocation(byteCount: 512, alignment: 8) { buffer in
      var size = buffer.count
      guard zmq_getsockopt(handle, code, buffer.baseAddress, &size) == 0 else { return nil }
      return Value(optionBytes: UnsafeRawBufferPointer(rebasing: buffer[..<size]))
    }
    guard let value else { throw .last("get \(name) of a \(kind) socket") }
    return value
  }

  /// A SUB socket receives messages that start with `prefix`; with an empty one, all of them.
  package func subscribe(to prefix: [UInt8] = []) throws(ZeroMQError) {
    core.checkThread()
    if zmq_setsockopt(handle, ZMQ_SUBSCRIBE, prefix, prefix.count) != 0 { throw .last("subscribe") }
  }

  package func unsubscribe(from prefix: [UInt8] = []) throws(ZeroMQError) {
    core.checkThread()
    if zmq_setsockopt(handle, ZMQ_UNSUBSCRIBE, prefix, prefix.count) != 0 {
      throw .last("unsubscribe")
    }
  }
}

extension Int32: SocketOptionValue {
  package func withOptionBytes(_ body: (UnsafeRawBufferPointer) -> Int32) -> Int32 {
    Swift.withUnsafeBytes(of: self, body)
  }
  package init(optionBytes: UnsafeRawBufferPointer) { self = optionBytes.load(as: Int32.self) }
}

/// Counts and sizes that libzmq keeps in an `int`.
extension Int: SocketOptionValue {
  package func withOptionBytes(_ body: (UnsafeRawBufferPointer) -> Int32) -> Int32 {
    Int32(clamping: self).withOptionBytes(body)
  }
  package init(optionBytes: UnsafeRawBufferPointer) { self = Int(Int32(optionBytes: optionBytes)) }
}

extension Int64: SocketOptionValue {
  package func withOptionBytes(_ body: (UnsafeRawBufferPointer) -> Int32) -> Int32 {
    Swift.withUnsafeBytes(of: self, body)
  }
  package init(optionBytes: UnsafeRawBufferPointer) { self = optionBytes.load(as: Int64.self) }
}

extension Bool: SocketOptionValue {
  package func withOptionBytes(_ body: (UnsafeRawBufferPointer) -> Int32) -> Int32 {
    Int32(self ? 1 : 0).withOptionBytes(body)
  }
  package init(optionBytes: UnsafeRawBufferPointer) { self = Int32(optionBytes: optionBytes) != 0 }
}

/// Milliseconds, rounded up so that a positive limit never becomes "at once", and never negative:
/// libzmq takes −1 for "for ever", which nothing here may wait.
extension Duration: SocketOptionValue {
  package func withOptionBytes(_ body: (UnsafeRawBufferPointer) -> Int32) -> Int32 {
    Int32(clamping: milliseconds).withOptionBytes(body)
  }
  package init(optionBytes: UnsafeRawBufferPointer) {
    self = .milliseconds(Int32(optionBytes: optionBytes))
  }

  /// Whole milliseconds, rounded up, at least zero.
  var milliseconds: Int64 {
    let (seconds, attoseconds) = components
    if seconds < 0 || attoseconds < 0 { return 0 }
    if seconds > Int64(Int32.max) { return Int64(Int32.max) }
    return seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
  }
}

extension RoutingID: SocketOptionValue {
  package func withOptionBytes(_ body: (UnsafeRawBufferPointer) -> Int32) -> Int32 {
    bytes.withUnsafeBytes(body)
  }
  package init(optionBytes: UnsafeRawBufferPointer) { self.init(copying: optionBytes) }
}

/// Text with a closing zero byte, as endpoints are reported.
extension String: SocketOptionValue {
  package func withOptionBytes(_ body: (UnsafeRawBufferPointer) -> Int32) -> Int32 {
    var text = self
    return text.withUTF8 { body(UnsafeRawBufferPointer($0)) }
  }
  package init(optionBytes: UnsafeRawBufferPointer) {
    self.init(decoding: optionBytes.prefix { $0 != 0 }, as: UTF8.self)
  }
}

extension PollEvents: SocketOptionValue {
  package func withOptionBytes(_ body: (UnsafeRawBufferPointer) -> Int32) -> Int32 {
    Int32(rawValue).withOptionBytes(body)
  }
  package init(optionBytes: UnsafeRawBufferPointer) {
    self.init(rawValue: Int16(truncatingIfNeeded: Int32(optionBytes: optionBytes)))
  }
}
