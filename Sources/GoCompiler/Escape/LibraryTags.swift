// What the functions of the library do with their arguments.
//
// Their bodies are part of the virtual machine, so nothing can be analysed; this table says what
// Go's own compiler finds in Go's library. A function that is not in it leaks all it is given.

import GoSyntax

enum LibraryTags {
  static func tags(of object: Object) -> [ParameterTag] {
    let count = (object.type.signature?.parameters.count ?? 0) + (object.receiver == nil ? 0 : 1)
    return Array(repeating: .unknown, count: count)
  }
}
