// Assignments that move what an object holds about within it: `x.f = x.g`, `b.buf = b.buf[n:m]`.
//
// They store through a pointer, which would send the value to the heap; but the object holds the
// value already, so it leads nowhere new. Only a prefix that is plainly the same, of names, fields
// and constant indices, is recognised.

import GoSyntax

struct SelfAssignment {
  private let package: CheckedPackage

  static func holds(_ left: Expression, _ right: Expression, _ package: CheckedPackage) -> Bool {
    let test = SelfAssignment(package: package)
    let (left, right) = (left.withoutParentheses, right.withoutParentheses)
    return test.slices(left, right) || test.moves(left, right)
  }

  /// `b.buf = b.buf[n:m]` through the pointer `b`; but slicing an array in `*b` makes a new pointer
  /// to `b`.
  private func slices(_ left: Expression, _ right: Expression) -> Bool {
    guard let target = pointerName(left), case .slice(let inner, _, _, _, _) = right.kind,
      let source = pointerName(inner.withoutParentheses)
    else { return false }
    if case .array? = package[inner]?.type.underlying { return false }
    return target === source
  }

  /// The variable `b` of `*b` or of `b.f` through a pointer.
  private func pointerName(_ x: Expression) -> Object? {
    switch x.kind {
    case .star(let inner): return name(inner)
    case .selector(let inner, _):
      guard package.selections[x.id]?.kind == .field, package[inner]?.type.pointee != nil else {
        return nil
      }
      return name(inner)
    default: return nil
    }
  }

  private func name(_ x: Expression) -> Object? {
    let bare = x.withoutParentheses
    guard case .name = bare.kind else { return nil }
    return package.objects[bare.id]
  }

  private func moves(_ left: Expression, _ right: Expression) -> Bool {
    switch (left.kind, right.kind) {
    case (.selector(let a, _), .selector(let b, _)):
      guard package.selections[left.id]?.kind == .field,
        package.selections[right.id]?.kind == .field,
        (package[a]?.type.pointee == nil) == (package[b]?.type.pointee == nil)
      else { return false }
      return isSame(a, b)
    case (.index(let a, let i), .index(let b, let j)):
      if case .map? = package[a]?.type.underlying { return false }
      return isHarmless(i[0]) && isHarmless(j[0]) && isSame(a, b)
    default: return false
    }
  }

  private func isHarmless(_ x: Expression) -> Bool {
    let bare = x.withoutParentheses
    if package[bare]?.constant != nil { return true }
    switch bare.kind {
    case .name: return true
    case .unary(let op, let inner): return op != .receive && isHarmless(inner)
    default: return false
    }
  }

  private func isSame(_ a: Expression, _ b: Expression) -> Bool {
    let (a, b) = (a.withoutParentheses, b.withoutParentheses)
    if let constant = package[a]?.constant { return constant == package[b]?.constant }
    switch (a.kind, b.kind) {
    case (.name, .name):
      guard let object = package.objects[a.id] else { return false }
      return object === package.objects[b.id]
    case (.selector(let x, let f), .selector(let y, let g)): return f.text == g.text && isSame(x, y)
    case (.star(let x), .star(let y)): return isSame(x, y)
    case (.index(let x, let i), .index(let y, let j)):
      if case .map? = package[x]?.type.underlying { return false }
      return isSame(x, y) && isSame(i[0], j[0])
    default: return false
    }
  }
}
