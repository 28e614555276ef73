// Skipping a JSON value of any shape: the sections of a snapshot that a heap has no use for
// (trace trees, samples, source locations) and whatever a later V8 adds.
//
// A pushdown automaton with an explicit stack of one byte a level: a file of a million opening
// brackets costs a megabyte here and ends in an error, where recursion would overflow the stack.
// It checks the grammar as it goes, since a file that is no JSON in a part that nobody reads is
// damaged all the same.

/// A value that is being skipped.
struct SnapshotSkip {
  /// No V8 nests deeper than a few hundred levels.
  static let deepestNesting = 1 << 20

  private var isObject: [Bool] = []

  /// Goes on to the offset `end`; true when the value is over.
  mutating func go(
    _ bytes: inout SnapshotBytes, until end: Int
  ) throws(HeapSnapshotError) -> Bool {
    repeat {
      guard bytes.offset < end else { return false }
      // Here a value is due.
      let opener = try bytes.peekToken("a value")
      switch opener {
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        guard isObject.count < Self.deepestNesting else {
          throw .malformed(
            offset: bytes.offset, expected: "at most \(Self.deepestNesting) nested values",
            found: "one more")
        }
        bytes.advance()
        let object = opener == UInt8(ascii: "{")
        if try !bytes.takeEmpty(object ? "}" : "]") {
          isObject.append(object)
          if object { try bytes.skipKey() }
          continue
        }
      case Ascii.quote: try bytes.skipString("a string")
      case UInt8(ascii: "t"): try bytes.skipWord("true")
      case UInt8(ascii: "f"): try bytes.skipWord("false")
      case UInt8(ascii: "n"): try bytes.skipWord("null")
      default: try bytes.skipNumber()
      }
      // Here a value is complete: close what it completes.
      while let object = isObject.last {
        if try bytes.takeComma(orEnd: object ? "}" : "]") {
          if object { try bytes.skipKey() }
          break
        }
        isObject.removeLast()
      }
    } while !isObject.isEmpty
    return true
  }
}

extension SnapshotBytes {
  mutating func skipValue() throws(HeapSnapshotError) {
    var skip = SnapshotSkip()
    _ = try skip.go(&self, until: .max)
  }

  fileprivate mutating func skipKey() throws(HeapSnapshotError) {
    try skipString("a key")
    try take(":")
  }

  fileprivate mutating func skipWord(_ word: StaticString) throws(HeapSnapshotError) {
    for character in "\(word)".utf8 {
      guard let byte = try peek() else { throw .truncated(offset: offset, expected: "“\(word)”") }
      guard byte == character else { throw malformed("“\(word)”", byte) }
      advance()
    }
  }

  fileprivate mutating func skipNumber() throws(HeapSnapshotError) {
    if try peek() == UInt8(ascii: "-") { advance() }
    let first = try next("a digit")
    guard Ascii.isDigit(first) else {
      throw .malformed(offset: offset - 1, expected: "a value", found: Ascii.describe(first))
    }
    if first != Ascii.zero {
      while let byte = try peek(), Ascii.isDigit(byte) { advance() }
    }
    if try peek() == UInt8(ascii: ".") {
      advance()
      try skipDigits()
    }
    if let byte = try peek(), byte == UInt8(ascii: "e") || byte == UInt8(ascii: "E") {
      advance()
      if let sign = try peek(), sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") { advance() }
      try skipDigits()
    }
  }

  /// One digit at least.
  private mutating func skipDigits() throws(HeapSnapshotError) {
    let first = try next("a digit")
    guard Ascii.isDigit(first) else {
      throw .malformed(offset: offset - 1, expected: "a digit", found: Ascii.describe(first))
    }
    while let byte = try peek(), Ascii.isDigit(byte) { advance() }
  }
}
