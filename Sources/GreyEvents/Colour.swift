// Colour on a terminal: the eight that every palette has, so that light and dark both work.

package enum Colour: String, Sendable, CaseIterable {
  case bold = "1"
  case dim = "2"
  case red = "31"
  case green = "32"
  case yellow = "33"
  case blue = "34"
  case magenta = "35"
  case cyan = "36"

  package func wrap(_ text: String) -> String {
    text.isEmpty ? text : "\u{1B}[\(rawValue)m\(text)\u{1B}[0m"
  }

  /// The text without any escape sequence, as wide as it looks.
  package static func stripped(_ text: String) -> String {
    var out = ""
    var inside = false
    for character in text {
      if character == "\u{1B}" { inside = true }
      if !inside { out.append(character) }
      if inside, character.isLetter { inside = false }
    }
    return out
  }
}
