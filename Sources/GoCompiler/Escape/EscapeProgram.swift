// Escape analysis of a package: which functions belong together, in which order, and the tables
// that they share.
//
// Functions are analysed callees first (`EscapeOrder`), each component at once. What a component
// leaves behind is its decisions, its tags, and its messages.

import BigInt
import GoSyntax

package final class EscapeProgram {
  let package: CheckedPackage
  let decisions = EscapeDecisions()
  /// Of literals that capture nothing, which are analysed like declared functions.
  var tags: [ObjectIdentifier: [ParameterTag]] = [:]
  /// Told before all else.
  var devirtualized: [Diagnostic] = []
  private var functions: [ObjectIdentifier: EscapeFunction] = [:]
  /// The one value that a local variable is declared with.
  private var initialValues: [ObjectIdentifier: Expression] = [:]

  /// Decides for a package that was checked without errors.
  /// - Parameter trustsLibrary: its functions do with their arguments what Go's do.
  package static func analyze(
    _ package: CheckedPackage, trustsLibrary: Bool = true
  ) -> EscapeDecisions {
    let program = EscapeProgram(package, trustsLibrary: trustsLibrary)
    program.run()
    return program.decisions
  }

  /// Local interface variables that are declared without a value.
  private var zeros: Set<ObjectIdentifier> = []
  /// What they are set to besides; nil is something that has no expression of its own.
  private var assignments: [ObjectIdentifier: [Expression?]] = [:]

  private let trustsLibrary: Bool

  private init(_ package: CheckedPackage, trustsLibrary: Bool) {
    self.package = package
    self.trustsLibrary = trustsLibrary
  }

  private func run() {
    let order = EscapeOrder(self)
    order.visitAll { [self] members in
      let builder = EscapeBuilder(self, members)
      builder.run()
      builder.finish()
    }
    devirtualized.sort { $0.position < $1.position }
    decisions.messages = devirtualized + decisions.messages
  }

  // MARK: Tables

  func function(_ info: FunctionInfo) -> EscapeFunction? { functions[ObjectIdentifier(info)] }

  func add(_ info: FunctionInfo, object: Object?, parent: EscapeFunction?) -> EscapeFunction {
    let function = EscapeFunction(info, object: object, parent: parent)
    functions[ObjectIdentifier(info)] = function
    return function
  }

  func setInitialValue(_ x: Expression, of object: Object) {
    initialValues[ObjectIdentifier(object)] = x
  }

  func noteZero(_ object: Object) { zeros.insert(ObjectIdentifier(object)) }

  func addAssignment(_ x: Expression?, to object: Object) {
    assignments[ObjectIdentifier(object), default: []].append(x)
  }

  // MARK: Questions

  func tags(ofLibrary object: Object, package: String) -> [ParameterTag] {
    trustsLibrary
      ? LibraryTags.tags(of: object, package: package) : LibraryTags.unknown(object)
  }

  func builtin(_ call: Call) -> Builtin? {
    guard package[call.function]?.use == .builtin else { return nil }
    return package.objects[call.function.withoutParentheses.id]?.builtin
  }

  /// What `x` is for certain: a variable that never changes is its initial value.
  func staticValue(_ x: Expression) -> Expression {
    var current = x.withoutParentheses
    var steps = 0
    // Longer chains are a machine's, and would be walked for each use.
    while steps < 64, case .name = current.kind, let object = package.objects[current.id],
      object.kind == .variable, object.role == .local, !object.isReassigned,
      !object.isAddressTaken, let value = initialValues[ObjectIdentifier(object)]
    {
      current = value.withoutParentheses
      steps += 1
    }
    return current
  }

  /// The constant that `x` always is, and the expression that says so.
  func fixedConstant(_ x: Expression) -> (constant: Constant, expression: Expression)? {
    if let constant = package[x]?.constant { return (constant, x) }
    let value = staticValue(x)
    return package[value]?.constant.map { ($0, value) }
  }

  func fixedLength(_ x: Expression) -> Int? { fixedConstant(x)?.constant.intValue }

  /// All that the local variable is ever set to; nil where that is not known.
  func sources(of object: Object) -> [Expression?]? {
    let key = ObjectIdentifier(object)
    guard object.kind == .variable, object.role == .local, !object.isAddressTaken else {
      return nil
    }
    let later = assignments[key] ?? []
    if let first = initialValues[key] { return [first] + later }
    return zeros.contains(key) ? later : nil
  }

  enum StaticFunction {
    case declared(Object)
    case library(Object, package: String)
    case literal(FunctionInfo)
  }

  /// The function that `x` always is.
  func staticFunction(_ x: Expression) -> StaticFunction? {
    let value = staticValue(x)
    switch value.kind {
    case .name, .selector:
      var object = package.objects[value.id]
      if case .selector(_, let name) = value.kind {
        guard let kind = package.selections[value.id]?.kind,
          kind == .qualified || kind == .methodExpression
        else { return nil }
        object = package.objects[name.id]
      }
      guard let object, object.kind == .function else { return nil }
      if case .selector(let inner, _) = value.kind,
        let imported = package.objects[inner.id]?.package
      {
        return .library(object, package: imported.name)
      }
      return .declared(object)
    case .function: return package.literals[value.id].map { .literal($0) }
    default: return nil
    }
  }
}
