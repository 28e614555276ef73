// The fixed point: what reaches the heap, what outlives its frame, what parameters do.
//
// Each location in turn is a root, and from it the least dereferences to every location are found
// by going back over the edges (shortest paths with relaxation, since an address is an edge of -1).
// A location at a negative distance is one whose address the root may hold; where the root outlives
// it, it must be on the heap. That changes what it is as a root itself, so it is queued again.
// Attributes are only ever added and there are finitely many: the loop ends, and at its end no root
// that outlives a location holds its address.
//
// Distances stop at zero from below before an edge is added: `root = &l; l = x` gives the root the
// address of `l` and no address of `x`.

extension EscapeGraph {
  func solve() {
    var queue: [Location] = []
    func enqueue(_ location: Location) {
      if location.isQueued { return }
      location.isQueued = true
      queue.append(location)
    }
    for location in locations { enqueue(location) }
    enqueue(mutator)
    enqueue(callee)
    enqueue(heap)
    var walk = 0
    while let root = queue.popLast() {
      root.isQueued = false
      walk += 1
      visit(root, walk, enqueue)
    }
  }

  private func visit(_ root: Location, _ walk: Int, _ enqueue: (Location) -> Void) {
    root.walk = walk
    root.derefs = 0
    if root.attributes.contains(.calls), let literal = root.literal, !literal.areResultsLost {
      // It is called from where nobody sees the result: that outlives what it pointed to.
      literal.areResultsLost = true
      for result in literal.info?.results ?? [] {
        if let location = byVariable[ObjectIdentifier(result)] { enqueue(location) }
      }
    }
    var stack = [root]
    while let location = stack.popLast() {
      let derefs = max(location.derefs, 0)
      let added = attributes(root, location, derefs, isAddress: location.derefs < 0)
      if !added.isSubset(of: location.attributes) {
        location.attributes.formUnion(added)
        enqueue(location)
        // As a root it reaches all that is behind it.
        if location.escapes { continue }
      }
      for edge in location.edges where !edge.source.escapes {
        let distance = derefs + edge.derefs
        if edge.source.walk == walk, edge.source.derefs <= distance { continue }
        edge.source.walk = walk
        edge.source.derefs = distance
        stack.append(edge.source)
      }
    }
  }

  private func attributes(
    _ root: Location, _ location: Location, _ derefs: Int, isAddress: Bool
  ) -> Location.Attributes {
    var added: Location.Attributes = []
    if isAddress {
      if outlives(root, location) { added.insert(.escapes) }
      if root.attributes.contains(.persists) { added.insert(.persists) }
    }
    if derefs == 0 { added.formUnion(root.attributes.intersection([.mutates, .calls])) }
    if location.isParameter {
      if outlives(root, location) { leak(location, to: root, derefs) }
      if root.attributes.contains(.mutates) { location.tag.addMutator(derefs) }
      if root.attributes.contains(.calls) { location.tag.addCallee(derefs) }
    }
    return added
  }

  private func leak(_ parameter: Location, to root: Location, _ derefs: Int) {
    if !root.escapes, let index = root.resultIndex, root.function === parameter.function,
      index < ParameterTag.results
    {
      parameter.tag.addResult(index, derefs)
    } else {
      parameter.tag.addHeap(derefs)
    }
  }

  /// Whether `a` may still be in use when `b` is gone.
  private func outlives(_ a: Location, _ b: Location) -> Bool {
    if a.escapes { return true }
    guard let ours = a.function, let theirs = b.function else { return false }
    if a.resultIndex != nil {
      // Callers do what they like with a result. But of a literal all of whose calls are known the
      // calls are in the graph, and what lies in the function around it outlives it.
      return !(ours.isInside(theirs) && !ours.areResultsLost)
    }
    if ours === theirs { return a.loopDepth < b.loopDepth }
    return theirs.isInside(ours)
  }
}
