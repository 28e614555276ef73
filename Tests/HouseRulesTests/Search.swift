// Finding a name in a file's bytes: `memchr` for its first letter, then a comparison.
//
// The rules look for dozens of names in every file, and string searching takes seconds for that in
// a debug build.

import Glibc

enum Search {
  /// The lines (from 1) on which `name` stands.
  ///
  /// - Parameter wholeWord: what begins with a letter must not continue another word or be the
  ///   member of something, what ends with one must not go on.
  static func lines(of name: String, in text: [UInt8], wholeWord: Bool) -> [Int] {
    let name = Array(name.utf8)
    guard let first = name.first, let last = name.last else { return [] }
    var lines: [Int] = []
    var line = 1
    var counted = 0
    text.withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress else { return }
      var start = 0
      while start < bytes.count,
        let found = memchr(base + start, Int32(first), bytes.count - start)
      {
        let place = UnsafeRawPointer(found) - base
        let end = place + name.count
        start = place + 1
        guard end <= bytes.count, memcmp(base + place, name, name.count) == 0 else { continue }
        if wholeWord {
          if isWord(first), place > 0, isWord(bytes[place - 1]) || bytes[place - 1] == 0x2E {
            continue
          }
          if isWord(last), end < bytes.count, isWord(bytes[end]) { continue }
          if isWord(first), isDeclared(bytes, place) { continue }
        }
        for index in counted..<place where bytes[index] == 0x0A { line += 1 }
        counted = place
        if lines.last != line { lines.append(line) }
      }
    }
    return lines
  }

  /// `func sleep(` declares a method of one's own.
  private static func isDeclared(_ bytes: UnsafeRawBufferPointer, _ place: Int) -> Bool {
    place >= 5 && bytes[(place - 5)..<place].elementsEqual("func ".utf8)
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
      true
    default: byte >= 0x80
    }
  }
}
