// What a type looks like to a collector: how long one element is and which of its words hold
// references.
//
// An object is `count` elements in a row, so its pointer map is the element's map repeated. A type
// without references is no-scan: its objects live in spans that no marker ever reads.

/// The place of a type in the table, the same on every node. Zero is reserved: no type, no object.
@frozen @usableFromInline
package struct TypeIndex: RawRepresentable, Hashable, Comparable, Sendable,
  CustomStringConvertible
{
  @usableFromInline package let rawValue: UInt16

  @inlinable package init(rawValue: UInt16) { self.rawValue = rawValue }
  @inlinable package static var none: TypeIndex { TypeIndex(rawValue: 0) }
  @inlinable package static func < (a: TypeIndex, b: TypeIndex) -> Bool { a.rawValue < b.rawValue }
  @usableFromInline package var description: String { "type \(rawValue)" }
}

package enum TypeError: Error, Equatable, CustomStringConvertible {
  case size(name: String, words: Int)
  case referenceWord(name: String, word: Int, words: Int)
  case notAscending(name: String, word: Int)
  case reservedIndex
  case conflict(index: TypeIndex, existing: String, offered: String)
  case tableFull

  package var description: String {
    switch self {
    case .size(let name, let words):
      "type \(name): \(words) words; an element has 1 to \(TypeDescription.maximumWords)"
    case .referenceWord(let name, let word, let words):
      "type \(name): reference word \(word) lies outside its \(words) words"
    case .notAscending(let name, let word):
      "type \(name): reference word \(word) does not follow in ascending order"
    case .reservedIndex: "type index 0 is reserved for free slots; define types from 1 on"
    case .conflict(let index, let existing, let offered):
      "\(index) is \(existing) already and cannot become \(offered); types are append-only"
    case .tableFull: "the type table is full (65535 types)"
    }
  }
}

package struct TypeDescription: Hashable, Sendable {
  package let name: String
  /// Words of 8 bytes in one element.
  package let words: Int
  /// Ascending word offsets that hold references; empty means no-scan.
  package let referenceWords: [Int]

  package static let maximumWords = 1 << 24

  package init(name: String, words: Int, referenceWords: [Int]) throws(TypeError) {
    guard words >= 1, words <= Self.maximumWords else {
      throw .size(name: name, words: words)
    }
    var previous = -1
    for word in referenceWords {
      guard word >= 0, word < words else {
        throw .referenceWord(name: name, word: word, words: words)
      }
      guard word > previous else { throw .notAscending(name: name, word: word) }
      previous = word
    }
    self.name = name
    self.words = words
    self.referenceWords = referenceWords
  }

  package var isNoscan: Bool { referenceWords.isEmpty }
}
