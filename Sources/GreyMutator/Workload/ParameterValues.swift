// A workload's parameters, checked against their descriptions and complete: what was not given
// has its default.
//
// Values are kept as their canonical text, in the order of the descriptions. That text is what
// travels to the nodes and into the run's record, so every node reads exactly the same values.

package struct ParameterValues: Hashable, Sendable {
  /// Every parameter with its canonical value, in the order of the descriptions.
  package let all: [(key: String, value: String)]
  private let kinds: [ParameterKind]

  /// - Throws: for an unknown or repeated key, or a value of the wrong kind or out of range.
  package init(
    _ given: [(key: String, value: String)], for descriptions: [ParameterDescription]
  ) throws(ParameterError) {
    let names = descriptions.map(\.name)
    for (index, pair) in given.enumerated() {
      guard names.contains(pair.key) else {
        throw .unknownKey(
          key: pair.key, nearest: NearestName.of(pair.key, in: names), valid: names)
      }
      guard !given[..<index].contains(where: { $0.key == pair.key }) else {
        throw .repeatedKey(key: pair.key)
      }
    }
    var all: [(key: String, value: String)] = []
    for description in descriptions {
      let text = given.first { $0.key == description.name }?.value ?? description.standard
      all.append((description.name, try Self.canonical(text, for: description)))
    }
    self.all = all
    self.kinds = descriptions.map(\.kind)
  }

  package static func == (a: Self, b: Self) -> Bool {
    a.all.elementsEqual(b.all) { $0.key == $1.key && $0.value == $1.value }
  }
  package func hash(into hasher: inout Hasher) {
    for (key, value) in all {
      hasher.combine(key)
      hasher.combine(value)
    }
  }

  // Asking for a parameter that is not described, or as another kind, is a mistake in the
  // workload's own source: it stops at once instead of running with a made-up value.
  package func integer(_ name: String) -> Int { Int(text(name))! }
  package func real(_ name: String) -> Double { Double(text(name))! }
  package func boolean(_ name: String) -> Bool { Bool(text(name))! }
  package func text(_ name: String) -> String {
    guard let pair = all.first(where: { $0.key == name }) else {
      preconditionFailure("the workload describes no parameter '\(name)'")
    }
    return pair.value
  }

  private static func canonical(
    _ text: String, for description: ParameterDescription
  ) throws(ParameterError) -> String {
    func refuse(nearest: String?) -> ParameterError {
      .invalidValue(
        key: description.name, value: text, expected: description.kind.summary, nearest: nearest)
    }
    switch description.kind {
    case .integer(let range):
      guard let value = Int(text.filter { $0 != "_" }) else {
        throw refuse(nearest: Double(text).map { "\(clamp($0, to: range))" })
      }
      guard range.contains(value) else {
        throw refuse(nearest: "\(min(max(value, range.lowerBound), range.upperBound))")
      }
      return "\(value)"
    case .real(let range):
      guard let value = Double(text), value.isFinite else { throw refuse(nearest: nil) }
      guard range.contains(value) else {
        throw refuse(nearest: "\(min(max(value, range.lowerBound), range.upperBound))")
      }
      return "\(value)"
    case .boolean:
      switch text.lowercased() {
      case "true", "yes", "on", "1": return "true"
      case "false", "no", "off", "0": return "false"
      default: throw refuse(nearest: NearestName.of(text, in: ["true", "false"]))
      }
    case .text, .file: return text
    case .choice(let names):
      guard names.contains(text) else { throw refuse(nearest: NearestName.of(text, in: names)) }
      return text
    }
  }

  /// The whole number in range that is nearest to a fraction somebody gave.
  private static func clamp(_ value: Double, to range: ClosedRange<Int>) -> Int {
    if value <= Double(range.lowerBound) { return range.lowerBound }
    if value >= Double(range.upperBound) { return range.upperBound }
    return Int(value.rounded())
  }
}
