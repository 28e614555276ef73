// libzmq's context: its I/O threads and everything that sockets of one process share.
//
// Why `deinit` cannot hang: `zmq_ctx_term` waits for open sockets and for messages that linger.
// Every `Socket` keeps its context alive, so when the context goes no socket is open; and a socket
// is made with linger zero and can only be given a finite one, so what lingers has an end.
//
// Do not let a zero-copy buffer's release closure hold the last reference to a context: it runs on
// the context's own I/O thread, which cannot wait for itself.

internal import CZeroMQ
import Glibc

/// A context is thread-safe: sockets on several threads share one.
package final class Context: @unchecked Sendable {
  // Never changes after init; libzmq's context functions are thread-safe, hence unchecked Sendable.
  let handle: UnsafeMutableRawPointer

  /// - Parameters:
  ///   - ioThreads: libzmq's threads; one serves about a gigabyte a second.
  ///   - maximumSockets: monitors count two each.
  package init(ioThreads: Int = 1, maximumSockets: Int = 1023) throws(ZeroMQError) {
    guard let handle = zmq_ctx_new() else { throw .last("create a context") }
    guard zmq_ctx_set(handle, ZMQ_IO_THREADS, Int32(clamping: ioThreads)) == 0,
      zmq_ctx_set(handle, ZMQ_MAX_SOCKETS, Int32(clamping: maximumSockets)) == 0
    else {
      let error = ZeroMQError.last("configure a context")
      zmq_ctx_term(handle)
      throw error
    }
    self.handle = handle
  }

  deinit {
    // A signal interrupts the wait, not the termination: ask again.
    while zmq_ctx_term(handle) != 0, zmq_errno() == EINTR {}
  }

  /// From now on every call on every socket of this context fails with `isContextShutDown`, those
  /// that block at this moment included. The way to wake an I/O thread for good.
  package func shutDown() { zmq_ctx_shutdown(handle) }

  /// libzmq's version, such as 4.3.4.
  package static var libraryVersion: String {
    var (major, minor, patch): (Int32, Int32, Int32) = (0, 0, 0)
    zmq_version(&major, &minor, &patch)
    return "\(major).\(minor).\(patch)"
  }
}
