// What is checked about an ipc endpoint before libzmq sees it, and ipc wildcards.
//
// libzmq reports the failures of an ipc path badly or not at all: a long path is an errno without
// the limit; connecting into a missing directory retries for ever; binding *deletes* whatever file
// has the name first; and `ipc://*` without TMPDIR makes a directory in the working directory. So
// long paths, missing directories and files that are no sockets are refused here, and the wildcard
// gets a private directory (0700) that the socket removes when it closes.
//
// Binding also steals the path of a live listener silently: who binds a known path holds a lock.

import Glibc

enum Endpoint {
  /// `sockaddr_un.sun_path` has 108 bytes, one of them for the end of the string.
  static let longestPath = 107

  /// The path of an ipc endpoint; nil for other transports and for abstract names (`ipc://@name`).
  static func path(of endpoint: String) -> String? {
    guard endpoint.hasPrefix("ipc://") else { return nil }
    let path = String(endpoint.dropFirst("ipc://".count))
    return path.hasPrefix("@") ? nil : path
  }

  static func check(_ endpoint: String, for operation: String) throws(ZeroMQError) {
    func refuse(_ code: Int32) -> ZeroMQError {
      ZeroMQError(errno: code, operation: operation, endpoint: endpoint)
    }
    if endpoint.utf8.contains(0) { throw refuse(EINVAL) }
    guard endpoint.hasPrefix("ipc://") else { return }
    if endpoint.utf8.count - "ipc://".utf8.count > longestPath { throw refuse(ENAMETOOLONG) }
    guard let path = path(of: endpoint) else { return }
    if path.isEmpty || path.hasPrefix("*") || path.hasSuffix("/") { throw refuse(EINVAL) }

    var status = stat()
    let directory = path.lastIndex(of: "/").map { path[..<$0] } ?? "."
    if stat(directory.isEmpty ? "/" : String(directory), &status) != 0 { throw refuse(errno) }
    if status.st_mode & S_IFMT != S_IFDIR { throw refuse(ENOTDIR) }
    if operation == "bind", lstat(path, &status) == 0, status.st_mode & S_IFMT != S_IFSOCK {
      throw refuse(EEXIST)
    }
  }

  /// A new private directory for the socket of `ipc://*`: below TMPDIR, otherwise below /tmp.
  static func makeWildcardDirectory() throws(ZeroMQError) -> String {
    let base = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var template = Array("\(base)/zmq-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else {
      throw ZeroMQError(errno: errno, operation: "bind", endpoint: "ipc://\(base)/zmq-XXXXXX")
    }
    return template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
  }

  static func removeWildcardDirectory(_ directory: String) {
    unlink("\(directory)/socket")
    rmdir(directory)
  }
}
