// A solved component's decisions, tags and messages.
//
// Messages come as Go's do: first what each function's parameters leak, then, in the order in which
// the locations were made, what is on the heap and what is not.

import GoSyntax

extension EscapeBuilder {
  func finish() {
    let decisions = program.decisions
    decisions.messages += notes
    for member in members { tag(member) }
    for location in graph.locations {
      switch location.subject {
      case .none: break
      case .variable(let object):
        decisions.variables[ObjectIdentifier(object)] = location.escapes ? .heap : .frame
        if location.escapes,
          let position = places[ObjectIdentifier(object)] ?? object.position
        {
          tell(position, "moved to heap: \(object.name)")
        }
      case .site(let site, let x): decide(site, x, location)
      }
    }
  }

  private func tell(_ position: Position, _ message: String) {
    program.decisions.messages.append(Diagnostic(position, message))
  }

  // MARK: Sites

  private func decide(_ site: AllocationSite, _ x: Expression, _ location: Location) {
    let decisions = program.decisions
    decisions.sites[site] = location.escapes ? .heap : .frame
    if !location.escapes, !location.attributes.contains(.persists) {
      decisions.transient.insert(site)
    }
    let shown = x.withoutParentheses
    let verdict = location.escapes ? " escapes to heap" : " does not escape"
    if let one = hidden[site] {
      // `new(v)` is the address of a hidden variable.
      if site.kind == .box {
        tell(one.position, one.name + verdict)
      } else if location.escapes {
        tell(one.position, "moved to heap: \(one.name)")
      }
      return
    }
    tell(place(site, x, shown), text(site, shown) + verdict)
    if isBytesOfString(site, shown), !location.escapes, !location.attributes.contains(.mutates) {
      decisions.sharing.insert(x.id)
      tell(place(site, x, shown), "zero-copy string->[]byte conversion")
    }
  }

  private func conversion(_ x: Expression) -> Expression? {
    if case .call(let call) = x.kind, package[call.function]?.use == .type {
      return call.arguments.first
    }
    return nil
  }

  private func isBytesOfString(_ site: AllocationSite, _ x: Expression) -> Bool {
    guard site.kind == .value, let operand = conversion(x), type(operand)?.isString ?? false else {
      return false
    }
    return type(x)?.isByteSlice ?? false
  }

  private func place(_ site: AllocationSite, _ x: Expression, _ shown: Expression) -> Position {
    if site.kind == .value, let operand = conversion(shown) {
      return operand.withoutParentheses.position
    }
    return shown.position
  }

  private func text(_ site: AllocationSite, _ x: Expression) -> String {
    switch site.kind {
    case .variadic: return "... argument"
    case .box:
      if let type = explicitTypes[x.id] {
        return "\(EscapeText.name(type))(\(EscapeText.ofBoxed(x, program)))"
      }
      return EscapeText.ofBoxed(x, program)
    case .value:
      if case .call(let call) = x.kind, program.builtin(call) == .append { return "append" }
      return EscapeText.of(x, program)
    }
  }

  // MARK: Parameters

  private func tag(_ member: EscapeFunction) {
    guard let info = member.info else { return }
    let parameters = (info.receiver.map { [$0] } ?? []) + info.parameters
    let tags = parameters.map { tag($0, info) }
    if let object = member.object {
      program.decisions.tags[ObjectIdentifier(object)] = tags
    } else {
      program.tags[ObjectIdentifier(info)] = tags
    }
  }

  private func tag(_ object: Object, _ info: FunctionInfo) -> ParameterTag {
    guard let location = location(object), object.type.hasPointers, !object.name.isEmpty,
      object.name != "_"
    else { return ParameterTag() }
    location.tag.simplify()
    if !location.escapes, let position = object.position {
      tell(position, object, location.tag, info)
    }
    return location.tag
  }

  private func tell(
    _ position: Position, _ object: Object, _ tag: ParameterTag, _ info: FunctionInfo
  ) {
    if let derefs = tag.heap {
      tell(position, "leaking param\(derefs == 0 ? "" : " content"): \(object.name)")
    }
    for (index, result) in info.results.enumerated() {
      guard let level = tag.result(index) else { continue }
      // Results without a name are called by their number.
      let name =
        result.name.isEmpty ? "~r\(index)" : result.name == "_" ? "~b\(index)" : result.name
      tell(position, "leaking param: \(object.name) to result \(name) level=\(level)")
    }
    if tag.isEmpty { tell(position, "\(object.name) does not escape") }
  }

  // MARK: Self-assignment

  var functionText: String {
    guard let info = function.info else { return "init" }
    if let object = function.object { return functionText(object) }
    return literalText(info)
  }

  /// `f.func1`, and inside it `f.func1.2`.
  private func literalText(_ info: FunctionInfo) -> String {
    guard let parent = info.parent, let index = parent.literals.firstIndex(where: { $0 === info })
    else { return "init.func1" }
    if parent.parent != nil { return "\(literalText(parent)).\(index + 1)" }
    let object = program.function(parent)?.object
    return "\(object.map { functionText($0) } ?? parent.name).func\(index + 1)"
  }

  private func functionText(_ object: Object) -> String {
    guard let receiver = object.receiver else { return object.name }
    let text = EscapeText.typeText(receiver)
    return (receiver.pointee == nil ? text : "(\(text))") + "." + object.name
  }

  func text(_ statement: Statement) -> String {
    guard case .assign(let left, let right) = statement.kind else { return "" }
    let a = left.map { EscapeText.of($0, program) }.joined(separator: ", ")
    let b = right.map { EscapeText.of($0, program) }.joined(separator: ", ")
    return "\(a) = \(b)"
  }
}
