// The packages that programs may import: Go texts (`GoLibrary`), read by the same parser and
// checker as programs.
//
// A package is parsed and its declarations are checked when it is first imported; the body of a
// function is checked when the generator first needs its code. So a program pays for what it
// reaches, and `check` for signatures only. What a package does not declare, a program cannot use,
// and is told so as for any undefined name.

import GoLibrary
import GoSyntax

/// Packages loaded for one program, each once.
final class PackageLibrary {
  let universe = Universe.scope()
  private var loaded: [String: CheckedPackage] = [:]
  /// Those it imports come before a package.
  private(set) var packages: [CheckedPackage] = []

  func load(_ path: String) -> CheckedPackage? {
    if let package = loaded[path] { return package }
    guard let text = GoLibrary.text(of: path) else { return nil }
    let source = SourceText(name: path, bytes: text)
    let checked = Checker.check(
      Parser.parse(source), path: path, library: self, isLibrary: true)
    loaded[path] = checked
    packages.append(checked)
    if path == "unsafe" {
      for builtin in Builtin.ofUnsafe {
        let object = Object(.builtin, builtin.rawValue, nil)
        object.builtin = builtin
        _ = checked.scope.insert(object)
      }
    }
    return checked
  }

  /// Why a program must not import it; nil: it may, if it is there.
  static func refusal(of path: String) -> String? {
    if path.hasPrefix("internal/") { return "use of internal package \(path) not allowed" }
    return refused[path]
  }

  /// Packages of Go that are refused with a reason.
  private static let refused: [String: String] = [
    "C": "cgo is not supported",
    "reflect": "package reflect is not supported: types are not values at run time",
  ]
}
