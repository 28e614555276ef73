// A small file that is either the old or the new one, never a part of either.
//
// Written beside its place, synced, renamed over it, and the folder synced: what a coordinator
// must know after its death (term, members, highest epoch, next id) is there before it is used.

import Foundation
import Glibc

package struct DurableFile: Sendable {
  package let path: String

  package init(path: String) { self.path = path }

  package struct WriteError: Error, CustomStringConvertible {
    package let path: String
    package let step: String
    package let code: Int32
    package var description: String {
      "\(path): cannot \(step): \(String(cString: strerror(code))); "
        + "free some space or permit writing there, then start again"
    }
  }

  package func read() -> [UInt8]? {
    FileManager.default.contents(atPath: path).map { Array($0) }
  }

  package func write(_ bytes: [UInt8]) throws(WriteError) {
    let fresh = path + ".new"
    let file = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw WriteError(path: fresh, step: "open it", code: errno) }
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes {
        Glibc.write(file, $0.baseAddress! + written, bytes.count - written)
      }
      guard count > 0 else {
        let code = errno
        close(file)
        throw WriteError(path: fresh, step: "write it", code: code)
      }
      written += count
    }
    fsync(file)
    close(file)
    guard rename(fresh, path) == 0 else {
      throw WriteError(path: path, step: "replace it", code: errno)
    }
    let folder = open((path as NSString).deletingLastPathComponent, O_RDONLY | O_DIRECTORY)
    if folder >= 0 {
      fsync(folder)
      close(folder)
    }
  }
}
