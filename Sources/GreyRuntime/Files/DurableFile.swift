// A small file that is either the old or the new one, never a part of either.
//
// Written beside its place, synced, put in its place, and the folder synced: what a coordinator
// must know after its death (term, members, highest epoch, next id) is there before it is used.
//
// The two files change places (renameat2's RENAME_EXCHANGE), so both stay open from the first write
// on, and a process that has run out of descriptors can still write down what it must.

import CGrey
import Foundation
import Glibc

/// Confined to the thread that writes.
package final class DurableFile {
  package let path: String
  /// The file beside it, which nobody reads; -1 before the first write.
  private var standby: Int32 = -1
  /// The file in its place; -1 while the one there is not this object's.
  private var current: Int32 = -1
  private var folder: Int32 = -1

  package init(path: String) { self.path = path }

  deinit {
    for file in [standby, current, folder] where file >= 0 { close(file) }
  }

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
    if standby < 0 { openStandby() }
    guard standby >= 0 else { throw WriteError(path: fresh, step: "open it", code: errno) }
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes {
        pwrite(standby, $0.baseAddress! + written, bytes.count - written, written)
      }
      guard count > 0 else { throw WriteError(path: fresh, step: "write it", code: errno) }
      written += count
    }
    guard ftruncate(standby, bytes.count) == 0, fsync(standby) == 0 else {
      throw WriteError(path: fresh, step: "sync it", code: errno)
    }
    try replace()
    if folder >= 0 { fsync(folder) }
  }

  private var fresh: String { path + ".new" }

  private func openStandby() {
    standby = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    if folder < 0 {
      folder = open(
        (path as NSString).deletingLastPathComponent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    }
  }

  private func replace() throws(WriteError) {
    if current >= 0, grey_exchange(fresh, path) == 0 {
      swap(&standby, &current)
      return
    }
    // The first time, and on file systems that cannot exchange.
    guard rename(fresh, path) == 0 else {
      throw WriteError(path: path, step: "replace it", code: errno)
    }
    if current >= 0 { close(current) }
    current = standby
    openStandby()
  }
}
