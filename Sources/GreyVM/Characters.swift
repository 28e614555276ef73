// What Unicode says of a character, for package `unicode`.

enum Characters {
  /// The general category, by the numbers that package `unicode` has for them.
  static func kind(_ rune: Int) -> Int {
    guard let scalar = UInt32(exactly: rune).flatMap(Unicode.Scalar.init) else { return 0 }
    return switch scalar.properties.generalCategory {
    case .uppercaseLetter: 1
    case .lowercaseLetter: 2
    case .titlecaseLetter: 3
    case .modifierLetter: 4
    case .otherLetter: 5
    case .nonspacingMark: 6
    case .spacingMark: 7
    case .enclosingMark: 8
    case .decimalNumber: 9
    case .letterNumber: 10
    case .otherNumber: 11
    case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation,
      .initialPunctuation, .finalPunctuation, .otherPunctuation:
      12
    case .mathSymbol, .currencySymbol, .modifierSymbol, .otherSymbol: 13
    case .spaceSeparator: 14
    case .lineSeparator, .paragraphSeparator: 15
    case .control: 16
    default: 0
    }
  }

  /// To upper case (0), lower case (1), title case (2); a character that has no single counterpart
  /// stays as it is.
  static func mapped(_ rune: Int, _ form: Int) -> Int {
    guard let scalar = UInt32(exactly: rune).flatMap(Unicode.Scalar.init) else { return rune }
    let properties = scalar.properties
    let text =
      form == 0
      ? properties.uppercaseMapping
      : form == 1 ? properties.lowercaseMapping : properties.titlecaseMapping
    let scalars = text.unicodeScalars
    guard let first = scalars.first, scalars.count == 1 else { return rune }
    return Int(first.value)
  }
}
