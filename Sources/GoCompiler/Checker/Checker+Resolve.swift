// Checking package-level declarations, each when it is first needed (spec, "Constant declarations",
// "Variable declarations", "Type declarations", "Function declarations").
//
// `resolving` is the chain of needs. To need what is on it closes a cycle. Through a defined type a
// cycle may be sound (`type T struct { next *T }`), since the type exists before it is complete; so
// may one through a function, whose body comes later. A cycle of constants and variables alone is
// the order of initialisation's to tell; any other is an error here.

import GoSyntax

extension Checker {
  func resolve(_ object: Object) {
    switch object.state {
    case .done: return
    case .running: return cycle(at: object)
    case .waiting: break
    }
    if isNamedOnly(object) { return }
    object.state = .running
    resolving.append(object)
    let saved = (scope, function, declaration, iota, hasCallOrReceive)
    scope = package.scope
    function = nil
    declaration = object
    iota = nil
    defer {
      (scope, function, declaration, iota, hasCallOrReceive) = saved
      resolving.removeLast()
      object.state = .done
      if resolving.isEmpty { runDelayed() }
    }
    switch object.source {
    case .constant(let one, let index): resolveConstant(object, one, index)
    case .type(let one): resolveType(object, one)
    case .variable(let one, let index, let group): resolveVariable(object, one, index, group)
    case .function(let one): resolveFunction(object, one)
    case nil: break
    }
  }

  /// An alias that is being declared needs of a defined type that it exists, no more; were the type
  /// declared now, it might need the alias. Its turn comes later.
  private func isNamedOnly(_ object: Object) -> Bool {
    guard case .type(let one)? = object.source, !one.isAlias, one.typeParameters.isEmpty,
      resolving.contains(where: { $0.kind == .alias })
    else { return false }
    name(object, one, package: package.path.isEmpty ? "" : package.name)
    return true
  }

  private func cycle(at object: Object) {
    // A defined type stands for itself.
    if object.kind == .type, object.type.namedType != nil { return }
    let start = resolving.firstIndex { $0 === object } ?? 0
    let chain = Array(resolving[start...])
    if chain.allSatisfy({ $0.kind == .constant }) {
      if !object.isCycleTold { reportCycle(chain, "initialization cycle") }
    } else if !chain.allSatisfy({ $0.kind == .constant || $0.kind == .variable }),
      !chain.contains(where: { $0.isCycleTold })
    {
      let isType = chain.allSatisfy { $0.kind == .type || $0.kind == .alias }
      reportCycle(chain, isType ? "invalid recursive type" : "invalid cycle in declaration")
    }
    for one in chain { one.isCycleTold = true }
    if object.kind != .function { object.type = .invalid }
  }

  /// `chain` in the order of need; told from the one that stands first in the source.
  func reportCycle(_ chain: [Object], _ what: String, from start: Int? = nil) {
    let earliest = chain.indices.min {
      (chain[$0].position ?? Position(0)) < (chain[$1].position ?? Position(0))
    }
    guard let first = start ?? earliest, let position = chain[first].position else { return }
    if chain.count == 1 {
      return report(position, "\(what): \(chain[0].name) refers to itself")
    }
    let joint = what == "initialization cycle" ? " for " : what.hasSuffix("type") ? " " : " of "
    let details = chain.indices.map { step in
      let from = chain[(first + step) % chain.count]
      let to = chain[(first + step + 1) % chain.count]
      return "\(shown(from.position ?? position)): \(from.name) refers to \(to.name)"
    }
    report(position, "\(what)\(joint)\(chain[first].name)", details: details)
  }

  // MARK: Constants

  private func resolveConstant(_ object: Object, _ one: ConstantDeclaration, _ index: Int) {
    iota = one.iota
    constant(object, one, index)
    if index == one.names.count - 1 { checkCount(one) }
  }

  /// The value of one name of a constant declaration, at any level; `iota` is set.
  func constant(_ object: Object, _ one: ConstantDeclaration, _ index: Int) {
    object.constant = nil
    let outer = blamed
    blamed = one.isRepeated ? one.names[index].position : nil
    defer { blamed = outer }
    var declared: GoType?
    if let type = one.type {
      let type = typeExpression(type)
      if !type.isInvalid, !type.isConstantType {
        report(one.type?.start ?? one.position, "invalid constant type \(type)")
        object.type = .invalid
        return
      }
      declared = type
    }
    guard index < one.values.count else {
      object.type = .invalid
      return
    }
    var x = expression(one.values[index])
    if x.isInvalid {
      object.type = .invalid
      return
    }
    guard x.isConstant else {
      report(x, "\(x) is not constant")
      object.type = .invalid
      return
    }
    if let declared {
      assignment(&x, declared, "constant declaration")
      if x.isInvalid {
        object.type = .invalid
        return
      }
    }
    object.type = declared ?? x.type
    object.constant = x.constant
  }

  func checkCount(_ one: ConstantDeclaration) {
    if one.values.count > one.names.count, !one.isRepeated {
      let extra = one.values[one.names.count]
      report(extra, "extra init expr")
    } else if one.values.count < one.names.count {
      let name = one.names[one.values.count]
      report(name.position, "missing init expr for \(name.text)")
    }
  }

  // MARK: Variables

  private func resolveVariable(
    _ object: Object, _ one: VariableDeclaration, _ index: Int, _ group: VariableGroup
  ) {
    if let type = one.type {
      object.type = typeExpression(type)
    }
    if one.values.isEmpty { return }
    if one.values.count == one.names.count {
      var x = expression(one.values[index], hint: one.type == nil ? nil : object.type)
      object.hasDeclaredType = one.type != nil
      initialize(object, &x, "variable declaration")
      return
    }
    // One call for several names: whoever comes first does it for all.
    if group.isChecked { return }
    group.isChecked = true
    for other in group.objects where other !== object && other.state == .waiting {
      other.state = .running
      if let type = one.type { other.type = typeExpression(type) }
    }
    initializeVariables(
      group.objects, one.values, returning: nil, at: one.position)
    for other in group.objects where other !== object {
      other.dependencies = object.dependencies
      other.state = .done
    }
  }

  // MARK: Types

  private func resolveType(_ object: Object, _ one: TypeDeclaration) {
    define(object, one, package: package.path.isEmpty ? "" : package.name)
  }

  /// A type declaration at any level.
  func define(_ object: Object, _ one: TypeDeclaration, package packageName: String) {
    if let parameter = one.typeParameters.first {
      report(parameter.position, "generic type \(one.name.text) is not supported")
      object.type = .invalid
      return
    }
    if one.isAlias {
      object.type = .invalid
      object.type = typeExpression(one.type)
      return
    }
    let named = name(object, one, package: packageName)
    named.declared = typeExpression(one.type)
    named.isComplete = true
    delayed.append { [self] in checkFieldsAndMethods(named) }
  }

  /// The type's identity and its methods, before anything else is known of it.
  @discardableResult
  private func name(
    _ object: Object, _ one: TypeDeclaration, package packageName: String
  ) -> NamedType {
    if let named = object.type.namedType, named.position == one.name.position { return named }
    let named = NamedType(name: one.name.text, package: packageName, position: one.name.position)
    object.type = .named(named)
    definedTypes.append((named, object))
    for method in methodsByBase[ObjectIdentifier(object)] ?? [] {
      if let other = named.method(method.name), let position = method.position {
        report(
          position,
          "method \(named.name).\(method.name) already declared at "
            + shown(other.position ?? position))
      } else if method.name != "_" {
        named.methods.append(method)
      }
    }
    return named
  }

  private func checkFieldsAndMethods(_ named: NamedType) {
    guard let structure = named.underlying.structureType else { return }
    for method in named.methods {
      guard let field = structure.fields.first(where: { $0.name == method.name }),
        let position = method.position
      else { continue }
      report(
        position, "field and method with the same name \(method.name)",
        details: ["\(shown(field.position)): other declaration of \(method.name)"])
    }
  }

  // MARK: Functions

  private func resolveFunction(_ object: Object, _ one: FunctionDeclaration) {
    if let parameter = one.typeParameters.first {
      report(parameter.position, "generic function \(one.name.text) is not supported")
      object.type = .invalid
      return
    }
    if let receiver = one.receiver {
      object.receiver = receiverType(receiver)
      if let name = receiver.name?.text,
        (one.type.parameters + one.type.results).contains(where: { $0.name?.text == name })
      {
        checkNames([receiver] + one.type.parameters + one.type.results)
      }
    }
    object.type = .function(signature(one.type))
  }

  private func receiverType(_ receiver: Parameter) -> GoType {
    let type = typeExpression(receiver.type)
    let base = type.isPointerLiteral ? type.pointee ?? type : type
    var place = receiver.type.withoutParentheses.start
    if case .star(let inner) = receiver.type.withoutParentheses.kind { place = inner.start }
    switch base {
    case .invalid: return .invalid
    case .named(let named)
    where named.package == (package.path.isEmpty ? "" : package.name)
      && named !== Universe.error.namedType:
      delayed.append { [self] in
        switch named.underlying {
        case .pointer, .interface:
          report(place, "invalid receiver type \(base) (pointer or interface type)")
        default: break
        }
      }
      return type
    case .named, .basic: report(place, "cannot define new methods on non-local type \(base)")
    default: report(place, "invalid receiver type \(type)")
    }
    return .invalid
  }
}

extension GoType {
  /// A pointer without a name of its own.
  var isPointerLiteral: Bool { if case .pointer = self { true } else { false } }
  var structureType: StructureType? { if case .structure(let type) = self { type } else { nil } }
}
