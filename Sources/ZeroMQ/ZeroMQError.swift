// What libzmq refused, for which endpoint, and what the reader of the message can do about it.
//
// An errno alone sends people to a search engine; so the description names the operation, the
// endpoint, the symbol of the errno, and for the usual causes the remedy. "Would block" is no error
// here: calls that may block say so in their result.

internal import CZeroMQ
import Glibc

package struct ZeroMQError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The errno, libzmq's own codes included (`EFSM`, `ETERM`, …).
  package let errno: Int32
  /// What was tried: `bind`, `send`, `set linger`, …
  package let operation: String
  /// The endpoint it was tried with, where there is one.
  package let endpoint: String?

  package init(errno: Int32, operation: String, endpoint: String? = nil) {
    self.errno = errno
    self.operation = operation
    self.endpoint = endpoint
  }

  /// What libzmq reports for its call that just failed on this thread. The errno is read before
  /// the text is made, since making it may allocate.
  static func last(
    _ operation: @autoclosure () -> String, endpoint: String? = nil
  ) -> ZeroMQError {
    let code = zmq_errno()
    return ZeroMQError(errno: code, operation: operation(), endpoint: endpoint)
  }

  /// The symbol of the errno, such as `EADDRINUSE`.
  package var name: String { Self.symbols[errno] ?? "errno \(errno)" }

  /// The context was shut down: the socket can only be closed now.
  package var isContextShutDown: Bool { errno == Self.contextTerminated }
  /// A router with `.routerMandatory` knows no peer of that routing id (any more).
  package var isPeerUnknown: Bool { errno == EHOSTUNREACH }

  package var description: String {
    let what = endpoint.map { "\(operation) \($0)" } ?? operation
    let text = "ZeroMQ cannot \(what): \(String(cString: zmq_strerror(errno))) (\(name))"
    return remedy.map { "\(text). \($0)" } ?? text
  }

  /// What to do about it, for the usual causes.
  package var remedy: String? {
    switch errno {
    case EADDRINUSE: "Another process listens there: stop it, or choose another endpoint"
    case EADDRNOTAVAIL: "No interface of this machine has that address: bind one that it has, or *"
    case EACCES, EPERM:
      endpoint?.hasPrefix("ipc://") == true
        ? "Check who owns the socket's directory and that it is writable"
        : "Ports below 1024 need root: choose a higher port"
    case ENOENT: "Create the directory of the socket first"
    case ENOTDIR: "A part of the path is a file: choose another directory"
    case ENAMETOOLONG: "A unix socket's path has at most 107 bytes: choose a shorter directory"
    case EEXIST: "A file that is no socket is in the way: binding would delete it. Move it away"
    case ENODEV: "The host or interface name cannot be resolved: check its spelling"
    case EMFILE: "Too many sockets or files are open: close some, or raise `ulimit -n`"
    case EPROTONOSUPPORT: "Use an endpoint that starts with ipc://, tcp:// or inproc://"
    case EHOSTUNREACH: "No peer with that routing id is connected"
    case EMSGSIZE: "The message is larger or has more parts than the receiver allows"
    case Self.contextTerminated: "The context was shut down: close the socket"
    case Self.wrongState: "A REQ or REP socket must send and receive in turn"
    default: nil
    }
  }

  private static let wrongState: Int32 = 156_384_712 + 51  // EFSM
  private static let incompatible: Int32 = 156_384_712 + 52  // ENOCOMPATPROTO
  private static let contextTerminated: Int32 = 156_384_712 + 53  // ETERM
  private static let noIOThread: Int32 = 156_384_712 + 54  // EMTHREAD

  /// libzmq's own codes start at `ZMQ_HAUSNUMERO`, which Swift does not import as arithmetic.
  private static let symbols: [Int32: String] = [
    EACCES: "EACCES", EADDRINUSE: "EADDRINUSE", EADDRNOTAVAIL: "EADDRNOTAVAIL", EAGAIN: "EAGAIN",
    EBADF: "EBADF", ECONNREFUSED: "ECONNREFUSED", ECONNRESET: "ECONNRESET", EEXIST: "EEXIST",
    EFAULT: "EFAULT", EHOSTUNREACH: "EHOSTUNREACH", EINTR: "EINTR", EINVAL: "EINVAL",
    EMFILE: "EMFILE", EMSGSIZE: "EMSGSIZE", ENAMETOOLONG: "ENAMETOOLONG", ENFILE: "ENFILE",
    ENODEV: "ENODEV", ENOENT: "ENOENT", ENOMEM: "ENOMEM", ENOTDIR: "ENOTDIR",
    ENOTSOCK: "ENOTSOCK", ENOTSUP: "ENOTSUP", EPERM: "EPERM", EPIPE: "EPIPE",
    EPROTONOSUPPORT: "EPROTONOSUPPORT", ETIMEDOUT: "ETIMEDOUT", wrongState: "EFSM",
    incompatible: "ENOCOMPATPROTO", contextTerminated: "ETERM", noIOThread: "EMTHREAD",
  ]
}
