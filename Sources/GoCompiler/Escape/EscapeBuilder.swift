// One component of the call graph made into a graph of locations: the frame of the walk.
//
// A value is evaluated into a hole. A value without pointers goes to a blank one, unless it is its
// address that is wanted. The walk over statements, expressions and calls is in the extensions; it
// is in source order, because messages come in the order in which locations are made.

import GoSyntax

final class EscapeBuilder {
  let program: EscapeProgram
  let graph = EscapeGraph()
  let members: [EscapeFunction]
  private let memberKeys: Set<ObjectIdentifier>
  var package: CheckedPackage { program.package }

  // Of the function being walked.
  var function: EscapeFunction
  var loopDepth = 1
  /// Labels that a `goto` further down leads back to.
  var loopLabels: Set<String> = []

  /// Variables so far, hidden ones too.
  private var named = 0

  private var closures: [(hole: Hole, captures: [Object])] = []
  /// Variables of type switches, which are told of at their clause.
  var places: [ObjectIdentifier: Position] = [:]
  /// How sites are told of whose value has no expression of its own.
  var hidden: [AllocationSite: (name: String, position: Position)] = [:]
  /// What the operands of written conversions to interfaces are converted to.
  var explicitTypes: [Int: GoType] = [:]
  /// Self-assignments, told as they are met.
  var notes: [Diagnostic] = []

  init(_ program: EscapeProgram, _ members: [EscapeFunction]) {
    self.program = program
    self.members = members
    memberKeys = Set(members.map { ObjectIdentifier($0) })
    function = members[0]
  }

  /// Analyses the component; afterwards its decisions are in the program's tables.
  func run() {
    for member in members { addVariables(member) }
    for member in members {
      // A literal that captures is walked where it stands, in the scope of what it captures.
      if let info = member.info, info.parent != nil, !info.captures.isEmpty { continue }
      walk(member)
    }
    for closure in closures { flowCaptures(closure.hole, closure.captures) }
    for location in graph.locations where isTooLarge(location) {
      graph.flow(Hole(graph.heap).address, from: location)
    }
    graph.solve()
  }

  // MARK: Functions

  private func addVariables(_ member: EscapeFunction) {
    guard let info = member.info else { return }
    if let receiver = info.receiver { addParameter(receiver, member) }
    for object in info.parameters { addParameter(object, member) }
    for (index, object) in info.results.enumerated() {
      addVariable(object, member).resultIndex = index
    }
    for object in LocalVariables.of(info.body.statements, package) { addVariable(object, member) }
  }

  private func addParameter(_ object: Object, _ member: EscapeFunction) {
    addVariable(object, member).isParameter = true
  }

  @discardableResult
  private func addVariable(_ object: Object, _ member: EscapeFunction) -> Location {
    graph.add(.variable(object), member, loopDepth: 1, persists: true)
  }

  func walk(_ member: EscapeFunction) {
    let saved = (function, loopDepth, loopLabels, named)
    function = member
    loopDepth = 1
    if let info = member.info {
      named = info.parameters.count + info.results.count + (info.receiver == nil ? 0 : 1)
      loopLabels = LoopLabels.of(info.body.statements)
      block(info.body.statements)
    } else {
      for step in package.initialization { initialize(step) }
    }
    (function, loopDepth, loopLabels, named) = saved
  }

  /// A package variable's initial value: all of it goes to the heap.
  private func initialize(_ step: Initialization) {
    if step.variables.count == 1 {
      initialize(step.value, as: step.variables[0].type)
    } else {
      values([step.value], into: step.variables.map { (toHeap, $0.type) }, at: step.value.position)
    }
  }

  /// Literals and boxed constants are data of the program and allocate nothing.
  private func initialize(_ x: Expression, as place: GoType) {
    let bare = x.withoutParentheses
    if package[bare]?.constant != nil { return }
    var literal: CompositeLiteral?
    switch bare.kind {
    case .function(_): if package.literals[bare.id]?.captures.isEmpty ?? false { return }
    case .composite(let one): literal = one
    case .unary(.and, let inner):
      if case .composite(let one) = inner.withoutParentheses.kind { literal = one }
    default: break
    }
    var type = package[bare]?.type ?? .invalid
    type = type.pointee ?? type
    guard let literal else { return evaluate(x, into: toHeap, as: place) }
    if case .map = type.underlying { return evaluate(x, into: toHeap, as: place) }
    for (index, element) in literal.elements.enumerated() {
      var inner = element
      var field = type.structure.flatMap { index < $0.fields.count ? $0.fields[index] : nil }
      if case .keyValue(let key, let value) = element.kind {
        inner = value
        field = type.structure?.fields.first { $0.name == key.nameText }
      }
      switch type.underlying {
      case .array(_, let element), .slice(let element): initialize(inner, as: element)
      default: initialize(inner, as: field?.type ?? .invalid)
      }
    }
  }

  func isMember(_ other: EscapeFunction) -> Bool { memberKeys.contains(ObjectIdentifier(other)) }

  // MARK: Locations and holes

  var discard: Hole { Hole(graph.blank) }
  var toHeap: Hole { Hole(graph.heap) }
  var toMutator: Hole { Hole(graph.mutator) }
  var toCallee: Hole { Hole(graph.callee) }

  /// The location of a local variable; none for a package's.
  func location(_ object: Object) -> Location? {
    if object.role == .package { return nil }
    return graph.byVariable[ObjectIdentifier(object)]
  }

  /// The declaration fixes how deep in loops the variable is.
  func declare(_ object: Object) {
    location(object)?.loopDepth = loopDepth
    named += 1
  }

  /// A hidden variable of the compiler: its name says how many variables there were before it.
  func hiddenName() -> String {
    named += 1
    return ".autotmp_\(named - 1)"
  }

  func temporary(persists: Bool = false) -> Location {
    graph.add(.none, function, loopDepth: loopDepth, persists: persists)
  }

  /// A new object whose address goes to `hole`: the hole for its contents.
  func spill(
    _ hole: Hole, _ x: Expression, _ kind: AllocationSite.Kind = .value, index: Int = 0,
    literal: EscapeFunction? = nil
  ) -> Hole {
    let site = AllocationSite(x, kind, index: index)
    let location = graph.add(.site(site, x), function, loopDepth: loopDepth, persists: true)
    location.literal = literal
    graph.flow(hole.address, from: location)
    return Hole(location)
  }

  /// One hole for several: none of them may want the address.
  func tee(_ holes: [Hole]) -> Hole {
    if holes.isEmpty { return discard }
    if holes.count == 1 { return holes[0] }
    let location = temporary()
    for hole in holes { graph.flow(hole, from: location) }
    return Hole(location)
  }

  // MARK: Closures

  /// Notes a closure for the end, when all assignments to what it captures are known.
  func close(_ hole: Hole, over captures: [Object]) {
    closures.append((hole, captures))
    for object in captures {
      guard let location = location(object), !location.isCaptured else { continue }
      location.isCaptured = true
      // What was assigned before, at the same loop depth, the closure cannot miss.
      if location.loopDepth == loopDepth { location.isReassigned = false }
    }
  }

  private func flowCaptures(_ hole: Hole, _ captures: [Object]) {
    for object in captures {
      guard let location = location(object) else { continue }
      let isCopied =
        !location.isAddressTaken && !location.isReassigned && object.type.byteSize <= 128
      if !isCopied { program.decisions.byReference.insert(ObjectIdentifier(object)) }
      graph.flow(isCopied ? hole : hole.address, from: location)
    }
  }

  // MARK: Sizes

  private static let largestVariable = 128 << 10
  static let largestObject = 64 << 10

  /// Too large for a frame, whoever holds it.
  private func isTooLarge(_ location: Location) -> Bool {
    switch location.subject {
    case .none: return false
    case .variable(let object):
      return !location.isParameter && location.resultIndex == nil
        && object.type.byteSize > Self.largestVariable
    case .site(let site, let x):
      return site.kind == .value && isTooLarge(x, location)
    }
  }

  private func isTooLarge(_ x: Expression, _ location: Location) -> Bool {
    guard let type = package[x]?.type else { return false }
    switch x.kind {
    case .unary(.and, _), .composite:
      return (type.pointee?.byteSize ?? 0) > Self.largestObject
    case .function:
      let size = (location.literal?.info?.captures ?? []).reduce(8) { size, object in
        size + (program.decisions.isCapturedByReference(object) ? 8 : object.type.byteSize)
      }
      return size > Self.largestObject
    case .call(let call):
      if let pointee = type.pointee { return pointee.byteSize > Self.largestObject }
      guard case .slice(let element) = type.underlying, program.builtin(call) == .make,
        let length = call.arguments.last
      else { return false }
      if element.byteSize == 0 { return true }
      guard let count = program.fixedLength(length) else { return false }
      return count > Self.largestObject / element.byteSize
    case .selector:
      guard let selection = package.selections[x.id], selection.kind == .method else {
        return false
      }
      let receiver = selection.method?.receiver ?? selection.receiver
      return 8 + receiver.byteSize > Self.largestObject
    default: return type.byteSize > Self.largestVariable
    }
  }
}
