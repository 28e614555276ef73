// The method that a type has by a name, also through embedded fields (spec, "Method sets",
// "Selectors").
//
// The checker has refused what is ambiguous, so the first one found, breadth first, is the one.

import GoSyntax

struct MethodTarget {
  /// Fields on the way from the receiver.
  let path: [Int]
  /// Nil: the path ends at an interface, which has it.
  let method: Object?
  let signature: Signature
}

enum MethodLookup {
  /// - Parameter type: of a value that is in an interface.
  /// - Returns: nil, too, for a method whose receiver is a pointer when there is only a value.
  static func find(_ name: String, in type: GoType) -> MethodTarget? {
    var level: [(type: GoType, path: [Int], hasAddress: Bool)] = [(type, [], false)]
    var seen: Set<ObjectIdentifier> = []
    while !level.isEmpty {
      var next: [(type: GoType, path: [Int], hasAddress: Bool)] = []
      for step in level {
        var (base, hasAddress) = (step.type, step.hasAddress)
        if case .pointer(let pointee) = base {
          if pointee.isInterface { continue }
          base = pointee
          hasAddress = true
        }
        if let named = base.namedType {
          if !seen.insert(ObjectIdentifier(named)).inserted { continue }
          if let method = named.method(name), let signature = method.type.signature {
            if method.hasPointerReceiver, !hasAddress { return nil }
            return MethodTarget(path: step.path, method: method, signature: signature)
          }
        }
        if let method = base.interface?.method(name) {
          return MethodTarget(path: step.path, method: nil, signature: method.signature)
        }
        for (index, field) in (base.structure?.fields ?? []).enumerated() where field.isEmbedded {
          next.append((field.type, step.path + [index], hasAddress))
        }
      }
      level = next
    }
    return nil
  }
}
