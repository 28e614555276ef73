// Small files that other processes read: there whole, or not at all.

import Foundation
import Glibc

package enum Files {
  /// Written beside its place and moved there: a reader sees the old text or the new one.
  package static func writeWhole(_ text: String, to path: String) throws {
    let url = URL(fileURLWithPath: path)
    do {
      try Data(text.utf8).write(to: url, options: .atomic)
    } catch {
      throw CommandFailure(.checkFailed, "cannot write \(path): \(reason(of: error))")
    }
  }

  package static func text(of path: String) -> String? {
    try? String(contentsOfFile: path, encoding: .utf8)
  }

  /// - Parameter remedy: what to do where it cannot be made.
  package static func makeFolder(_ path: String, remedy: String) throws(CommandFailure) {
    do {
      try FileManager.default.createDirectory(
        atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      throw CommandFailure(
        .checkFailed, "cannot make the folder \(path): \(reason(of: error)); \(remedy)")
    }
  }

  /// What the system said. Foundation's own text says that the operation could not be completed.
  private static func reason(of error: any Error) -> String {
    let code: Int32? =
      switch (error as? CocoaError)?.code {
      case .fileNoSuchFile?, .fileReadNoSuchFile?: ENOENT
      case .fileWriteNoPermission?, .fileReadNoPermission?: EACCES
      case .fileWriteFileExists?: EEXIST
      case .fileWriteOutOfSpace?: ENOSPC
      case .fileWriteVolumeReadOnly?: EROFS
      default: nil
      }
    return code.map { String(cString: strerror($0)) } ?? error.localizedDescription
  }

  /// The names in a folder, sorted; empty when there is none.
  package static func names(in folder: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
  }

  /// The last lines of a file, for telling why a process ended.
  package static func tail(of path: String, lines: Int) -> String {
    let all = (text(of: path) ?? "").split(separator: "\n")
    return all.suffix(lines).joined(separator: "\n")
  }
}
