// How figures are printed for people: three significant digits and a unit, plain ASCII columns.
//
// The unit changes with the size, so that a column never needs more than nine characters. JSON
// keeps the exact numbers; nothing here is read back.

package enum Text {
  /// `640 B`, `12.3 KiB`, `1.00 GiB`
  package static func bytes(_ count: Int) -> String {
    // As a goal or a limit: none.
    if count == .max { return "off" }
    if count.magnitude < 1_024 { return "\(count) B" }
    var value = Double(count) / 1_024
    var units = ["KiB", "MiB", "GiB", "TiB"][...]
    while value.magnitude >= 999.5, units.count > 1 {
      value /= 1_024
      units = units.dropFirst()
    }
    return digits(value) + " " + units.first!
  }

  /// `412 µs`, `8.70 ms`, `3.20 s`, `2 min 5 s`
  package static func microseconds(_ us: Int) -> String {
    switch us.magnitude {
    case 0..<1_000: return "\(us) µs"
    case 0..<999_500: return digits(Double(us) / 1e3) + " ms"
    case 0..<120_000_000: return digits(Double(us) / 1e6) + " s"
    case 0..<7_200_000_000:
      return "\(us / 60_000_000) min \(us / 1_000_000 % 60) s"
    default: return "\(us / 3_600_000_000) h \(us / 60_000_000 % 60) min"
    }
  }

  /// `12 345 678`: groups of three, for counts that people compare.
  package static func count(_ value: Int) -> String {
    let digits = Array(String(value.magnitude))
    var out = value < 0 ? "-" : ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { out += " " }
      out.append(digit)
    }
    return out
  }

  /// `1 node`, `4 nodes`
  package static func plural(_ value: Int, _ noun: String, _ ending: String = "s") -> String {
    "\(count(value)) \(noun)\(value == 1 ? "" : ending)"
  }

  /// Three significant digits, never in exponent form.
  package static func digits(_ value: Double) -> String {
    switch value.magnitude {
    case ..<9.995: fixed(value, 2)
    case ..<99.95: fixed(value, 1)
    default: fixed(value, 0)
    }
  }

  package static func fixed(_ value: Double, _ decimals: Int) -> String {
    guard value.isFinite, value.magnitude < 1e15 else { return "?" }
    let scale = (0..<decimals).reduce(1) { scaled, _ in scaled * 10 }
    let scaled = Int((value.magnitude * Double(scale)).rounded())
    let sign = value < 0 && scaled > 0 ? "-" : ""
    guard decimals > 0 else { return sign + String(scaled) }
    let fraction = String(scaled % scale)
    let zeros = String(repeating: "0", count: decimals - fraction.count)
    return "\(sign)\(scaled / scale).\(zeros)\(fraction)"
  }

  /// `node 1, node 2 and node 4`
  package static func list(_ items: [String]) -> String {
    guard let last = items.last else { return "none" }
    return items.count == 1 ? last : items.dropLast().joined(separator: ", ") + " and " + last
  }
}
