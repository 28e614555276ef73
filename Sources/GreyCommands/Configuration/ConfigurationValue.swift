// Values of the configuration as people write them: sizes, durations, percentages, choices.
//
// Sizes follow Go's GOMEMLIMIT (`64MiB`, a bare number is bytes, powers of two only); durations
// follow Go's (`500ms`, `1m30s`). What is printed is read back as the same value.

import GreyBasics
import GreyMutator

/// Why a text is no value of the kind that is wanted: reads on after "key: ".
package struct ValueProblem: Error, Hashable, Sendable, CustomStringConvertible {
  package var description: String
  package init(_ description: String) { self.description = description }
}

package enum ConfigurationValue {
  private static let sizeUnits = [("TiB", 40), ("GiB", 30), ("MiB", 20), ("KiB", 10), ("B", 0)]

  package static func integer(
    _ text: String, in range: ClosedRange<Int>
  ) throws(ValueProblem) -> Int {
    guard let value = Int(text) else {
      throw ValueProblem("'\(text)' is no whole number")
    }
    return try check(value, in: range, text) { String($0) }
  }

  package static func number(
    _ text: String, in range: ClosedRange<Double>
  ) throws(ValueProblem) -> Double {
    guard let value = Double(text), value.isFinite else {
      throw ValueProblem("'\(text)' is no number")
    }
    return try check(value, in: range, text) { "\($0)" }
  }

  package static func bool(_ text: String) throws(ValueProblem) -> Bool {
    switch text {
    case "true": return true
    case "false": return false
    default: throw ValueProblem("'\(text)' is neither true nor false")
    }
  }

  package static func choice<Choice: RawRepresentable & CaseIterable>(
    _ text: String, of type: Choice.Type
  ) throws(ValueProblem) -> Choice where Choice.RawValue == String {
    if let value = Choice(rawValue: text) { return value }
    let names = Choice.allCases.map(\.rawValue)
    let nearest = NearestName.of(text, in: names).map { "; did you mean '\($0)'?" } ?? ""
    throw ValueProblem("'\(text)' is none of \(names.joined(separator: ", "))\(nearest)")
  }

  package static func bytes(
    _ text: String, in range: ClosedRange<Int>
  ) throws(ValueProblem) -> Int {
    let unit = sizeUnits.first { text.hasSuffix($0.0) } ?? ("", 0)
    guard let count = Int(text.dropLast(unit.0.count)), count >= 0,
      !count.multipliedReportingOverflow(by: 1 << unit.1).overflow
    else {
      throw ValueProblem("'\(text)' is no size; sizes are like 64MiB (B, KiB, MiB, GiB, TiB)")
    }
    return try check(count << unit.1, in: range, text, print: print(bytes:))
  }

  /// The largest unit that leaves a whole number.
  package static func print(bytes: Int) -> String {
    guard bytes > 0 else { return "\(bytes)B" }
    let unit = sizeUnits.first { bytes % (1 << $0.1) == 0 } ?? ("B", 0)
    return "\(bytes >> unit.1)\(unit.0)"
  }

  private static let timeUnits = [
    ("h", 3_600_000_000_000), ("m", 60_000_000_000), ("s", 1_000_000_000), ("ms", 1_000_000),
    ("us", 1_000), ("ns", 1),
  ]

  package static func duration(
    _ text: String, in range: ClosedRange<Duration>
  ) throws(ValueProblem) -> Duration {
    guard let nanoseconds = nanoseconds(of: text) else {
      throw ValueProblem("'\(text)' is no duration; durations are like 500ms, 10s, 1m30s")
    }
    return try check(.nanoseconds(Int64(nanoseconds)), in: range, text, print: print(duration:))
  }

  private static func nanoseconds(of text: String) -> Int? {
    var rest = text[...]
    var total = 0.0
    guard !rest.isEmpty else { return nil }
    while !rest.isEmpty {
      let digits = rest.prefix { $0.isASCII && $0.isNumber || $0 == "." }
      rest = rest.dropFirst(digits.count)
      let letters = rest.prefix { $0.isLetter }
      rest = rest.dropFirst(letters.count)
      guard let value = Double(digits), let unit = timeUnits.first(where: { $0.0 == letters })
      else { return nil }
      total += value * Double(unit.1)
    }
    return total < 9e18 ? Int(total.rounded()) : nil
  }

  package static func print(duration: Duration) -> String {
    let nanoseconds = Int(duration.nanoseconds)
    guard nanoseconds > 0 else { return "0s" }
    let unit = timeUnits.first { nanoseconds % $0.1 == 0 } ?? ("ns", 1)
    return "\(nanoseconds / unit.1)\(unit.0)"
  }

  private static func check<Value: Comparable>(
    _ value: Value, in range: ClosedRange<Value>, _ text: String, print: (Value) -> String
  ) throws(ValueProblem) -> Value {
    if range.contains(value) { return value }
    throw ValueProblem(
      "\(text) is out of range: from \(print(range.lowerBound)) to \(print(range.upperBound))")
  }
}
