// Names to objects, block in block (spec, "Declarations and scope").

import GoSyntax

package final class Scope {
  package let parent: Scope?
  private var entries: [String: Object] = [:]
  /// In order of declaration: whatever walks a scope walks this.
  package private(set) var objects: [Object] = []

  init(in parent: Scope?) { self.parent = parent }

  package func here(_ name: String) -> Object? { entries[name] }

  package func find(_ name: String) -> Object? {
    var scope: Scope? = self
    while let current = scope {
      if let object = current.entries[name] { return object }
      scope = current.parent
    }
    return nil
  }

  /// The one that has the name already, else nil and the object is in.
  func insert(_ object: Object) -> Object? {
    if object.name == "_" { return nil }
    if let other = entries[object.name] { return other }
    entries[object.name] = object
    objects.append(object)
    return nil
  }
}
