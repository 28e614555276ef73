// The variables that a body declares, in source order, without those of literals inside it; and the
// labels that make a loop.

import GoSyntax

struct LocalVariables {
  private var found: [Object] = []
  private let package: CheckedPackage

  static func of(_ body: [Statement], _ package: CheckedPackage) -> [Object] {
    var variables = LocalVariables(package: package)
    variables.visit(body)
    return variables.found
  }

  private init(package: CheckedPackage) { self.package = package }

  /// The variable that `x` on the left of `:=` declares; nil where it was there already.
  static func declared(_ x: Expression, _ package: CheckedPackage) -> Object? {
    guard case .name = x.kind, let object = package.objects[x.id], object.kind == .variable,
      object.position == x.start
    else { return nil }
    return object
  }

  private mutating func visit(_ list: [Statement]) {
    for statement in list { visit(statement) }
  }

  private mutating func visit(_ statement: Statement?) {
    guard let statement else { return }
    switch statement.kind {
    case .define(let left, _): define(left)
    case .declarations(let list):
      for case .variable(let one) in list {
        for name in one.names { add(package.objects[name.id]) }
      }
    case .block(let block): visit(block.statements)
    case .labeled(_, let inner): visit(inner)
    case .if(let one):
      visit(one.initial)
      visit(one.then.statements)
      visit(one.otherwise)
    case .switch(let one):
      visit(one.initial)
      for clause in one.clauses { visit(clause.body) }
    case .typeSwitch(let one):
      visit(one.initial)
      for clause in one.clauses {
        if one.binding != nil { add(package.objects[clause.id]) }
        visit(clause.clause.body)
      }
    case .select(let one):
      for clause in one.clauses {
        visit(clause.communication)
        visit(clause.body)
      }
    case .for(let one):
      visit(one.initial)
      visit(one.post)
      visit(one.body.statements)
    case .range(let one):
      if one.defines { define(one.targets) }
      visit(one.body.statements)
    default: break
    }
  }

  private mutating func define(_ left: [Expression]) {
    for x in left { add(Self.declared(x, package)) }
  }

  private mutating func add(_ object: Object?) {
    if let object, object.kind == .variable { found.append(object) }
  }
}

struct LoopLabels {
  private var seen: Set<String> = []
  private var loops: Set<String> = []

  static func of(_ body: [Statement]) -> Set<String> {
    var labels = LoopLabels()
    labels.visit(body)
    return labels.loops
  }

  private mutating func visit(_ list: [Statement]) {
    for statement in list { visit(statement) }
  }

  private mutating func visit(_ statement: Statement?) {
    guard let statement else { return }
    switch statement.kind {
    case .branch(.goto, let label?):
      if seen.contains(label.text) { loops.insert(label.text) }
    case .labeled(let label, let inner):
      seen.insert(label.text)
      visit(inner)
    case .block(let block): visit(block.statements)
    case .if(let one):
      visit(one.then.statements)
      visit(one.otherwise)
    case .switch(let one):
      for clause in one.clauses { visit(clause.body) }
    case .typeSwitch(let one):
      for clause in one.clauses { visit(clause.clause.body) }
    case .select(let one):
      for clause in one.clauses { visit(clause.body) }
    case .for(let one): visit(one.body.statements)
    case .range(let one): visit(one.body.statements)
    default: break
    }
  }
}
