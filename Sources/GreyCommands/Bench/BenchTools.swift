// What measuring the stops needs from outside of this process: programs, places, Ctrl-C.

import Foundation
import Glibc

package struct BenchTools: Sendable {
  /// This program, which starts and stops the cluster that is measured.
  package var executable: String
  package var environment: [String: String]
  /// Where folders for a while are made.
  package var temporary: String
  /// Ctrl-C was pressed. It stays so: everybody who asks on the way out is to know.
  package var interrupted: @Sendable () -> Bool

  package init(
    executable: String, environment: [String: String], temporary: String = "/tmp",
    interrupted: @escaping @Sendable () -> Bool = { false }
  ) {
    self.executable = executable
    self.environment = environment
    self.temporary = temporary
    self.interrupted = interrupted
  }

  package static var live: BenchTools {
    BenchTools(
      executable: BuildIdentity.executable, environment: ProcessInfo.processInfo.environment,
      interrupted: { Interrupt.isPressed })
  }

  /// A program of that name in PATH.
  package func program(_ name: String) -> String? {
    (environment["PATH"] ?? "").split(separator: ":").map { "\($0)/\(name)" }
      .first { access($0, X_OK) == 0 }
  }

  /// A file of the sources of this program: beside or above the executable, or above here.
  package func source(_ path: String) -> String? {
    let here = FileManager.default.currentDirectoryPath
    for start in [executable, here + "/."] {
      var folder = start
      while folder.count > 1 {
        folder = (folder as NSString).deletingLastPathComponent
        let candidate = (folder as NSString).appendingPathComponent(path)
        if access(candidate, R_OK) == 0 { return candidate }
      }
    }
    return nil
  }

  /// A folder of our own, short enough for the sockets in it.
  package func makeFolder() throws(CommandFailure) -> String {
    var template = Array("\(temporary)/greywave-bench-XXXXXX".utf8CString)
    let made = template.withUnsafeMutableBufferPointer { bytes in
      bytes.baseAddress.flatMap { mkdtemp($0) } != nil
    }
    guard made else {
      throw CommandFailure(.checkFailed, "cannot make a folder in \(temporary)")
    }
    return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
