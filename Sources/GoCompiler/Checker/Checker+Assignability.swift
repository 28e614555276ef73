// Assignability and interface satisfaction (spec, "Assignability", "Implementing an interface",
// "Method sets").

import GoSyntax

extension Checker {
  func isAssignable(_ x: Operand, to target: GoType) -> Bool {
    var cause = ""
    return isAssignable(x, to: target, &cause)
  }

  /// - Parameter cause: why not, where more can be said than that.
  func isAssignable(_ x: Operand, to target: GoType, _ cause: inout String) -> Bool {
    if x.isInvalid || x.type.isInvalid || target.isInvalid { return true }
    if GoType.identical(x.type, target) { return true }
    if x.type.isUntyped {
      if case .success = implicitType(x, target) { return true }
      return false
    }
    let (from, to) = (x.type.underlying, target.underlying)
    if GoType.identical(from, to), !x.type.hasName || !target.hasName { return true }
    if let interface = target.interface {
      guard let missing = missingMethod(x.type, interface) else { return true }
      cause = "\(x.type) does not implement \(target) \(missing)"
      return false
    }
    if let inner = target.pointee, inner.isInterface {
      cause =
        "\(x.type) does not implement \(target) "
        + "(type \(target) is pointer to interface, not interface)"
      return false
    }
    if let interface = x.type.interface, missingMethod(target, interface) == nil {
      cause = "need type assertion"
      return false
    }
    if case .channel(.both, let element) = from, case .channel(_, let other) = to,
      GoType.identical(element, other)
    {
      return !x.type.hasName || !target.hasName
    }
    return false
  }

  /// Why `type` does not implement the interface: the first method, by name, that it lacks.
  func missingMethod(_ type: GoType, _ interface: InterfaceType) -> String? {
    if type.isInvalid { return nil }
    for wanted in interface.methods {
      if let own = type.interface {
        guard let method = own.method(wanted.name) else {
          return "(missing method \(wanted.name))"
        }
        if !GoType.identical(method.signature, wanted.signature) {
          return wrongType(wanted, method.signature)
        }
        continue
      }
      if let inner = type.pointee, inner.isInterface {
        return "(type \(type) is pointer to interface, not interface)"
      }
      if let cause = missing(type, wanted) { return cause }
    }
    return nil
  }

  private func wrongType(_ wanted: InterfaceType.Method, _ have: Signature) -> String {
    "(wrong type for method \(wanted.name))\n\t\thave \(wanted.name)\(have)"
      + "\n\t\twant \(wanted.name)\(wanted.signature)"
  }

  private func missing(_ type: GoType, _ wanted: InterfaceType.Method) -> String? {
    switch lookup(type, wanted.name) {
    case .method(let method, _, _, let isIndirect):
      guard let signature = method.type.signature else { return nil }
      if !GoType.identical(signature, wanted.signature) { return wrongType(wanted, signature) }
      if method.hasPointerReceiver, !isIndirect {
        return "(method \(wanted.name) has pointer receiver)"
      }
      return nil
    case .interfaceMethod(let method, _, _, _):
      return GoType.identical(method.signature, wanted.signature)
        ? nil : wrongType(wanted, method.signature)
    case .field: return "(\(type).\(wanted.name) is a field, not a method)"
    case .ambiguous: return "(ambiguous selector \(type).\(wanted.name))"
    case .missing:
      if let (name, signature) = similarMethod(type, wanted.name) {
        return "(missing method \(wanted.name))\n\t\thave \(name)\(signature)"
          + "\n\t\twant \(wanted.name)\(wanted.signature)"
      }
      return "(missing method \(wanted.name))"
    }
  }

  /// A method whose name differs in capitals only.
  private func similarMethod(_ type: GoType, _ name: String) -> (String, Signature)? {
    let base = type.isPointerLiteral ? type.pointee ?? type : type
    guard let named = base.namedType else { return nil }
    for method in named.methods where method.name.lowercased() == name.lowercased() {
      mentionType(method)
      if let signature = method.type.signature { return (method.name, signature) }
    }
    return nil
  }

  /// Makes sure of a method's signature without depending on its body.
  func mentionType(_ method: Object) {
    if method.state == .waiting { resolve(method) }
  }

  // MARK: Assignment

  /// `x` as a value for a variable of type `target`; nil is a variable that takes the value's type.
  func assignment(_ x: inout Operand, _ target: GoType?, _ context: String) {
    x = single(x)
    if x.isInvalid { return }
    let context = x.label != nil && context == "assignment" ? "multiple assignment" : context
    if x.type.isUntyped {
      var goal = target ?? .invalid
      if target == nil || target?.isInterface == true, !x.isNil {
        guard case .basic(let type) = x.type else { return }
        goal = .basic(type.defaultType)
      }
      if x.isNil, target == nil {
        report(x, "use of untyped nil in \(context)")
        x = x.invalidated
        return
      }
      switch implicitType(x, goal) {
      case .success(let (type, value)):
        setType(&x, type, value)
        if x.isInvalid { return }
      case .failure(let error):
        let shown = "cannot use \(x) as \(target ?? goal) value in \(context)"
        switch error.misfit {
        case .truncated: report(x, shown + " (truncated)")
        case .overflow: report(x, shown + " (overflows)")
        case .mismatch: report(x, shown)
        }
        x = x.invalidated
        return
      }
    }
    guard let target else { return }
    var cause = ""
    if isAssignable(x, to: target, &cause) { return }
    report(
      x, "cannot use \(x) as \(target) value in \(context)" + (cause.isEmpty ? "" : ": " + cause))
    x = x.invalidated
  }
}
