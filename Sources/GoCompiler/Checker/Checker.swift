// The type checker (spec, throughout): a syntax tree in, a `CheckedPackage` out.
//
// Order of work. All package-level names are entered first, because they may be used before they
// are declared. Each is then checked when it is first needed or when its turn comes; one that is
// needed while it is being checked lies on a cycle. Function bodies come after all of that, so they
// find every type complete. Last: what was not used, and the order of initialisation.
//
// Errors do not stop it. An expression in error becomes invalid, and whatever meets an invalid
// operand or type says nothing more, so one mistake is told once.

import GoSyntax

package final class Checker {
  let package: CheckedPackage
  var problems: [Diagnostic] = []

  // Where checking is; saved and restored around whatever nests.
  var scope: Scope
  var function: FunctionInfo?
  /// The package-level object being checked: whoever is mentioned, it depends on.
  var declaration: Object?
  /// Inside a constant declaration.
  var iota: Int?
  /// While a repeated constant expression is checked: its line, not the first one's, is to blame.
  var blamed: Position?
  /// A call or receive was met: `len` of an array is then not constant.
  var hasCallOrReceive = false

  /// Package-level objects being resolved, outermost first.
  var resolving: [Object] = []
  /// What waits until the declaration in hand is complete.
  var delayed: [() -> Void] = []
  /// Package-level objects in source order.
  var objects: [Object] = []
  /// Methods by the object of their base type.
  var methodsByBase: [ObjectIdentifier: [Object]] = [:]
  var methodObjects: [Object] = []
  /// Local variables, to find those never used.
  var locals: [Object] = []
  var importObjects: [(object: Object, declaration: ImportDeclaration)] = []
  /// All defined types of the package, to find those that contain themselves.
  var definedTypes: [(type: NamedType, object: Object)] = []
  let library: PackageLibrary
  let isLibrary: Bool

  private init(
    _ file: SyntaxFile, path: String, library: PackageLibrary, isLibrary: Bool
  ) {
    scope = Scope(in: library.universe)
    package = CheckedPackage(
      file: file, name: file.packageName.text, path: path, scope: scope, imports: [])
    self.library = library
    self.isLibrary = isLibrary
  }

  /// Checks a program of one file. What is wrong with its syntax is among the problems; where
  /// there are syntax errors proper, types are not looked at, as in Go.
  package static func check(_ file: SyntaxFile) -> CheckedPackage {
    check(file, path: "", library: PackageLibrary(), isLibrary: false)
  }

  static func check(
    _ file: SyntaxFile, path: String, library: PackageLibrary, isLibrary: Bool
  ) -> CheckedPackage {
    let checker = Checker(file, path: path, library: library, isLibrary: isLibrary)
    if !file.problems.contains(where: \.isSyntax) { checker.run() }
    checker.package.problems = file.problems + checker.problems
    return checker.package
  }

  private func run() {
    collect()
    for object in objects { resolve(object) }
    for object in methodObjects { resolve(object) }
    runDelayed()
    checkTypeCycles()
    package.packages = library.packages
    if isLibrary {
      // Bodies wait until somebody needs them.
      package.checkBody = { [self] in checkLater($0) }
      return
    }
    for object in objects + methodObjects { checkBody(object) }
    runDelayed()
    reportUnused()
    orderInitialization()
  }

  /// The body of a library's function.
  private func checkLater(_ object: Object) {
    checkBody(object)
    runDelayed()
    package.problems = package.file.problems + problems
  }

  func runDelayed() {
    while !delayed.isEmpty {
      let actions = delayed
      delayed = []
      for action in actions { action() }
    }
  }

  // MARK: Errors

  func report(_ position: Position, _ message: String, details: [String] = []) {
    // The first mistake was told; this one only echoes it.
    if !problems.isEmpty, message.contains("invalid operand") || message.contains("invalid type") {
      return
    }
    problems.append(Diagnostic(blamed ?? position, message, details: details))
  }

  func report(_ x: Expression, _ message: String, details: [String] = []) {
    report(x.start, message, details: details)
  }
  func report(_ x: Operand, _ message: String) { report(x.expression.start, message) }

  /// `file:line:column`, for messages that point elsewhere too.
  func shown(_ position: Position) -> String {
    "\(package.file.source.name):\(package.file.source.place(of: position))"
  }

  // MARK: Tables

  func record(_ x: Operand) {
    package.facts[x.expression.id] = Fact(type: x.type, use: x.use, constant: x.constant)
  }

  func record(_ id: Int, _ object: Object) { package.objects[id] = object }

  // MARK: Scopes

  func inScope(_ body: () -> Void) {
    let outer = scope
    scope = Scope(in: outer)
    body()
    scope = outer
  }

  /// Enters a name into the scope in hand.
  func declare(_ object: Object, id: Int) {
    record(id, object)
    if let other = scope.insert(object) {
      redeclared(object, other)
    }
  }

  func redeclared(_ object: Object, _ other: Object) {
    guard let position = object.position else { return }
    let details = other.position.map { ["\(shown($0)): other declaration of \(object.name)"] } ?? []
    report(position, "\(object.name) redeclared in this block", details: details)
  }

  /// A variable of the function in hand.
  func newLocal(
    _ name: String, _ position: Position, _ type: GoType, role: Object.Role = .local
  ) -> Object {
    let object = Object(.variable, name, position, type)
    object.role = role
    object.owner = function
    if role == .local { locals.append(object) }
    return object
  }

  private func reportUnused() {
    for object in locals where !object.isUsed && object.name != "_" {
      if let position = object.position {
        report(position, "declared and not used: \(object.name)")
      }
    }
    for (object, declaration) in importObjects where !object.isUsed {
      let path = object.package?.path ?? ""
      let name = declaration.name
      let isOther = name != nil && name?.text != object.package?.name
      report(
        name?.position ?? declaration.pathPosition,
        isOther
          ? "\"\(path)\" imported as \(object.name) and not used"
          : "\"\(path)\" imported and not used")
    }
  }
}
