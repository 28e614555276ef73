// Where a snapshot that is named by a relative path lies.
//
// Below the working folder of the process that reads it, as everywhere. But a node's working folder
// is where somebody typed `up`, perhaps days ago, and the sample that comes with the program is
// found by a path below the program's own tree. So what is not below the working folder is looked
// for below each folder above the executable, the nearest first: wherever a cluster is started
// from, the default names the same file.

import Foundation

enum SnapshotPath {
  /// The path to open: an error about it names what was asked for when nothing is there.
  static func resolve(_ path: String) -> String {
    resolve(path, executable: executable) { access($0, F_OK) == 0 }
  }

  static func resolve(
    _ path: String, executable: String, exists: (String) -> Bool
  ) -> String {
    guard !path.hasPrefix("/"), !exists(path) else { return path }
    var folder = executable[...]
    while let slash = folder.lastIndex(of: "/") {
      folder = folder[..<slash]
      let candidate = folder + "/" + path
      if exists(String(candidate)) { return String(candidate) }
    }
    return path
  }

  private static var executable: String {
    (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
  }
}
