// A house rule as a value: what it looks for, where, and what to write instead.
//
// Every rule carries a sample that it must catch and one that it must pass; a test runs them, so a
// rule that has gone blind is noticed like any other bug. New rules are new values in the lists.

import Testing

struct HouseRule: Sendable, CustomTestStringConvertible {
  let name: String
  /// What to do instead, or why not.
  let remedy: String
  let applies: @Sendable (SourceFile) -> Bool
  /// The lines (from 1) that break it.
  let check: @Sendable (SourceFile) -> [Int]
  /// A file that breaks the rule, and one like it that does not.
  let bad: SourceFile
  let good: SourceFile

  var testDescription: String { name }

  /// One line for each place in `file` that breaks the rule.
  func complaints(about file: SourceFile) -> [String] {
    guard applies(file) else { return [] }
    return check(file).map { "\(file.path):\($0): \(name): \(remedy)" }
  }
}

extension HouseRule {
  /// A rule for Swift files.
  static func swift(
    _ name: String, _ remedy: String, in room: @escaping @Sendable (SourceFile) -> Bool,
    bad: SourceFile, good: SourceFile, check: @escaping @Sendable (SourceFile) -> [Int]
  ) -> HouseRule {
    HouseRule(
      name: name, remedy: remedy, applies: { $0.isSwift && room($0) }, check: check, bad: bad,
      good: good)
  }
}

/// Where rules apply.
enum Place {
  static let everywhere: @Sendable (SourceFile) -> Bool = { _ in true }
  static let sources: @Sendable (SourceFile) -> Bool = { $0.room != nil }

  /// In all rooms but these.
  static func sources(except rooms: String...) -> @Sendable (SourceFile) -> Bool {
    { file in file.room.map { !rooms.contains($0) } ?? false }
  }

  static func rooms(_ rooms: String...) -> @Sendable (SourceFile) -> Bool {
    { file in file.room.map { rooms.contains($0) } ?? false }
  }
}
