// Files and declarations (spec, "Source file organization", "Declarations and scope").

extension Parser {
  /// SourceFile = PackageClause ";" { ImportDecl ";" } { TopLevelDecl ";" } .
  func file() -> (Name, [Declaration]) {
    guard token == .package else {
      let blank = Name(id: freshID(), position: position, text: "_")
      syntaxError("package statement must be first")
      return (blank, [])
    }
    next()
    let packageName = name()
    want(.semicolon)
    // Whatever this is, it is no Go.
    if !problems.isEmpty { return (packageName, []) }

    var declarations: [Declaration] = []
    var last = Token.import
    while token != .eof {
      if token == .import, last != .import {
        syntaxError("imports must appear before other declarations")
      }
      last = token
      switch token {
      case .import, .const, .type, .var: declarations += group()
      case .func:
        let start = position
        next()
        declarations.append(.function(functionDeclaration(start)))
      default:
        strayStatement(after: declarations.last)
        continue
      }
      if token != .eof, !got(.semicolon) {
        syntaxError("after top level declaration")
        advance(.import, .const, .type, .var, .func)
      }
    }
    return (packageName, declarations)
  }

  private func strayStatement(after last: Declaration?) {
    if token == .leftBrace, case .function(let function)? = last, function.body == nil {
      syntaxError("unexpected semicolon or newline before {")
    } else {
      syntaxError("non-declaration statement outside function body")
    }
    advance(.import, .const, .type, .var, .func)
  }

  /// The keyword, then one specification or a parenthesized list of them.
  func group() -> [Declaration] {
    let keyword = token
    next()
    var result: [Declaration] = []
    var constants = ConstantGroup()
    func specification() {
      switch keyword {
      case .import: if let one = importDeclaration() { result.append(.import(one)) }
      case .const: result.append(.constant(constantDeclaration(&constants)))
      case .type: result.append(.type(typeDeclaration()))
      default: result.append(.variable(variableDeclaration()))
      }
    }
    if got(.leftParen) {
      list("\(keyword.text) declaration", .semicolon, .rightParen) {
        specification()
        return false
      }
    } else {
      specification()
    }
    return result
  }

  private func importDeclaration() -> ImportDeclaration? {
    let start = position
    var local: Name?
    if token == .name {
      local = name()
    } else if token == .dot {
      local = Name(id: freshID(), position: position, text: ".")
      next()
    }
    guard token == .literal else {
      syntaxError("missing import path")
      advance(.semicolon, .rightParen)
      return nil
    }
    let path = lexer.text
    let pathPosition = position
    let isString = lexer.literalKind == .string
    if !isString, !lexer.isBad { syntaxError("import path must be a string") }
    let isUsable = isString && !lexer.isBad
    next()
    guard isUsable else { return nil }
    return ImportDeclaration(
      id: freshID(), position: start, name: local, path: path, pathPosition: pathPosition)
  }

  /// What a line without values repeats.
  private struct ConstantGroup {
    var iota = 0
    var type: Expression?
    var values: [Expression] = []
  }

  private func constantDeclaration(_ group: inout ConstantGroup) -> ConstantDeclaration {
    let start = position
    let names = nameList(name())
    var type: Expression?
    var values: [Expression] = []
    if token != .eof, token != .semicolon, token != .rightParen {
      type = typeOrNil()
      if gotAssign() { values = expressionList() }
    }
    let isRepeated = type == nil && values.isEmpty
    if !isRepeated {
      group.type = type
      group.values = values
    }
    defer { group.iota += 1 }
    return ConstantDeclaration(
      position: start, names: names, type: group.type, values: group.values,
      isRepeated: isRepeated, iota: group.iota)
  }

  private func variableDeclaration() -> VariableDeclaration {
    let start = position
    let names = nameList(name())
    if gotAssign() {
      return VariableDeclaration(
        position: start, names: names, type: nil, values: expressionList())
    }
    let declared = type()
    let values = gotAssign() ? expressionList() : []
    return VariableDeclaration(position: start, names: names, type: declared, values: values)
  }

  private func typeDeclaration() -> TypeDeclaration {
    let start = position
    let name = name()
    var typeParameters: [Parameter] = []
    var isAlias = false
    var type: Expression?
    if token == .leftBracket {
      let bracket = position
      next()
      switch token {
      case .name:
        let (parameters, length) = typeParametersOrLength()
        if let length {
          type = arrayType(bracket, length: length)
        } else {
          typeParameters = parameters
          isAlias = gotAssign()
          type = typeOrNil()
        }
      case .rightBracket:
        next()
        type = make(bracket, .sliceType(self.type()))
      default: type = arrayType(bracket, length: nil)
      }
    } else {
      isAlias = gotAssign()
      type = typeOrNil()
    }
    if type == nil {
      syntaxError("in type declaration")
      type = bad()
      advance(.semicolon, .rightParen)
    }
    return TypeDeclaration(
      position: start, name: name, typeParameters: typeParameters, isAlias: isAlias,
      type: type ?? bad())
  }

  private func functionDeclaration(_ start: Position) -> FunctionDeclaration {
    var receiver: Parameter?
    let hasReceiver = token == .leftParen
    if got(.leftParen) {
      let receivers = parameterList(close: .rightParen, allowsVariadic: false)
      if receivers.isEmpty { report(position, "method has no receiver") }
      if receivers.count > 1 { report(position, "method has multiple receivers") }
      receiver = receivers.first
    }
    guard token == .name else {
      let place = position
      syntaxError(hasReceiver ? "expected name" : "expected name or (")
      advance(.leftBrace, .semicolon)
      return FunctionDeclaration(
        position: start, receiver: receiver,
        name: Name(id: freshID(), position: place, text: "_"), typeParameters: [],
        type: FunctionType(position: place, parameters: [], results: []),
        body: token == .leftBrace ? functionBody() : nil)
    }
    let name = name()
    let (typeParameters, type) = functionType(context: nil)
    let body = token == .leftBrace ? functionBody() : nil
    return FunctionDeclaration(
      position: start, receiver: receiver, name: name, typeParameters: typeParameters, type: type,
      body: body)
  }

  func functionBody() -> Block {
    functionLevel += 1
    defer { functionLevel -= 1 }
    let before = problems.count + lexer.problems.count
    let body = block(after: "")
    // In a broken tree labels are missing that were written.
    if problems.count + lexer.problems.count == before {
      var check = BranchCheck(lexer.source)
      check.function(body)
      problems += check.problems
    }
    return body
  }
}
