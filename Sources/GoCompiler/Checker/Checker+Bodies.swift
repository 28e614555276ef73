// Function bodies (spec, "Function declarations", "Blocks", "Statements").

import GoSyntax

extension Checker {
  /// The body of a declared function or method.
  func checkBody(_ object: Object) {
    guard case .function(let one)? = object.source, let body = one.body,
      let signature = object.type.signature, one.typeParameters.isEmpty
    else { return }
    let info = FunctionInfo(
      name: one.name.text, signature: signature, body: body, position: one.position, parent: nil)
    info.declaration = object
    object.function = info
    package.functions.append(object)
    if one.name.text == "init", one.receiver == nil { package.initializers.append(object) }
    let saved = declaration
    declaration = object
    scope = package.scope
    self.body(
      info, receiver: one.receiver.map { ($0, object.receiver ?? .invalid) }, type: one.type)
    declaration = saved
  }

  /// Checks a body in the scope in hand.
  func body(_ info: FunctionInfo, receiver: (Parameter, GoType)?, type: FunctionType) {
    let saved = (scope, function, hasCallOrReceive)
    scope = Scope(in: scope)
    function = info
    if let (parameter, type) = receiver {
      info.receiver = declareParameter(parameter, type, .receiver)
    }
    for (parameter, known) in zip(type.parameters, info.signature.parameters) {
      info.parameters.append(declareParameter(parameter, known.type, .parameter))
    }
    for (parameter, known) in zip(type.results, info.signature.results) {
      info.results.append(declareParameter(parameter, known.type, .result))
    }
    statements(info.body.statements)
    if !info.signature.results.isEmpty, !Termination.ends(info.body.statements, self) {
      report(info.body.rightBrace, "missing return")
    }
    (scope, function, hasCallOrReceive) = saved
  }

  private func declareParameter(
    _ parameter: Parameter, _ type: GoType, _ role: Object.Role
  ) -> Object {
    let name = parameter.name
    let object = newLocal(
      name?.text ?? "", name?.position ?? parameter.position, type, role: role)
    object.isUsed = true
    if let name {
      record(name.id, object)
      // That a name comes twice the signature told.
      _ = scope.insert(object)
    }
    return object
  }

  func statements(_ list: [Statement]) {
    for statement in list { self.statement(statement) }
  }

  func block(_ block: Block) { inScope { statements(block.statements) } }

  func statement(_ statement: Statement) {
    switch statement.kind {
    case .empty, .branch: break
    case .expression(let x): expressionStatement(x)
    case .send(let channel, let value): send(statement, channel, value)
    case .increment(let x, let op): increment(x, op)
    case .assign(let left, let right): assign(left, right)
    case .define(let left, let right): define(statement.position, left, right)
    case .operatorAssign(let left, let op, let right): operatorAssign(statement, left, op, right)
    case .declarations(let list): declarations(list)
    case .block(let block): self.block(block)
    case .go(let x): callStatement(x, "go")
    case .defer(let x):
      function?.hasDefer = true
      callStatement(x, "defer")
    case .return(let values): returnStatement(statement, values)
    case .labeled(_, let inner): self.statement(inner)
    case .if(let one): ifStatement(one)
    case .switch(let one): inScope { switchStatement(one) }
    case .typeSwitch(let one): inScope { typeSwitch(one) }
    case .select(let one): select(one)
    case .for(let one): inScope { forStatement(one) }
    case .range(let one): inScope { range(one) }
    }
  }

  // MARK: Simple statements

  private func expressionStatement(_ x: Expression) {
    let operand = rawExpression(x)
    let message: String
    switch operand.mode {
    case .invalid, .noValue: return
    case .builtin: message = "must be called"
    case .type: message = "is not an expression"
    default:
      let bare = x.withoutParentheses
      switch bare.kind {
      case .call(let call):
        // A conversion is no call, and these have nothing but a value.
        if case .builtin? = package[call.function]?.use {
          // These two may be called for their effect.
          let name = call.function.withoutParentheses.nameText
          if name == "copy" || name == "recover" { return }
          break
        }
        if case .type? = package[call.function]?.use { break }
        return
      case .unary(.receive, _): return
      default: break
      }
      message = "is not used"
    }
    report(operand, "\(operand) \(message)")
  }

  private func callStatement(_ x: Expression, _ keyword: String) {
    guard case .call(let call) = x.withoutParentheses.kind else {
      if case .bad = x.kind { return }
      report(x, "expression in \(keyword) must be function call")
      use([x])
      return
    }
    let operand = rawExpression(x)
    if operand.isInvalid || operand.mode == .noValue { return }
    if case .type? = package[call.function]?.use {
      report(x, "\(keyword) requires function call, not conversion \(operand)")
    } else if case .builtin? = package[call.function]?.use,
      let name = call.function.withoutParentheses.nameText,
      !["copy", "recover"].contains(name)
    {
      report(x, "\(keyword) discards result of \(operand)")
    }
  }

  private func send(_ statement: Statement, _ channel: Expression, _ value: Expression) {
    let operand = expression(channel)
    var sent = expression(value)
    if operand.isInvalid || sent.isInvalid { return }
    guard case .channel(let direction, let element) = operand.type.underlying else {
      report(
        channel,
        "invalid operation: cannot send to non-channel \(operand.type) \(operand)")
      return
    }
    if direction == .receive {
      report(
        channel,
        "invalid operation: cannot send to receive-only channel \(operand.type) \(operand)")
      return
    }
    assignment(&sent, element, "send")
  }

  private func increment(_ x: Expression, _ op: Operator) {
    let operand = expression(x)
    if operand.isInvalid { return }
    guard operand.type.isNumeric else {
      report(
        x,
        "invalid operation: \(ExpressionText.of(x))\(op.text)\(op.text) "
          + "(non-numeric type \(operand.type))")
      return
    }
    assignVariable(x, Operand(.value, operand.type, x), evaluated: operand)
  }

  private func operatorAssign(
    _ statement: Statement, _ left: Expression, _ op: Operator, _ right: Expression
  ) {
    var a = expression(left)
    var b = expression(right)
    let target = a
    let whole = Expression(
      id: left.id, start: left.start, position: statement.position, .binary(op, left, right))
    let result = binary(whole, op, &a, &b, assigning: true)
    // The node is the left side's: its fact must stay the variable's.
    if result.isInvalid { return }
    record(target)
    assignVariable(left, Operand(result.mode, result.type, left), evaluated: target)
  }

  private func returnStatement(_ statement: Statement, _ values: [Expression]) {
    guard let function else { return }
    let results = function.results
    if values.isEmpty {
      guard !results.isEmpty else { return }
      guard function.hasNamedResults else {
        let want = typesSummary(results.map(\.type))
        report(
          statement.position, "not enough return values", details: ["have ()", "want \(want)"])
        return
      }
      for result in results where !result.name.isEmpty && result.name != "_" {
        if let other = scope.find(result.name), other !== result, let place = other.position {
          report(
            statement.position, "result parameter \(result.name) not in scope at return",
            details: ["\(shown(place)): inner declaration of \(Self.declarationText(other))"])
        }
      }
      return
    }
    if results.isEmpty {
      let operands = self.values(values)
      if !operands.contains(where: \.isInvalid) {
        report(
          values[0], "too many return values",
          details: ["have \(typesSummary(operands.map(\.type)))", "want ()"])
      }
      return
    }
    initializeVariables(results, values, returning: statement, at: statement.position)
  }

  private static func declarationText(_ object: Object) -> String {
    object.kind == .variable ? "var \(object.name) \(object.type)" : object.name
  }

  // MARK: Declarations

  private func declarations(_ list: [Declaration]) {
    for declaration in list {
      switch declaration {
      case .constant(let one): localConstants(one)
      case .type(let one): localType(one)
      case .variable(let one): localVariables(one)
      case .import, .function: break
      }
    }
  }

  private func localConstants(_ one: ConstantDeclaration) {
    let outer = iota
    iota = one.iota
    let objects = one.names.enumerated().map { index, name in
      let object = Object(.constant, name.text, name.position)
      object.owner = function
      constant(object, one, index)
      return object
    }
    iota = outer
    checkCount(one)
    for (object, name) in zip(objects, one.names) { declare(object, id: name.id) }
  }

  private func localType(_ one: TypeDeclaration) {
    let object = Object(one.isAlias ? .alias : .type, one.name.text, one.name.position)
    declare(object, id: one.name.id)
    let before = definedTypes.count
    define(object, one, package: package.path.isEmpty ? "" : package.name)
    for (type, _) in definedTypes[before...] {
      type.isComplete = true
    }
    runDelayed()
    checkTypeCycles()
  }

  private func localVariables(_ one: VariableDeclaration) {
    let type = one.type.map { typeExpression($0) }
    let objects = one.names.map { name in
      newLocal(name.text, name.position, type ?? .invalid)
    }
    if !one.values.isEmpty {
      initializeVariables(
        objects, one.values, returning: nil, at: one.position, hasType: one.type != nil)
    }
    for (object, name) in zip(objects, one.names) { declare(object, id: name.id) }
  }
}
