// Selectors (spec, "Selectors", "Method values", "Method expressions", "Qualified identifiers").

import GoSyntax

extension Checker {
  func selector(_ x: Expression, _ inner: Expression, _ name: Name) -> Operand {
    if case .name(let text) = inner.kind, let object = scope.find(text), object.kind == .package,
      let imported = object.package
    {
      object.isUsed = true
      record(inner.id, object)
      return qualified(x, imported, name)
    }
    let operand = expressionOrType(inner)
    if operand.isInvalid || operand.type.isInvalid { return .invalid(x) }
    if name.isBlank {
      report(name.position, "cannot refer to blank field or method")
      return .invalid(x)
    }
    let found = lookup(operand.type, name.text)
    if case .type = operand.mode { return methodExpression(x, operand, name, found) }
    switch found {
    case .field(let field, let path, let isIndirect):
      return self.field(x, operand, field, path, isIndirect)
    case .method(let method, let path, let receiver, let isIndirect):
      return self.method(x, inner, operand, name, method, path, receiver, isIndirect)
    case .interfaceMethod(let method, let path, let receiver, let isIndirect):
      package.selections[x.id] = Selection(
        kind: .method, path: path, method: nil, receiver: receiver, isIndirect: isIndirect)
      return Operand(.value, .function(method.signature), x)
    case .ambiguous:
      report(
        name.position, "ambiguous selector \(ExpressionText.of(inner)).\(name.text)")
    case .missing: undefined(operand, name)
    }
    return .invalid(x)
  }

  private func qualified(_ x: Expression, _ imported: CheckedPackage, _ name: Name) -> Operand {
    guard let object = imported.scope.here(name.text), object.kind != .package else {
      if imported.path == "unsafe" {
        report(
          name.position,
          "\(ExpressionText.of(x)) is not supported: memory is reached through typed "
            + "references only"
        )
        return .invalid(x)
      }
      report(name.position, "undefined: \(ExpressionText.of(x))")
      return .invalid(x)
    }
    guard name.text.isExported else {
      report(
        name.position, "name \(name.text) not exported by package \(imported.name)")
      return .invalid(x)
    }
    record(name.id, object)
    package.selections[x.id] = Selection(
      kind: .qualified, path: [], method: nil, receiver: .invalid, isIndirect: false)
    return useName(x, object)
  }

  private func field(
    _ x: Expression, _ operand: Operand, _ field: StructureType.Field, _ path: [Int],
    _ isIndirect: Bool
  ) -> Operand {
    let throughPointer = isIndirect || operand.type.pointee != nil
    package.selections[x.id] = Selection(
      kind: .field, path: path, method: nil, receiver: operand.type, isIndirect: throughPointer)
    if field.type.isInvalid { return .invalid(x) }
    let isVariable = throughPointer || operand.isAddressable
    return Operand(isVariable ? .variable : .value, field.type, x)
  }

  private func method(
    _ x: Expression, _ inner: Expression, _ operand: Operand, _ name: Name, _ method: Object,
    _ path: [Int], _ receiver: GoType, _ isIndirect: Bool
  ) -> Operand {
    if let declaration { declaration.depend(on: method) }
    record(name.id, method)
    if method.hasPointerReceiver, !isIndirect {
      guard operand.isAddressable else {
        report(
          name.position, "cannot call pointer method \(name.text) on \(operand.type)")
        return .invalid(x)
      }
      takeAddress(inner)
    }
    package.selections[x.id] = Selection(
      kind: .method, path: path, method: method, receiver: receiver, isIndirect: isIndirect)
    return method.type.isInvalid ? .invalid(x) : Operand(.value, method.type, x)
  }

  private func methodExpression(
    _ x: Expression, _ operand: Operand, _ name: Name, _ found: Found
  ) -> Operand {
    let type = operand.type
    func function(_ signature: Signature) -> Operand {
      let parameters = [Signature.Parameter("", type)] + signature.parameters
      return Operand(
        .value,
        .function(Signature(parameters, signature.results, isVariadic: signature.isVariadic)), x)
    }
    switch found {
    case .method(let method, let path, let receiver, let isIndirect):
      if let declaration { declaration.depend(on: method) }
      record(name.id, method)
      guard let signature = method.type.signature else { return .invalid(x) }
      if method.hasPointerReceiver, !isIndirect {
        report(
          name.position,
          "invalid method expression \(type).\(name.text) (needs pointer receiver "
            + "(*\(type)).\(name.text))")
        return .invalid(x)
      }
      package.selections[x.id] = Selection(
        kind: .methodExpression, path: path, method: method, receiver: receiver,
        isIndirect: isIndirect)
      return function(signature)
    case .interfaceMethod(let method, let path, let receiver, let isIndirect):
      package.selections[x.id] = Selection(
        kind: .methodExpression, path: path, method: nil, receiver: receiver,
        isIndirect: isIndirect)
      return function(method.signature)
    case .ambiguous:
      report(
        name.position, "ambiguous selector \(ExpressionText.of(operand.expression)).\(name.text)")
    case .field, .missing: undefined(operand, name)
    }
    return .invalid(x)
  }

  private func undefined(_ operand: Operand, _ name: Name) {
    let type = operand.type
    var why: String
    if let inner = type.pointee, inner.isInterface {
      why = "type \(type) is pointer to interface, not interface"
    } else {
      why = "type \(type) has no field or method \(name.text)"
      if let (kind, other) = similar(type, name.text) { why += ", but does have \(kind) \(other)" }
    }
    report(
      name.position,
      "\(ExpressionText.of(operand.expression)).\(name.text) undefined (\(why))")
  }

  /// A field or method whose name differs in capitals only.
  func similar(_ type: GoType, _ name: String) -> (kind: String, name: String)? {
    let base = type.isPointerLiteral ? type.pointee ?? type : type
    let wanted = name.lowercased()
    if let method = base.namedType?.methods.first(where: { $0.name.lowercased() == wanted }) {
      return ("method", method.name)
    }
    if let method = base.interface?.methods.first(where: { $0.name.lowercased() == wanted }) {
      return ("method", method.name)
    }
    return base.structure?.fields.first {
      $0.name.lowercased() == wanted && $0.package == package.path
    }
    .map { ("field", $0.name) }
  }
}
