// Types that contain themselves (spec, "Type declarations": an array or struct type must not
// contain itself directly or through arrays and structs alone).
//
// Depth-first over what a type contains by value. The stack is the chain that is told; types done
// with are not entered again, so it is linear.

import GoSyntax

extension Checker {
  func checkTypeCycles() {
    var search = ContainmentSearch(
      objects: Dictionary(definedTypes.map { (ObjectIdentifier($0.type), $0.object) }) { a, _ in a }
    )
    for (type, _) in definedTypes {
      if let chain = search.cycle(from: type) {
        reportCycle(
          chain.compactMap { search.objects[ObjectIdentifier($0)] }, "invalid recursive type")
        // Broken, so that whoever walks types by value ends.
        for one in chain { one.declared = .invalid }
      }
    }
  }
}

private struct ContainmentSearch {
  let objects: [ObjectIdentifier: Object]
  private var done: Set<ObjectIdentifier> = []
  private var stack: [NamedType] = []

  init(objects: [ObjectIdentifier: Object]) { self.objects = objects }

  mutating func cycle(from type: NamedType) -> [NamedType]? {
    stack = []
    return enter(type)
  }

  private mutating func enter(_ type: NamedType) -> [NamedType]? {
    let id = ObjectIdentifier(type)
    if done.contains(id) { return nil }
    if let start = stack.firstIndex(where: { $0 === type }) { return Array(stack[start...]) }
    // Types of other packages are sound.
    guard objects[id] != nil else { return nil }
    stack.append(type)
    let found = contents(type.declared)
    stack.removeLast()
    done.insert(id)
    return found
  }

  private mutating func contents(_ type: GoType) -> [NamedType]? {
    switch type {
    case .named(let inner): return enter(inner)
    case .array(_, let element): return contents(element)
    case .structure(let structure):
      for field in structure.fields {
        if let cycle = contents(field.type) { return cycle }
      }
      return nil
    case .interface(let interface):
      for embedded in interface.embedded {
        if let cycle = contents(embedded) { return cycle }
      }
      return nil
    default: return nil
    }
  }
}
