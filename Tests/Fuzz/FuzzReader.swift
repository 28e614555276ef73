// A reader under fuzzing: how it is given an input, and what must hold of what it says.
//
// An input that was believed is written again and read again: the second value must be the first.
// One that was refused must be refused with its place. Both are checked at each of millions of
// inputs, so they say more than that nothing crashed.

struct FuzzReader: Sendable {
  let name: String
  /// Valid inputs: mutation begins with them, so that the first minute is not spent on guessing
  /// what a frame looks like.
  let seeds: @Sendable () -> [[UInt8]]
  /// Words of the format, which mutation puts in whole.
  let words: [String]
  /// Traps when a property does not hold.
  let read: @Sendable ([UInt8]) -> Void
}

/// A property of a reader. One that does not hold is a finding, with its text in the log.
func property(_ holds: Bool, _ text: @autoclosure () -> String) {
  if !holds { fatalError("a property does not hold: " + text()) }
}

/// Calls that must not fail, because their input was made by the code under test.
func mustWork<Value>(_ text: String, _ body: () throws -> Value) -> Value {
  do { return try body() } catch { fatalError("a property does not hold: \(text): \(error)") }
}

extension Array where Element == UInt8 {
  /// The parts between the zero bytes: how several texts come out of one input.
  var texts: [String] {
    split(separator: 0, omittingEmptySubsequences: false).map {
      String(decoding: $0, as: UTF8.self)
    }
  }
}
