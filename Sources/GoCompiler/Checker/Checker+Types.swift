// Type expressions (spec, "Types").

import BigInt
import GoSyntax

extension Checker {
  /// The type that `x` denotes; what is no type is told.
  func typeExpression(_ x: Expression) -> GoType {
    let type = typeOf(x)
    package.facts[x.id] = Fact(type: type, use: .type, constant: nil)
    return type
  }

  private func typeOf(_ x: Expression) -> GoType {
    switch x.kind {
    case .bad: return .invalid
    case .name, .selector: return namedType(x)
    case .parenthesized(let inner): return typeExpression(inner)
    case .star(let inner): return .pointer(typeExpression(inner))
    case .sliceType(let element): return .slice(typeExpression(element))
    case .arrayType(let length, let element): return arrayType(x, length, element)
    case .mapType(let key, let value): return mapType(key, value)
    case .channelType(let direction, let element):
      return .channel(direction, typeExpression(element))
    case .functionType(let type): return .function(signature(type))
    case .structType(let type): return .structure(structure(type))
    case .interfaceType(let elements): return .interface(interface(elements))
    case .variadicType(let element):
      report(x, "invalid use of ...")
      return .slice(typeExpression(element))
    case .index(let generic, let arguments):
      let type = typeExpression(generic)
      if !type.isInvalid {
        let shown = ExpressionText.of(arguments)
        report(
          x,
          "invalid operation: \(ExpressionText.of(generic))[\(shown)] "
            + "(\(type) is not a generic type)")
      }
      return .invalid
    default:
      report(x, "\(ExpressionText.of(x)) is not a type")
      use([x])
      return .invalid
    }
  }

  private func namedType(_ x: Expression) -> GoType {
    // A variable or function that is being declared is no type, whatever its own will be.
    if case .name(let name) = x.kind, name != "_", let object = scope.find(name),
      object.kind != .type, object.kind != .alias, object.kind != .package
    {
      record(x.id, object)
      object.isUsed = true
      report(x, "\(name) (\(object.kindText)) is not a type")
      return .invalid
    }
    let operand = rawExpression(x)
    switch operand.mode {
    case .invalid: return .invalid
    case .type: return operand.type
    case .noValue: report(x, "\(operand) used as type")
    default:
      if let object = package.objects[x.id] {
        report(x, "\(object.name) (\(object.kindText)) is not a type")
      } else {
        report(x, "\(ExpressionText.of(x)) is not a type")
      }
    }
    return .invalid
  }

  private func arrayType(_ x: Expression, _ length: Expression?, _ element: Expression) -> GoType {
    guard let length else {
      report(x, "invalid use of [...] array (outside a composite literal)")
      _ = typeExpression(element)
      return .invalid
    }
    let count = arrayLength(length)
    let type = typeExpression(element)
    return count.map { .array($0, type) } ?? .invalid
  }

  private func arrayLength(_ x: Expression) -> Int? {
    if case .name(let name) = x.kind {
      guard let object = scope.find(name) else {
        report(x, "undefined array length \(name) or missing type constraint")
        return nil
      }
      if object.kind != .constant {
        useName(x, object)
        if object.kind != .variable || !object.type.isInvalid {
          report(x, "invalid array length \(name)")
        }
        return nil
      }
    }
    var operand = expression(x)
    if operand.isInvalid { return nil }
    guard let value = operand.constant else {
      report(operand, "array length \(operand) must be constant")
      return nil
    }
    guard operand.type.isUntyped || operand.type.isInteger, let integer = value.integerValue else {
      report(operand, "array length \(operand) must be integer")
      return nil
    }
    guard let count = Int(exactly: integer), count >= 0 else {
      report(operand, "invalid array length \(operand)")
      return nil
    }
    if operand.type.isUntyped { convertUntyped(&operand, .basic(.int)) }
    return count
  }

  private func mapType(_ key: Expression, _ value: Expression) -> GoType {
    let keyType = typeExpression(key)
    let type = GoType.map(key: keyType, value: typeExpression(value))
    // The key may be a type whose declaration is not complete.
    delayed.append { [self] in
      if !keyType.isInvalid, !keyType.isComparable {
        report(key, "invalid map key type \(keyType)")
      }
    }
    if resolving.isEmpty { runDelayed() }
    return type
  }

  // MARK: Functions

  func signature(_ type: FunctionType) -> Signature {
    var isVariadic = false
    let parameters = type.parameters.map { parameter in
      if case .variadicType(let element) = parameter.type.kind {
        isVariadic = true
        let slice = GoType.slice(typeExpression(element))
        package.facts[parameter.type.id] = Fact(type: slice, use: .type, constant: nil)
        return Signature.Parameter(parameter.name?.text ?? "", slice)
      }
      return Signature.Parameter(parameter.name?.text ?? "", typeExpression(parameter.type))
    }
    let results = type.results.map {
      Signature.Parameter($0.name?.text ?? "", typeExpression($0.type))
    }
    checkNames(type.parameters + type.results)
    return Signature(parameters, results, isVariadic: isVariadic)
  }

  /// Receiver, parameters and results have one scope.
  func checkNames(_ list: [Parameter]) {
    var seen: [String: Position] = [:]
    for case let name? in list.map(\.name) where !name.isBlank {
      if let other = seen[name.text] {
        report(
          name.position, "\(name.text) redeclared in this block",
          details: ["\(shown(other)): other declaration of \(name.text)"])
      }
      seen[name.text] = name.position
    }
  }

  // MARK: Structs

  private func structure(_ type: StructType) -> StructureType {
    var fields: [StructureType.Field] = []
    var seen: [String: Position] = [:]
    for field in type.fields {
      let fieldType = typeExpression(field.type)
      let name = field.name?.text ?? embeddedName(field.type)
      if name != "_", !name.isEmpty {
        if let other = seen[name] {
          report(
            field.position, "\(name) redeclared",
            details: ["\(shown(other)): other declaration of \(name)"])
          continue
        }
        seen[name] = field.position
      }
      fields.append(
        StructureType.Field(
          name: name, type: fieldType, isEmbedded: field.name == nil, tag: field.tag,
          position: field.position, package: package.path))
      if field.name == nil { checkEmbedded(field.type, fieldType) }
    }
    return StructureType(fields)
  }

  private func embeddedName(_ x: Expression) -> String {
    switch x.kind {
    case .name(let name): name
    case .selector(_, let name): name.text
    case .star(let inner), .parenthesized(let inner), .index(let inner, _): embeddedName(inner)
    default: ""
    }
  }

  private func checkEmbedded(_ x: Expression, _ type: GoType) {
    delayed.append { [self] in
      if type.isPointerLiteral, let inner = type.pointee {
        if inner.isInterface {
          report(x, "embedded field type cannot be a pointer to an interface")
        } else if case .pointer = inner.underlying {
          report(x, "embedded field type cannot be a pointer")
        }
      } else if case .pointer = type.underlying {
        report(x, "embedded field type cannot be a pointer")
      }
    }
  }

  // MARK: Interfaces

  private func interface(_ elements: [InterfaceElement]) -> InterfaceType {
    var methods: [InterfaceType.Method] = []
    var embedded: [GoType] = []
    for element in elements {
      switch element {
      case .method(let name, let type):
        if name.isBlank {
          report(name.position, "methods must have a unique non-blank name")
          continue
        }
        if let other = methods.first(where: { $0.name == name.text }) {
          report(
            name.position, "duplicate method \(name.text)",
            details: ["\(shown(other.position)): other declaration of method \(name.text)"])
          continue
        }
        methods.append(
          .init(name: name.text, signature: signature(type), position: name.position))
      case .embedded(let x):
        if let type = embeddedInterface(x) { embedded.append(type) }
      }
    }
    let result = InterfaceType(methods, embedding: embedded)
    delayed.append { [self] in checkDuplicates(result) }
    return result
  }

  private func embeddedInterface(_ x: Expression) -> GoType? {
    switch x.withoutParentheses.kind {
    case .binary, .unary:
      report(x, "interfaces with type constraints are not supported")
      return nil
    default: break
    }
    let type = typeExpression(x)
    delayed.append { [self] in
      if !type.isInvalid, !type.isInterface {
        report(x, "interfaces with type constraints are not supported: \(type) is no interface")
      }
    }
    return type.isInvalid ? nil : type
  }

  /// Embedded interfaces may share a method only with the same signature.
  private func checkDuplicates(_ interface: InterfaceType) {
    let own = Dictionary(interface.explicit.map { ($0.name, $0) }) { first, _ in first }
    var found = own
    for type in interface.embedded {
      for method in type.interface?.methods ?? [] {
        guard let other = found[method.name] else {
          found[method.name] = method
          continue
        }
        if !GoType.identical(other.signature, method.signature) {
          report(
            interface.explicit.first?.position ?? method.position,
            "duplicate method \(method.name)")
        }
      }
    }
  }
}
