// What a person sets about pacing: GOGC, GOMEMLIMIT, the heap's own limit, and what Go fixed.
//
// Two limits bound a node: GOMEMLIMIT, which is soft and can change, and the limit of its heap, at
// which tasks park. The pacer keeps below the lower of the two: a hard limit that it did not know
// would be found by running into it, each time.
//
// The texts are Go's: `GOGC` is a percentage or `off`; `GOMEMLIMIT` is a byte count with an
// optional unit (B, KiB, MiB, GiB, TiB) or `off`. A text that is neither is refused with its name
// and what would do, because a mistyped limit that is silently ignored shows up as a full machine.

package struct PacerSettings: Hashable, Sendable {
  /// Growth over the marked heap at which a cycle should end, in per cent; nil is `GOGC=off`.
  package var gogc: Int?
  /// GOMEMLIMIT: soft limit in bytes for all memory of the node; nil is none.
  package var softLimit: Int?
  /// What the heap may use at most, in bytes; nil is none but the machine's.
  package var heapLimit: Int?
  /// Heap goal below which no cycle is worth its fixed cost, at GOGC=100.
  package var minimumHeapAtHundred: Int
  /// Share of the processors that background marking uses.
  package var backgroundUtilization: Double
  /// A cycle starts after this long without one, unless GOGC is off; nil is never.
  package var forcedPeriod: Duration?

  package init(
    gogc: Int? = 100, softLimit: Int? = nil, heapLimit: Int? = nil,
    minimumHeapAtHundred: Int = 4 << 20, backgroundUtilization: Double = 0.25,
    forcedPeriod: Duration? = .seconds(120)
  ) {
    self.gogc = gogc.map { max(0, $0) }
    self.softLimit = softLimit
    self.heapLimit = heapLimit
    self.minimumHeapAtHundred = minimumHeapAtHundred
    self.backgroundUtilization = min(max(backgroundUtilization, 0.01), 0.95)
    self.forcedPeriod = forcedPeriod
  }

  /// What the pacer keeps below; nil is nothing.
  package var memoryLimit: Int? {
    guard let softLimit, let heapLimit else { return softLimit ?? heapLimit }
    return min(softLimit, heapLimit)
  }

  /// 4 MiB × GOGC/100; with GOGC off, what it would be at 100.
  package var minimumHeap: Int { minimumHeapAtHundred.scaled(percent: gogc ?? 100) }
}

package struct PacerSettingError: Error, Hashable, CustomStringConvertible {
  package let name: String
  package let text: String
  package let remedy: String
  package var description: String { "\(name)=\(text) is not understood: \(remedy)" }
}

extension PacerSettings {
  /// Reads the text of `GOGC`.
  package static func parseGOGC(_ text: String) throws(PacerSettingError) -> Int? {
    if text == "off" { return nil }
    guard let percent = Int(text), percent >= 0, percent <= 1_000_000 else {
      throw PacerSettingError(
        name: "GOGC", text: text, remedy: "give a percentage from 0 to 1000000, or off")
    }
    return percent
  }

  /// Reads the text of `GOMEMLIMIT`.
  package static func parseMemoryLimit(_ text: String) throws(PacerSettingError) -> Int? {
    if text == "off" { return nil }
    let units = [("KiB", 10), ("MiB", 20), ("GiB", 30), ("TiB", 40), ("B", 0)]
    let unit = units.first { text.hasSuffix($0.0) }
    let digits = unit.map { text.dropLast($0.0.count) } ?? text[...]
    guard let count = Int(digits), count > 0,
      case let (bytes, overflow) = count.multipliedReportingOverflow(by: 1 << (unit?.1 ?? 0)),
      !overflow
    else {
      throw PacerSettingError(
        name: "GOMEMLIMIT", text: text,
        remedy: "give a positive number with B, KiB, MiB, GiB or TiB (512MiB), or off")
    }
    return bytes
  }
}

extension Int {
  /// `self × percent / 100`, saturating: a GOGC of a million on a large heap must not trap.
  package func scaled(percent: Int) -> Int {
    let (high, low) = multipliedFullWidth(by: percent)
    guard high < 100 else { return .max }
    let (quotient, _) = 100.dividingFullWidth((high, low))
    return quotient
  }

  /// The sum, or `Int.max` where it does not fit.
  package func saturatingAdd(_ other: Int) -> Int {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? .max : sum
  }
}

extension Double {
  /// Bytes as a whole number; not-a-number is zero, what is too large saturates.
  var asBytes: Int {
    if isNaN || self <= 0 { return 0 }
    return self >= 9e18 ? .max : Int(self)
  }
}
