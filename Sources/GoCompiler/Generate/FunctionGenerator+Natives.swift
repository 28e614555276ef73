// Functions of the library that the machine does itself.
//
// A package is let in when some of its functions are here; the others are refused where they are
// called.

import GoSyntax
import GreyBytecode

enum Natives {
  static let packages: Set<String> = ["errors", "os", "runtime"]
}

extension FunctionGenerator {
  /// Where the results lie; nil: it is none of these.
  func native(_ function: Expression, _ call: Call) -> Int? {
    guard case .selector(let inner, let name) = function.kind,
      let package = checked.objects[inner.withoutParentheses.id], package.kind == .package,
      let path = package.package?.path
    else { return nil }
    switch "\(path).\(name.text)" {
    case "os.Exit": builder.emit(.exit, value(call.arguments[0]))
    case "runtime.GC": builder.emit(.collect)
    case "runtime.Gosched": builder.emit(.yield)
    case "runtime.NumGoroutine":
      let slot = data()
      builder.emit(.countGoroutines, slot)
      return slot
    case "errors.New": return newError(value(call.arguments[0], as: .basic(.string)))
    default: return nil
    }
    return 1
  }

  /// Each is another one, whatever its text.
  private func newError(_ text: Int) -> Int {
    let type = GoType.named(generator.errorString)
    let result = temporary([false, true])
    let made = reference()
    builder.emit(.new, made, wide: generator.object(of: type))
    store(text, to: .memory(reference: made, offset: 0), type)
    builder.constant(generator.runtimeType(.pointer(type)) + 1, into: result)
    builder.emit(.move, result + 1, made)
    return result
  }
}
