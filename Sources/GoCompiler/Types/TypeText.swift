// Types as Go's messages show them.

import GoSyntax

extension GoType: CustomStringConvertible {
  package var description: String {
    switch self {
    case .invalid: "invalid type"
    case .basic(let type): type.name
    case .named(let type): type.package.isEmpty ? type.name : "\(type.package).\(type.name)"
    case .pointer(let type): "*\(type)"
    case .slice(let type): "[]\(type)"
    case .array(let length, let type): "[\(length)]\(type)"
    case .map(let key, let value): "map[\(key)]\(value)"
    case .channel(let direction, let type): Self.channel(direction, type)
    case .structure(let type): type.description
    case .function(let type): "func\(type)"
    case .interface(let type): type.description
    case .tuple(let types): "(\(types.map(\.description).joined(separator: ", ")))"
    }
  }

  private static func channel(_ direction: ChannelDirection, _ type: GoType) -> String {
    switch direction {
    case .receive: return "<-chan \(type)"
    case .send: return "chan<- \(type)"
    case .both:
      // `chan (<-chan T)`: without parentheses the arrow would be the first channel's.
      if case .channel(.receive, _) = type { return "chan (\(type))" }
      return "chan \(type)"
    }
  }

  /// `struct`, `map`, …: what messages call a composite type; nil for basic ones.
  var compositeKind: String? {
    switch underlying {
    case .pointer: "pointer"
    case .slice: "slice"
    case .array: "array"
    case .map: "map"
    case .channel: "chan"
    case .structure: "struct"
    case .function: "func"
    case .interface: "interface"
    case .tuple: "tuple"
    case .basic, .named, .invalid: nil
    }
  }
}

extension StructureType: CustomStringConvertible {
  package var description: String {
    let parts = fields.map { field in
      let shown = field.isEmbedded ? "\(field.type)" : "\(field.name) \(field.type)"
      return field.tag.map { "\(shown) \($0)" } ?? shown
    }
    return "struct{\(parts.joined(separator: "; "))}"
  }
}

extension InterfaceType: CustomStringConvertible {
  package var description: String {
    if self === InterfaceType.any { return "any" }
    if explicit.isEmpty, embedded.isEmpty { return "interface{}" }
    let parts = explicit.map { $0.name + $0.signature.description } + embedded.map(\.description)
    return "interface{\(parts.joined(separator: "; "))}"
  }
}

extension Signature: CustomStringConvertible {
  /// Without `func`.
  package var description: String {
    var text = "(\(Self.list(parameters, isVariadic: isVariadic)))"
    if results.count == 1, results[0].name.isEmpty {
      text += " \(results[0].type)"
    } else if !results.isEmpty {
      text += " (\(Self.list(results, isVariadic: false)))"
    }
    return text
  }

  private static func list(_ parameters: [Parameter], isVariadic: Bool) -> String {
    parameters.enumerated().map { index, parameter in
      var type = parameter.type.description
      if isVariadic, index == parameters.count - 1, case .slice(let element) = parameter.type {
        type = "...\(element)"
      }
      return parameter.name.isEmpty ? type : "\(parameter.name) \(type)"
    }.joined(separator: ", ")
  }
}
