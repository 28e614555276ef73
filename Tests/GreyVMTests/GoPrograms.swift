// Programs of some length and what the real Go printed for them; the source is Go's own, but for
// its indentation.

struct GoProgram: Sendable {
  let source: String
  /// How it begins: behind that, of a program that fails, comes its stack.
  let output: String
  let exit: Int

  static let all = [
    ("language", language), ("maps", maps), ("defers", defers), ("channels", channels),
    ("library", library), ("formats", formats), ("texts", texts), ("locks", locks),
  ]
}
