// Declarations and the file (spec, "Declarations and scope", "Source file organization").

package enum Declaration: Sendable {
  case `import`(ImportDeclaration)
  case constant(ConstantDeclaration)
  case type(TypeDeclaration)
  case variable(VariableDeclaration)
  case function(FunctionDeclaration)

  package var position: Position {
    switch self {
    case .import(let one): one.position
    case .constant(let one): one.position
    case .type(let one): one.position
    case .variable(let one): one.position
    case .function(let one): one.position
    }
  }
}

package final class ImportDeclaration: Sendable {
  package let position: Position
  /// `.`, `_`, another name, or none.
  package let name: Name?
  /// The literal as written.
  package let path: String
  package let pathPosition: Position
  /// For the package name that this declares.
  package let id: Int

  init(id: Int, position: Position, name: Name?, path: String, pathPosition: Position) {
    self.id = id
    self.position = position
    self.name = name
    self.path = path
    self.pathPosition = pathPosition
  }
}

/// One line of a `const` group. A line without values repeats the type and values of the one before
/// it (spec, "Constant declarations"); they stand here already.
package final class ConstantDeclaration: Sendable {
  package let position: Position
  package let names: [Name]
  package let type: Expression?
  package let values: [Expression]
  package let isRepeated: Bool
  package let iota: Int

  init(
    position: Position, names: [Name], type: Expression?, values: [Expression], isRepeated: Bool,
    iota: Int
  ) {
    self.position = position
    self.names = names
    self.type = type
    self.values = values
    self.isRepeated = isRepeated
    self.iota = iota
  }
}

package final class TypeDeclaration: Sendable {
  package let position: Position
  package let name: Name
  package let typeParameters: [Parameter]
  package let isAlias: Bool
  package let type: Expression

  init(
    position: Position, name: Name, typeParameters: [Parameter], isAlias: Bool, type: Expression
  ) {
    self.position = position
    self.name = name
    self.typeParameters = typeParameters
    self.isAlias = isAlias
    self.type = type
  }
}

package final class VariableDeclaration: Sendable {
  package let position: Position
  package let names: [Name]
  package let type: Expression?
  package let values: [Expression]

  init(position: Position, names: [Name], type: Expression?, values: [Expression]) {
    self.position = position
    self.names = names
    self.type = type
    self.values = values
  }
}

package final class FunctionDeclaration: Sendable {
  package let position: Position
  package let receiver: Parameter?
  package let name: Name
  package let typeParameters: [Parameter]
  package let type: FunctionType
  /// Absent for a function implemented elsewhere.
  package let body: Block?

  init(
    position: Position, receiver: Parameter?, name: Name, typeParameters: [Parameter],
    type: FunctionType, body: Block?
  ) {
    self.position = position
    self.receiver = receiver
    self.name = name
    self.typeParameters = typeParameters
    self.type = type
    self.body = body
  }
}

/// A parsed file. After errors it holds what could be made of the rest.
package final class SyntaxFile: Sendable {
  package let source: SourceText
  package let packageName: Name
  package let declarations: [Declaration]
  /// Ids are below this.
  package let idCount: Int
  package let problems: [Diagnostic]

  init(
    source: SourceText, packageName: Name, declarations: [Declaration], idCount: Int,
    problems: [Diagnostic]
  ) {
    self.source = source
    self.packageName = packageName
    self.declarations = declarations
    self.idCount = idCount
    self.problems = problems
  }
}
