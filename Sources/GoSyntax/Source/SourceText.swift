// A source file: its bytes, its name, and the table of its lines.
//
// The spec ("Source code representation") wants UTF-8 without NUL and a byte order mark at most in
// front. That is checked here in one pass, in comments and strings too, so that the lexer may step
// over bytes without decoding them. The pass also finds the lines; a position is turned into line
// and column by binary search.

package final class SourceText: Sendable {
  package let name: String
  /// The source and one NUL behind it, so that the lexer may always look at the next byte.
  package let bytes: [UInt8]
  /// Offsets at which lines begin.
  package let lines: [UInt32]
  /// What the bytes do wrong, before any token is looked at.
  package let problems: [Diagnostic]

  package var count: Int { bytes.count - 1 }

  /// Sources longer than this are refused: far above what a person writes, far below what 32 bits
  /// address.
  package static let longest = 256 << 20

  package init(name: String, bytes source: [UInt8]) {
    self.name = name
    guard source.count <= Self.longest else {
      bytes = [0]
      lines = [0]
      problems = [Diagnostic(Position(0), "source is longer than \(Self.longest >> 20) MiB")]
      return
    }
    var all = source
    all.append(0)
    var scan = SourceScan()
    all.withUnsafeBufferPointer { scan.run($0, count: source.count) }
    bytes = all
    lines = scan.lines
    problems = scan.problems
  }

  package convenience init(name: String, _ text: String) {
    self.init(name: name, bytes: Array(text.utf8))
  }

  /// Index of the line, from zero.
  package func line(of position: Position) -> Int {
    var low = 0
    var high = lines.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if lines[middle] <= position.offset { low = middle } else { high = middle }
    }
    return low
  }

  package func place(of position: Position) -> LineAndColumn {
    let line = line(of: position)
    return LineAndColumn(line: line + 1, column: Int(position.offset - lines[line]) + 1)
  }

  /// The text of a line without its end.
  package func text(line: Int) -> String {
    let start = Int(lines[line])
    var end = line + 1 < lines.count ? Int(lines[line + 1]) - 1 : count
    if end > start, bytes[end - 1] == 0x0D { end -= 1 }
    return String(decoding: bytes[start..<max(start, end)], as: UTF8.self)
  }

  package func text(_ range: Range<Int>) -> String {
    bytes.withUnsafeBufferPointer {
      String(decoding: UnsafeBufferPointer(rebasing: $0[range]), as: UTF8.self)
    }
  }
}

/// The pass over the bytes.
private struct SourceScan {
  var lines: [UInt32] = [0]
  var problems: [Diagnostic] = []

  mutating func run(_ bytes: UnsafeBufferPointer<UInt8>, count: Int) {
    var at = 0
    while at < count {
      let byte = bytes[at]
      if byte >= 0x80 {
        at += sequence(bytes, at)
      } else {
        at += 1
        if byte == 0x0A { lines.append(UInt32(at)) }
        if byte == 0 { report(at - 1, "invalid NUL character") }
      }
    }
  }

  private mutating func report(_ at: Int, _ message: String) {
    // A binary file has thousands; the first few say it.
    if problems.count < 100 { problems.append(Diagnostic(Position(at), message)) }
  }

  /// Length of the sequence at `at`, one where it is none.
  private mutating func sequence(_ bytes: UnsafeBufferPointer<UInt8>, _ at: Int) -> Int {
    guard let (scalar, length) = UTF8Step.decode(bytes, at) else {
      report(at, "invalid UTF-8 encoding")
      return 1
    }
    if scalar == 0xFEFF, at > 0 { report(at, "invalid BOM in the middle of the file") }
    return length
  }
}

/// One step of UTF-8 decoding, strict: no surrogates, no overlong forms.
package enum UTF8Step {
  /// The buffer ends with a byte that continues nothing.
  package static func decode(
    _ bytes: UnsafeBufferPointer<UInt8>, _ at: Int
  ) -> (scalar: UInt32, length: Int)? {
    let first = UInt32(bytes[at])
    switch first {
    case 0..<0x80: return (first, 1)
    case 0xC2..<0xE0:
      guard let b = tail(bytes, at + 1) else { return nil }
      return ((first & 0x1F) << 6 | b, 2)
    case 0xE0..<0xF0:
      guard let b = tail(bytes, at + 1), let c = tail(bytes, at + 2) else { return nil }
      let scalar = (first & 0x0F) << 12 | b << 6 | c
      return scalar < 0x800 || (0xD800..<0xE000).contains(scalar) ? nil : (scalar, 3)
    case 0xF0..<0xF5:
      guard let b = tail(bytes, at + 1), let c = tail(bytes, at + 2), let d = tail(bytes, at + 3)
      else { return nil }
      let scalar = (first & 0x07) << 18 | b << 12 | c << 6 | d
      return scalar < 0x10000 || scalar > 0x10FFFF ? nil : (scalar, 4)
    default: return nil
    }
  }

  private static func tail(_ bytes: UnsafeBufferPointer<UInt8>, _ at: Int) -> UInt32? {
    at < bytes.count && bytes[at] & 0xC0 == 0x80 ? UInt32(bytes[at] & 0x3F) : nil
  }
}
