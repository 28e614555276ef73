// Composite literals (spec, "Composite literals").

import GoSyntax

extension Checker {
  func compositeLiteral(_ x: Expression, _ literal: CompositeLiteral, _ hint: GoType?) -> Operand {
    var type: GoType
    var base: GoType
    if let written = literal.type {
      if case .arrayType(nil, let element) = written.kind {
        return openArray(x, literal, written, element)
      }
      type = typeExpression(written)
      base = type
    } else if let hint {
      type = hint
      base = hint
      // `&T` may be left out inside literals of `*T`.
      if case .pointer(let pointee) = hint.underlying { base = pointee }
    } else {
      report(x, "missing type in composite literal")
      use(literal.elements)
      return .invalid(x)
    }
    switch base.underlying {
    case .invalid:
      useElements(literal.elements)
      return .invalid(x)
    case .structure(let structure): structLiteral(x, literal, structure, base)
    case .array(let count, let element):
      _ = elements(literal.elements, element, below: count)
    case .slice(let element): _ = elements(literal.elements, element, below: nil)
    case .map(let key, let value): mapElements(literal.elements, key, value)
    default:
      report(x, "invalid composite literal type \(type)")
      useElements(literal.elements)
      return .invalid(x)
    }
    return Operand(.value, type, x)
  }

  private func useElements(_ list: [Expression]) {
    for x in list {
      // Keys may be field names.
      if case .keyValue(_, let value) = x.kind {
        if case .composite(let inner) = value.kind, inner.type == nil { continue }
        use([value])
      } else if case .composite(let inner) = x.kind, inner.type == nil {
        useElements(inner.elements)
      } else {
        use([x])
      }
    }
  }

  /// `[...]T{…}`: as long as its largest index demands.
  private func openArray(
    _ x: Expression, _ literal: CompositeLiteral, _ written: Expression, _ element: Expression
  ) -> Operand {
    let elementType = typeExpression(element)
    let count = elements(literal.elements, elementType, below: nil)
    let type = GoType.array(count, elementType)
    package.facts[written.id] = Fact(type: type, use: .type, constant: nil)
    return Operand(.value, type, x)
  }

  /// The length that the elements make.
  private func elements(_ list: [Expression], _ element: GoType, below length: Int?) -> Int {
    var next = 0
    var most = 0
    var seen: Set<Int> = []
    for x in list {
      var value = x
      var isValid = true
      if case .keyValue(let key, let inner) = x.kind {
        value = inner
        if let index = elementIndex(key, below: length) {
          next = index
        } else {
          isValid = false
        }
        if isValid, !seen.insert(next).inserted {
          report(x, "duplicate index \(next) in array or slice literal")
        }
      } else if let length, next >= length {
        report(x, "index \(next) is out of bounds (>= \(length))")
      } else if !seen.insert(next).inserted {
        report(x, "duplicate index \(next) in array or slice literal")
      }
      if isValid {
        next += 1
        most = max(most, next)
      }
      var operand = expression(value, hint: element)
      assignment(&operand, element, "array or slice literal")
    }
    return most
  }

  private func elementIndex(_ key: Expression, below length: Int?) -> Int? {
    var operand = expression(key)
    if operand.isInvalid { return nil }
    guard operand.isConstant, operand.constant?.integerValue != nil else {
      report(key, "index \(ExpressionText.of(key)) must be integer constant")
      return nil
    }
    return checkedIndex(&operand, "index", below: length)
  }

  private func mapElements(_ list: [Expression], _ key: GoType, _ value: GoType) {
    var seen: Set<MapKey> = []
    for x in list {
      guard case .keyValue(let keyExpression, let valueExpression) = x.kind else {
        report(x, "missing key in map literal")
        use([x])
        continue
      }
      var keyOperand = expression(keyExpression, hint: key)
      assignment(&keyOperand, key, "map literal")
      if let constant = keyOperand.constant {
        let type = key.isInterface ? "\(keyOperand.type)" : ""
        if !seen.insert(MapKey(type: type, value: constant)).inserted {
          report(keyOperand, "duplicate key \(constant) in map literal")
        }
      }
      var operand = expression(valueExpression, hint: value)
      assignment(&operand, value, "map literal")
    }
  }

  private struct MapKey: Hashable {
    let type: String
    let value: Constant
  }

  // MARK: Structs

  private func structLiteral(
    _ x: Expression, _ literal: CompositeLiteral, _ type: StructureType, _ base: GoType
  ) {
    guard let first = literal.elements.first else { return }
    if case .keyValue = first.kind {
      keyedFields(literal, type, base)
    } else {
      orderedFields(literal, type, base)
    }
  }

  private func keyedFields(_ literal: CompositeLiteral, _ type: StructureType, _ base: GoType) {
    var seen: Set<String> = []
    for x in literal.elements {
      guard case .keyValue(let key, let value) = x.kind else {
        report(x, "mixture of field:value and value elements in struct literal")
        use([x])
        continue
      }
      guard case .name(let name) = key.kind else {
        report(key, "invalid field name \(ExpressionText.of(key)) in struct literal")
        use([value])
        continue
      }
      // Since Go 1.27 the key may be a promoted field's.
      guard case .field(let field, let path, let isIndirect) = lookup(base, name) else {
        var message = "unknown field \(name) in struct literal of type \(base)"
        if let other = type.fields.first(where: {
          $0.name.lowercased() == name.lowercased() && $0.package == package.path
        }) {
          message += ", but does have \(other.name)"
        }
        report(key, message)
        use([value])
        continue
      }
      if path.count > 1, isIndirect {
        report(key, "invalid implicit pointer indirection to reach \(name)")
        use([value])
        continue
      }
      package.selections[key.id] = Selection(
        kind: .field, path: path, method: nil, receiver: base, isIndirect: false)
      if !seen.insert(name).inserted {
        report(x, "duplicate field name \(name) in struct literal")
      }
      var operand = expression(value, hint: field.type)
      assignment(&operand, field.type, "struct literal")
    }
  }

  private func orderedFields(_ literal: CompositeLiteral, _ type: StructureType, _ base: GoType) {
    for (index, x) in literal.elements.enumerated() {
      if case .keyValue(_, let value) = x.kind {
        report(x, "mixture of field:value and value elements in struct literal")
        use([value])
        continue
      }
      guard index < type.fields.count else {
        report(x, "too many values in struct literal of type \(base)")
        use(Array(literal.elements[index...]))
        return
      }
      let field = type.fields[index]
      if !field.name.isExported, field.package != package.path {
        report(
          x,
          "implicit assignment to unexported field \(field.name) in struct literal of type "
            + "\(base)")
      }
      var operand = expression(x, hint: field.type)
      assignment(&operand, field.type, "struct literal")
    }
    if literal.elements.count < type.fields.count {
      report(
        literal.rightBrace, "too few values in struct literal of type \(base)")
    }
  }
}
