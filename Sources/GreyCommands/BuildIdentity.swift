// Which build this is.
//
// The commit is not compiled in: SwiftPM knows none, and asking git at run time would name the
// commit of the folder, not of the binary. The scripts that build write `greywave.commit` beside
// the binary; a binary without one says that its commit is unknown, and why.

import Foundation
import GreyEvents

package struct BuildIdentity: Hashable, Sendable, CustomStringConvertible {
  package static let number = "0.1.0"
  package var version: String
  package var commit: String

  package init(version: String = BuildIdentity.number, commit: String) {
    self.version = version
    self.commit = commit
  }

  package var description: String {
    commit == Self.unknown
      ? "greywave \(version) (commit unknown: not built by a script of cluster/)"
      : "greywave \(version) (\(commit))"
  }
  /// What other processes are told.
  private static let unknown = "unknown"

  /// - Parameter executable: the path of the binary.
  package static func beside(executable: String) -> BuildIdentity {
    let folder = (executable as NSString).deletingLastPathComponent
    let file = folder + "/greywave.commit"
    // Written after the build: an older one is of another binary.
    let isCurrent = modified(file).map { $0 >= (modified(executable) ?? .distantPast) } ?? false
    let text = isCurrent ? Files.text(of: file) ?? "" : ""
    let commit = text.prefix { !$0.isWhitespace }
    let isHash = commit.count >= 7 && commit.allSatisfy { $0.isHexDigit || "-dirty".contains($0) }
    return BuildIdentity(commit: isHash ? String(commit) : unknown)
  }

  private static func modified(_ path: String) -> Date? {
    (try? FileManager.default.attributesOfItem(atPath: path))?[.modificationDate] as? Date
  }

  /// The path of the binary that runs now.
  package static var executable: String {
    (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
      ?? CommandLine.arguments[0]
  }

  package static var current: BuildIdentity { beside(executable: executable) }
}
