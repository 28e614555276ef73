// Sending a buffer without copying it: libzmq writes it to the kernel from where it lies and gives
// it back through a callback when nobody needs it any more.
//
// The callback runs exactly once, on whatever thread drops the last reference: usually libzmq's I/O
// thread, the receiver's with inproc, the caller's when the message is destroyed unsent. So it must
// be quick, must not block, and may only touch what is safe from any thread. Below some 4 KiB
// copying is as fast.

internal import CZeroMQ

extension Message {
  /// Refers to `buffer` and calls `release` with it once it is free again. The buffer must not
  /// change before that.
  package init(
    noCopy buffer: UnsafeMutableRawBufferPointer,
    release: @escaping @Sendable (UnsafeMutableRawBufferPointer) -> Void
  ) throws(ZeroMQError) {
    let box = ReleaseBox(buffer: buffer, release: release)
    try self.init(
      noCopy: buffer, hint: Unmanaged.passRetained(box).toOpaque(),
      release: { _, hint in
        guard let hint else { return }
        let box = Unmanaged<ReleaseBox>.fromOpaque(hint).takeRetainedValue()
        box.release(box.buffer)
      })
  }

  /// The same without an allocation for the closure: `release(start of the buffer, hint)`.
  package init(
    noCopy buffer: UnsafeMutableRawBufferPointer,
    hint: UnsafeMutableRawPointer?,
    release: @escaping @convention(c) (UnsafeMutableRawPointer?, UnsafeMutableRawPointer?) -> Void
  ) throws(ZeroMQError) {
    var message = zmq_msg_t()
    guard zmq_msg_init_data(&message, buffer.baseAddress, buffer.count, release, hint) == 0 else {
      let error = ZeroMQError.last("make a message around a buffer of \(buffer.count) bytes")
      release(buffer.baseAddress, hint)
      throw error
    }
    self.init(adopting: message)
  }
}

/// Carries a Swift closure through libzmq's untyped hint.
private final class ReleaseBox {
  let buffer: UnsafeMutableRawBufferPointer
  let release: @Sendable (UnsafeMutableRawBufferPointer) -> Void

  init(
    buffer: UnsafeMutableRawBufferPointer,
    release: @escaping @Sendable (UnsafeMutableRawBufferPointer) -> Void
  ) {
    self.buffer = buffer
    self.release = release
  }
}
