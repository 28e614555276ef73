// What a caller must know of a parameter: where its value may go, by fewest dereferences.
//
// A function is analysed before its callers; for them this summary stands for its body. Zero means
// that the argument itself goes there, one that what it points to does, and so on. Fewer
// dereferences are worse, so the least of all paths is kept and the summary is sound for each.

package struct ParameterTag: Equatable, Sendable {
  /// Of a function's results the first five have an entry; what goes to a later one counts as heap.
  package static let results = 5
  /// Counts stop here: the next one would say less and cost more.
  private static let most = 250

  package private(set) var heap: Int?
  /// What it points to may be written.
  package private(set) var mutator: Int?
  /// It may be called.
  package private(set) var callee: Int?
  private var byResult: [Int?] = []

  package init() {}

  package init(heap: Int? = nil, mutator: Int? = nil, callee: Int? = nil, results: [Int?] = []) {
    self.heap = heap
    self.mutator = mutator
    self.callee = callee
    byResult = results
  }

  /// Nothing is known of the function.
  package static let unknown = ParameterTag(heap: 0)

  package func result(_ index: Int) -> Int? { index < byResult.count ? byResult[index] : nil }

  package var isEmpty: Bool { heap == nil && !byResult.contains { $0 != nil } }

  private static func least(_ old: Int?, _ new: Int) -> Int { min(old ?? most, new) }

  mutating func addHeap(_ derefs: Int) { heap = Self.least(heap, derefs) }
  mutating func addMutator(_ derefs: Int) { mutator = Self.least(mutator, derefs) }
  mutating func addCallee(_ derefs: Int) { callee = Self.least(callee, derefs) }
  mutating func addResult(_ index: Int, _ derefs: Int) {
    while byResult.count <= index { byResult.append(nil) }
    byResult[index] = Self.least(byResult[index], derefs)
  }

  /// What goes to the heap anyway need not be followed through a result that it reaches no sooner.
  mutating func simplify() {
    guard let heap else { return }
    for index in byResult.indices {
      if let derefs = byResult[index], derefs >= heap { byResult[index] = nil }
    }
  }
}
