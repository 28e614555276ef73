// Finding `x.name` (spec, "Selectors", "Struct types").
//
// Breadth first over embedded fields: the shallowest depth at which the name occurs decides, and
// twice at that depth is ambiguous. A type that was met at a lesser depth hides its later meetings;
// one met twice at a depth makes whatever it holds ambiguous.

import GoSyntax

enum Found {
  case field(StructureType.Field, path: [Int], isIndirect: Bool)
  /// `receiver`: the defined type that declares it. `isIndirect`: there is a pointer on the way.
  case method(Object, path: [Int], receiver: GoType, isIndirect: Bool)
  case interfaceMethod(
    InterfaceType.Method, path: [Int], receiver: GoType, isIndirect: Bool)
  case ambiguous
  case missing
}

extension Checker {
  private struct Step {
    let type: GoType
    let path: [Int]
    let isIndirect: Bool
    var isMultiple = false
  }

  func lookup(_ type: GoType, _ name: String) -> Found {
    if name == "_" { return .missing }
    var start = type
    var isIndirect = false
    // Through one pointer; but the methods of a pointer's own name are not its base type's.
    if let named = type.namedType, case .pointer = named.underlying, let base = type.pointee {
      if case .field(let field, let path, _) = search(
        Step(type: base, path: [], isIndirect: true), name)
      {
        return .field(field, path: path, isIndirect: true)
      }
      return .missing
    }
    if case .pointer(let base) = type {
      // A pointer to an interface has no methods.
      if base.isInterface { return .missing }
      start = base
      isIndirect = true
    }
    return search(Step(type: start, path: [], isIndirect: isIndirect), name)
  }

  private func isVisible(_ name: String, _ owner: String) -> Bool {
    name.isExported || owner == package.path || owner == package.name
  }

  private func search(_ first: Step, _ name: String) -> Found {
    var level = [first]
    var seen: [ObjectIdentifier] = []
    while !level.isEmpty {
      var next: [Step] = []
      var found: Found?
      var count = 0
      for step in level {
        if let named = step.type.namedType {
          if seen.contains(ObjectIdentifier(named)) { continue }
          seen.append(ObjectIdentifier(named))
          if let method = named.method(name), isMethodVisible(name, named) {
            count += step.isMultiple ? 2 : 1
            mentionType(method)
            found = .method(
              method, path: step.path, receiver: step.type, isIndirect: step.isIndirect)
            continue
          }
        }
        switch step.type.underlying {
        case .structure(let structure):
          for (index, field) in structure.fields.enumerated() {
            if field.name == name, isVisible(name, field.package) {
              count += step.isMultiple ? 2 : 1
              found = .field(field, path: step.path + [index], isIndirect: step.isIndirect)
            } else if field.isEmbedded {
              embed(field, step, index, &next)
            }
          }
        case .interface(let interface):
          if let method = interface.method(name) {
            count += step.isMultiple ? 2 : 1
            found = .interfaceMethod(
              method, path: step.path, receiver: step.type, isIndirect: step.isIndirect)
          }
        default: break
        }
      }
      if let found { return count == 1 ? found : .ambiguous }
      level = next
    }
    return .missing
  }

  private func isMethodVisible(_ name: String, _ named: NamedType) -> Bool {
    name.isExported || named.package == (package.path.isEmpty ? "" : package.name)
  }

  private func embed(
    _ field: StructureType.Field, _ step: Step, _ index: Int, _ next: inout [Step]
  ) {
    var type = field.type
    var isIndirect = step.isIndirect
    if case .pointer(let inner) = type {
      type = inner
      isIndirect = true
    }
    guard type.namedType != nil || type.structureType != nil || type.isInterface else { return }
    if let named = type.namedType,
      let other = next.firstIndex(where: { $0.type.namedType === named })
    {
      next[other].isMultiple = true
      return
    }
    next.append(
      Step(
        type: type, path: step.path + [index], isIndirect: isIndirect,
        isMultiple: step.isMultiple))
  }
}
