// The files that the rules are about, found from where this file stands.

import Foundation

enum SourceTree {
  static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  static let manifest: String =
    (try? String(contentsOf: root.appendingPathComponent("Package.swift"), encoding: .utf8)) ?? ""

  /// All Swift files of Sources and Tests and all scripts, by path.
  static let files: [SourceFile] = {
    var files: [SourceFile] = []
    for folder in ["Sources", "Tests", "cluster", ".ci"] {
      for path in FileManager.default.enumerator(atPath: root.path + "/" + folder) ?? .init() {
        guard let path = path as? String else { continue }
        let name = folder + "/" + path
        if name.hasSuffix(".swift") || folder == "cluster" || folder == ".ci" {
          if let file = read(name) { files.append(file) }
        }
      }
    }
    return files.sorted { $0.path < $1.path }
  }()

  static func read(_ name: String) -> SourceFile? {
    let path = root.path + "/" + name
    guard let data = FileManager.default.contents(atPath: path) else { return nil }
    return SourceFile(
      path: name, text: Array(data),
      isExecutable: FileManager.default.isExecutableFile(atPath: path))
  }
}
