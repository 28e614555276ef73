// Types as a running Go program names them: in messages of panics.
//
// Other than in the compiler's messages, names have their package in front, `any` is
// `interface {}`, and braces stand apart.

import GoSyntax

enum RuntimeTypeName {
  static func of(_ type: GoType) -> String {
    switch type {
    case .named(let named):
      if !named.package.isEmpty { return "\(named.package).\(named.name)" }
      return named.name == "error" ? "error" : "main.\(named.name)"
    case .basic(let basic): return basic.canonical.name
    case .pointer(let base): return "*\(of(base))"
    case .slice(let element): return "[]\(of(element))"
    case .array(let count, let element): return "[\(count)]\(of(element))"
    case .map(let key, let value): return "map[\(of(key))]\(of(value))"
    case .channel(.receive, let element): return "<-chan \(of(element))"
    case .channel(.send, let element): return "chan<- \(of(element))"
    case .channel(.both, let element):
      if case .channel(.receive, _) = element { return "chan (\(of(element)))" }
      return "chan \(of(element))"
    case .structure(let structure):
      if structure.fields.isEmpty { return "struct {}" }
      let fields = structure.fields.map {
        ($0.isEmbedded ? "" : $0.name + " ") + of($0.type)
          + ($0.tag.map { " " + quoted($0) } ?? "")
      }
      return "struct { \(fields.joined(separator: "; ")) }"
    case .function(let signature): return "func" + of(signature)
    case .interface(let interface):
      if interface.isEmpty { return "interface {}" }
      let methods = interface.methods.map { $0.name + of($0.signature) }
      return "interface { \(methods.joined(separator: "; ")) }"
    case .tuple, .invalid: return type.description
    }
  }

  private static func of(_ signature: Signature) -> String {
    var parameters = signature.parameters.map { of($0.type) }
    if signature.isVariadic, case .slice(let element)? = signature.parameters.last?.type {
      parameters[parameters.count - 1] = "...\(of(element))"
    }
    let results = signature.results.map { of($0.type) }
    let tail =
      results.isEmpty
      ? "" : results.count == 1 ? " \(results[0])" : " (\(results.joined(separator: ", ")))"
    return "(\(parameters.joined(separator: ", ")))\(tail)"
  }

  private static func quoted(_ text: String) -> String {
    "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
  }
}
