/// A set of Unicode's general categories, as `\p{…}` names them.
struct GeneralCategories: OptionSet, Hashable, Sendable {
  let rawValue: UInt32

  init(rawValue: UInt32) { self.rawValue = rawValue }

  private init(_ categories: Unicode.GeneralCategory...) {
    rawValue = categories.reduce(0) { $0 | Self.bit($1) }
  }

  static let letter = GeneralCategories(
    .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter)
  static let mark = GeneralCategories(.nonspacingMark, .spacingMark, .enclosingMark)
  static let number = GeneralCategories(.decimalNumber, .letterNumber, .otherNumber)
  static let punctuation = GeneralCategories(
    .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation,
    .initialPunctuation, .finalPunctuation, .otherPunctuation)
  static let symbol = GeneralCategories(
    .mathSymbol, .currencySymbol, .modifierSymbol, .otherSymbol)
  static let separator = GeneralCategories(.spaceSeparator, .lineSeparator, .paragraphSeparator)
  static let other = GeneralCategories(.control, .format, .surrogate, .privateUse, .unassigned)
  static let decimalNumber = GeneralCategories(.decimalNumber)
  static let nonspacingMark = GeneralCategories(.nonspacingMark)

  /// The categories that a name such as `L`, `Lu` or `Punctuation` stands for, `nil` for any other name.
  init?(name: String) {
    guard let found = Self.names[name.lowercased().filter { $0 != "_" && $0 != " " }] else {
      return nil
    }
    self = found
  }

  private static let names: [String: GeneralCategories] = [
    "l": .letter, "letter": .letter, "m": .mark, "mark": .mark, "n": .number, "number": .number,
    "p": .punctuation, "punctuation": .punctuation, "s": .symbol, "symbol": .symbol,
    "z": .separator, "separator": .separator, "c": .other, "other": .other,
    "lu": GeneralCategories(.uppercaseLetter), "ll": GeneralCategories(.lowercaseLetter),
    "lt": GeneralCategories(.titlecaseLetter), "lm": GeneralCategories(.modifierLetter),
    "lo": GeneralCategories(.otherLetter), "mn": .nonspacingMark,
    "mc": GeneralCategories(.spacingMark), "me": GeneralCategories(.enclosingMark),
    "nd": .decimalNumber, "nl": GeneralCategories(.letterNumber),
    "no": GeneralCategories(.otherNumber), "pc": GeneralCategories(.connectorPunctuation),
    "pd": GeneralCategories(.dashPunctuation), "ps": GeneralCategories(.openPunctuation),
    "pe": GeneralCategories(.closePunctuation), "pi": GeneralCategories(.initialPunctuation),
    "pf": GeneralCategories(.finalPunctuation), "po": GeneralCategories(.otherPunctuation),
    "sm": GeneralCategories(.mathSymbol), "sc": GeneralCategories(.currencySymbol),
    "sk": GeneralCategories(.modifierSymbol), "so": GeneralCategories(.otherSymbol),
    "zs": GeneralCategories(.spaceSeparator), "zl": GeneralCategories(.lineSeparator),
    "zp": GeneralCategories(.paragraphSeparator), "cc": GeneralCategories(.control),
    "cf": GeneralCategories(.format), "co": GeneralCategories(.privateUse),
    "cn": GeneralCategories(.unassigned),
  ]

  func contains(_ scalar: Unicode.Scalar) -> Bool {
    rawValue & Self.bit(scalar.properties.generalCategory) != 0
  }

  private static func bit(_ category: Unicode.GeneralCategory) -> UInt32 {
    let number: UInt32 =
      switch category {
      case .uppercaseLetter: 0
      case .lowercaseLetter: 1
      case .titlecaseLetter: 2
      case .modifierLetter: 3
      case .otherLetter: 4
      case .nonspacingMark: 5
      case .spacingMark: 6
      case .enclosingMark: 7
      case .decimalNumber: 8
      case .letterNumber: 9
      case .otherNumber: 10
      case .connectorPunctuation: 11
      case .dashPunctuation: 12
      case .openPunctuation: 13
      case .closePunctuation: 14
      case .initialPunctuation: 15
      case .finalPunctuation: 16
      case .otherPunctuation: 17
      case .mathSymbol: 18
      case .currencySymbol: 19
      case .modifierSymbol: 20
      case .otherSymbol: 21
      case .spaceSeparator: 22
      case .lineSeparator: 23
      case .paragraphSeparator: 24
      case .control: 25
      case .format: 26
      case .surrogate: 27
      case .privateUse: 28
      case .unassigned: 29
      @unknown default: 30
      }
    return 1 << number
  }
}
