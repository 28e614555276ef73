// What the functions of the library do with their arguments.
//
// Their bodies are ours, not Go's, and are not analysed; the table says what Go's own compiler
// finds in Go's library, which is what `build -m` tells. A function that is not in it leaks all it
// is given; and for the code that runs, all of them do, because our bodies keep no such promise.

import GoSyntax

enum LibraryTags {
  /// By `package.Function` or `package.Type.Method`.
  private static let tags: [String: [ParameterTag]] = {
    var tags: [String: [ParameterTag]] = [:]
    for line in table.split(separator: "\n") {
      let halves = line.split(separator: ":")
      let parameters = halves[0].split(separator: " ").map { parse($0) }
      for name in halves[1].split(separator: " ") { tags[String(name)] = parameters }
    }
    return tags
  }()

  private static func parse(_ text: Substring) -> ParameterTag {
    var tag = ParameterTag()
    var rest = text[...]
    func digit() -> Int { rest.popFirst().flatMap { $0.wholeNumberValue } ?? 0 }
    while let letter = rest.popFirst() {
      switch letter {
      case "h": tag.addHeap(digit())
      case "m": tag.addMutator(digit())
      case "c": tag.addCallee(digit())
      case "r":
        let result = digit()
        tag.addResult(result, digit())
      default: break
      }
    }
    return tag
  }

  static func unknown(_ object: Object) -> [ParameterTag] {
    let count = (object.type.signature?.parameters.count ?? 0) + (object.receiver == nil ? 0 : 1)
    return Array(repeating: .unknown, count: count)
  }

  static func tags(of object: Object, package: String) -> [ParameterTag] {
    var name = object.name
    if let receiver = object.receiver, let type = (receiver.pointee ?? receiver).namedType {
      name = "\(type.package).\(type.name).\(name)"
    } else {
      name = "\(package).\(name)"
    }
    if let known = tags[name] { return known }
    return unknown(object)
  }
}
