// The graph that escape analysis works on: who may hold whose address.
//
// A location is a variable, parameter, result or allocation. An assignment is an edge from its
// destination to its source with the dereferences in between: `p = q` 0, `p = *q` 1, `p = &q` -1.
// Fields and elements are one with what contains them, and an edge holds everywhere in the
// function: the graph says more than any run does, so what it proves not to escape does not.

import GoSyntax

final class Location {
  struct Edge {
    unowned let source: Location
    let derefs: Int
  }

  struct Attributes: OptionSet {
    let rawValue: UInt8
    /// Must be on the heap.
    static let escapes = Attributes(rawValue: 1)
    /// Must live longer than the statement that makes it.
    static let persists = Attributes(rawValue: 2)
    /// What it points to may be written.
    static let mutates = Attributes(rawValue: 4)
    /// May be called.
    static let calls = Attributes(rawValue: 8)
    static let heap: Attributes = [.escapes, .persists, .mutates, .calls]
  }

  enum Subject {
    /// A helper of the analysis.
    case none
    case variable(Object)
    case site(AllocationSite, Expression)
  }

  let subject: Subject
  let function: EscapeFunction?
  var loopDepth: Int
  var attributes: Attributes = []
  var edges: [Edge] = []
  /// Of a parameter.
  var tag = ParameterTag()
  var isParameter = false
  /// Of a result: which.
  var resultIndex: Int?
  /// Of a function literal.
  var literal: EscapeFunction?

  // What decides how closures hold it.
  var isCaptured = false
  var isReassigned = false
  var isAddressTaken = false

  // The solver's.
  var walk = 0
  var derefs = 0
  var isQueued = false

  init(_ subject: Subject, _ function: EscapeFunction?, loopDepth: Int) {
    self.subject = subject
    self.function = function
    self.loopDepth = loopDepth
  }

  var object: Object? { if case .variable(let object) = subject { object } else { nil } }
  var escapes: Bool { attributes.contains(.escapes) }
}

/// Where a value goes: `destination = *…*value`, with the dereferences in front.
struct Hole {
  let destination: Location
  let derefs: Int
  /// The last step was to take the address.
  let isAddress: Bool

  init(_ destination: Location, _ derefs: Int = 0, isAddress: Bool = false) {
    self.destination = destination
    self.derefs = derefs
    self.isAddress = isAddress
  }

  func shifted(_ by: Int) -> Hole { Hole(destination, derefs + by, isAddress: by < 0) }
  var dereferenced: Hole { shifted(1) }
  var address: Hole { shifted(-1) }
}

/// A function as the analysis sees it.
final class EscapeFunction {
  /// Absent: the package's initialisation, or the function around the call of a `go` or `defer`.
  let info: FunctionInfo?
  let object: Object?
  let parent: EscapeFunction?
  /// Some caller of this literal is unknown.
  var areResultsLost = false

  init(_ info: FunctionInfo?, object: Object? = nil, parent: EscapeFunction? = nil) {
    self.info = info
    self.object = object
    self.parent = parent
  }

  /// Lies in `other`, at any depth.
  func isInside(_ other: EscapeFunction) -> Bool {
    var outer = parent
    while let function = outer {
      if function === other { return true }
      outer = function.parent
    }
    return false
  }
}

/// The locations and edges of one strongly connected component of the call graph.
final class EscapeGraph {
  private(set) var locations: [Location] = []
  private(set) var byVariable: [ObjectIdentifier: Location] = [:]
  let heap = Location(.none, nil, loopDepth: 0)
  let mutator = Location(.none, nil, loopDepth: 0)
  let callee = Location(.none, nil, loopDepth: 0)
  let blank = Location(.none, nil, loopDepth: 0)

  init() {
    heap.attributes = .heap
    mutator.attributes = .mutates
    callee.attributes = .calls
  }

  func add(
    _ subject: Location.Subject, _ function: EscapeFunction, loopDepth: Int, persists: Bool
  ) -> Location {
    let location = Location(subject, function, loopDepth: loopDepth)
    if persists { location.attributes.insert(.persists) }
    locations.append(location)
    if case .variable(let object) = subject { byVariable[ObjectIdentifier(object)] = location }
    return location
  }

  func flow(_ hole: Hole, from source: Location) {
    if hole.isAddress { source.isAddressTaken = true }
    let destination = hole.destination
    if destination === blank { return }
    // What is assigned to itself, dereferenced or not, learns nothing.
    if destination === source, hole.derefs >= 0 { return }
    if destination.escapes, hole.derefs < 0 {
      source.attributes.formUnion(.heap)
      return
    }
    destination.edges.append(Location.Edge(source: source, derefs: hole.derefs))
  }
}
