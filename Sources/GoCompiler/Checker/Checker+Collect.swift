// Entering package-level names (spec, "Declarations and scope", "Import declarations",
// "Package initialization").

import GoLibrary
import GoSyntax

extension Checker {
  func collect() {
    var imports: [ImportDeclaration] = []
    for declaration in package.file.declarations {
      switch declaration {
      case .import(let one): imports.append(one)
      case .constant(let one): collect(one)
      case .type(let one): collect(one)
      case .variable(let one): collect(one)
      case .function(let one): collect(one)
      }
    }
    // File scope lies around the package's here: one file, so the order does not matter but for
    // conflicts, which are told at the import.
    for one in imports { collect(one) }
    attachMethods()
  }

  private func enter(_ object: Object, _ id: Int, _ source: PackageSource) {
    object.source = source
    object.state = .waiting
    object.role = .package
    object.home = package
    objects.append(object)
    guard object.name == "init" || object.name == "main" && package.name == "main" else {
      return declare(object, id: id)
    }
    if object.kind == .function {
      object.name == "init" ? record(id, object) : declare(object, id: id)
    } else if let position = object.position {
      report(position, "cannot declare \(object.name) - must be func")
    }
  }

  private func collect(_ one: ConstantDeclaration) {
    for (index, name) in one.names.enumerated() {
      enter(
        Object(.constant, name.text, name.position), name.id, .constant(one, index))
    }
  }

  private func collect(_ one: VariableDeclaration) {
    let group = VariableGroup()
    for (index, name) in one.names.enumerated() {
      let object = Object(.variable, name.text, name.position)
      object.isUsed = true
      group.objects.append(object)
      enter(object, name.id, .variable(one, index, group))
    }
  }

  private func collect(_ one: TypeDeclaration) {
    enter(
      Object(one.isAlias ? .alias : .type, one.name.text, one.name.position), one.name.id,
      .type(one))
  }

  private func collect(_ one: FunctionDeclaration) {
    if one.receiver != nil { return }
    let object = Object(.function, one.name.text, one.name.position)
    let isSpecial = one.name.text == "init" || one.name.text == "main" && package.name == "main"
    if isSpecial {
      if !one.typeParameters.isEmpty {
        report(one.typeParameters[0].position, "func \(one.name.text) must have no type parameters")
      }
      if !one.type.parameters.isEmpty || !one.type.results.isEmpty {
        report(
          one.name.position, "func \(one.name.text) must have no arguments and no return values")
      }
    }
    if one.body == nil, !isLibrary { report(one.name.position, "missing function body") }
    enter(object, one.name.id, .function(one))
  }

  /// `T` of a receiver `(t T)`, `(t *T)`.
  private func baseName(_ one: FunctionDeclaration) -> String? {
    one.receiver.flatMap { Self.bareName($0.type) }
  }

  // MARK: Imports

  private func collect(_ one: ImportDeclaration) {
    let path = String(decoding: LiteralValue.bytes(ofString: one.path), as: UTF8.self)
    if !isLibrary, let reason = PackageLibrary.refusal(of: path) {
      return report(one.pathPosition, reason)
    }
    guard !path.isEmpty else {
      return report(one.pathPosition, "invalid import path (empty string)")
    }
    if let wrong = path.unicodeScalars.first(where: { !Self.isPathCharacter($0) }) {
      let name = Lexer.describe(wrong.value)
      return report(one.pathPosition, "invalid import path (invalid character \(name))")
    }
    guard let imported = library.load(path) else {
      return report(
        one.pathPosition, "package \(path) is not in std",
        details: ["there are: \(GoLibrary.paths.joined(separator: " "))"])
    }
    let name = one.name?.text ?? imported.name
    if name == "_" { return }
    if name == "init" {
      return report(one.position, "cannot import package as init - init must be a func")
    }
    let object = Object(.package, name, one.name?.position ?? one.pathPosition)
    object.package = imported
    importObjects.append((object, one))
    record(one.id, object)
    if name == "." {
      object.isUsed = true
      for exported in imported.scope.objects where exported.name.isExported {
        _ = scope.insert(exported)
      }
      return
    }
    if let other = scope.insert(object), other.kind == .package {
      redeclared(object, other)
    } else if let other = scope.here(name), other !== object, let position = other.position {
      report(
        position,
        "\(name) already declared through import of package \(imported.name) "
          + "(\"\(path)\")",
        details: ["\(shown(one.pathPosition)): other declaration of \(name)"])
    }
  }

  private static func isPathCharacter(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value > 0x20 && scalar != "\u{FFFD}"
      && !"!\"#$%&'()*,:;<=>?[\\]^`{|}".unicodeScalars.contains(scalar)
  }

  // MARK: Methods

  /// Gives each method its object and its base type the list.
  /// The defined type that a name leads to, through aliases.
  private func definedType(_ name: String) -> Object? {
    var name = name
    for _ in 0..<objects.count + 1 {
      guard let object = scope.here(name) else { return nil }
      if object.kind == .type { return object }
      guard object.kind == .alias, case .type(let one)? = object.source,
        let next = Self.bareName(one.type)
      else { return nil }
      name = next
    }
    return nil
  }

  /// `T` of `T`, `*T` and `(T)`.
  private static func bareName(_ x: Expression) -> String? {
    var type = x.withoutParentheses
    if case .star(let inner) = type.kind { type = inner.withoutParentheses }
    if case .index(let inner, _) = type.kind { type = inner.withoutParentheses }
    return type.nameText
  }

  private func attachMethods() {
    // Methods of what is no type of this package are checked for their errors only.
    for declaration in package.file.declarations {
      guard case .function(let one) = declaration, one.receiver != nil else { continue }
      let object = Object(.function, one.name.text, one.name.position)
      object.source = .function(one)
      object.state = .waiting
      object.role = .package
      object.home = package
      object.receiver = .invalid
      record(one.name.id, object)
      methodObjects.append(object)
      if one.body == nil, !isLibrary { report(one.name.position, "missing function body") }
      guard let base = baseName(one), let type = definedType(base) else { continue }
      methodsByBase[ObjectIdentifier(type), default: []].append(object)
    }
  }
}
