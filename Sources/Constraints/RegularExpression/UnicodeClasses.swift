/// Unicode's classes, from the standard library's tables.
enum UnicodeClasses {
  static let digits = ScalarSet(["0"..."9"])
  static let word = ScalarSet(["0"..."9", "A"..."Z", "a"..."z", "_"..."_"])
  static let newline = ScalarSet(Unicode.Scalar(0x0A))
  /// RE2's `\s`.
  static let asciiSpace = ScalarSet(scalarsOf: "\t\n\u{0C}\r ")
  /// ECMA-262's WhiteSpace and LineTerminator: the general category Zs among them, listed here since the table of
  /// categories takes a tenth of a second to make.
  static let ecmaSpace = ScalarSet(
    scalarsOf: "\t\n\u{0B}\u{0C}\r \u{A0}\u{1680}\u{202F}\u{205F}\u{3000}\u{FEFF}\u{2028}\u{2029}"
  ).union(ScalarSet([0x2000...0x200A]))
  /// ECMA-262's LineTerminator.
  static let ecmaLineEnds = ScalarSet(scalarsOf: "\n\r\u{2028}\u{2029}")

  /// The class that `\p{name}` names: a general category by its short or long name, or a group of them; `nil` where the
  /// standard library has no table of it (scripts, blocks).
  static func named(_ name: String) -> ScalarSet? {
    switch name {
    case "Any": return .all
    case "ASCII": return ScalarSet([0...0x7F])
    case "Assigned": return categories["Cn"]?.complement
    default: break
    }
    let short = longNames[name] ?? name
    if short == "LC" { return union(of: ["Lu", "Ll", "Lt"]) }
    if short.count == 1 {
      let members = categories.keys.filter { $0.hasPrefix(short) }
      return members.isEmpty ? nil : union(of: members)
    }
    return categories[short]
  }

  /// POSIX's class of a name such as `alpha`, ASCII alone.
  static func posix(_ name: String) -> ScalarSet? {
    switch name {
    case "alnum": ScalarSet(["0"..."9", "A"..."Z", "a"..."z"])
    case "alpha": ScalarSet(["A"..."Z", "a"..."z"])
    case "ascii": ScalarSet([0...0x7F])
    case "blank": ScalarSet(scalarsOf: "\t ")
    case "cntrl": ScalarSet([0...0x1F, 0x7F...0x7F])
    case "digit": digits
    case "graph": ScalarSet(["!"..."~"])
    case "lower": ScalarSet(["a"..."z"])
    case "print": ScalarSet([" "..."~"])
    case "punct": ScalarSet(["!"..."/", ":"..."@", "["..."`", "{"..."~"])
    case "space": ScalarSet(scalarsOf: "\t\n\u{0B}\u{0C}\r ")
    case "upper": ScalarSet(["A"..."Z"])
    case "word": word
    case "xdigit": ScalarSet(["0"..."9", "A"..."F", "a"..."f"])
    default: nil
    }
  }

  /// The set with all scalars that differ from one of its own in case alone, by simple folding.
  static func foldingCase(of set: ScalarSet) -> ScalarSet {
    var more: [ClosedRange<UInt32>] = []
    for orbit in caseOrbits where orbit.contains(where: set.contains) {
      more += orbit.map { $0...$0 }
    }
    return more.isEmpty ? set : set.union(ScalarSet(more))
  }

  private static func union(of names: some Sequence<String>) -> ScalarSet {
    ScalarSet(names.flatMap { categories[$0]?.ranges ?? [] })
  }

  /// The scalars of each general category, by its short name. Read once, in some 100 ms.
  private static let categories: [String: ScalarSet] = {
    var ranges: [Unicode.GeneralCategory: [ClosedRange<UInt32>]] = [:]
    var current: (category: Unicode.GeneralCategory, first: UInt32)?
    for value in 0...ScalarSet.lastScalar + 1 {
      let category = Unicode.Scalar(value)?.properties.generalCategory
      if category == current?.category { continue }
      if let current { ranges[current.category, default: []].append(current.first...value - 1) }
      current = category.map { ($0, value) }
    }
    var result: [String: ScalarSet] = [:]
    for (category, ranges) in ranges { result[shortName(of: category)] = ScalarSet(ranges) }
    return result
  }()

  /// Scalars that fold to one another, each list with at least two.
  private static let caseOrbits: [[UInt32]] = {
    var orbits: [Unicode.Scalar: [UInt32]] = [:]
    // Cased scalars end long before this; Turkish dotted and dotless i fold with nothing.
    for value in 0...(0x1E943 as UInt32) where value != 0x130 && value != 0x131 {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let upper = single(scalar.properties.uppercaseMapping) ?? scalar
      let folded = single(upper.properties.lowercaseMapping) ?? upper
      if folded != scalar || upper != scalar { orbits[folded, default: []].append(value) }
    }
    for (folded, _) in orbits where orbits[folded]?.contains(folded.value) == false {
      orbits[folded]?.append(folded.value)
    }
    return orbits.values.filter { $0.count > 1 }
  }()

  private static func single(_ text: String) -> Unicode.Scalar? {
    text.unicodeScalars.count == 1 ? text.unicodeScalars.first : nil
  }

  private static func shortName(of category: Unicode.GeneralCategory) -> String {
    switch category {
    case .uppercaseLetter: "Lu"
    case .lowercaseLetter: "Ll"
    case .titlecaseLetter: "Lt"
    case .modifierLetter: "Lm"
    case .otherLetter: "Lo"
    case .nonspacingMark: "Mn"
    case .spacingMark: "Mc"
    case .enclosingMark: "Me"
    case .decimalNumber: "Nd"
    case .letterNumber: "Nl"
    case .otherNumber: "No"
    case .connectorPunctuation: "Pc"
    case .dashPunctuation: "Pd"
    case .openPunctuation: "Ps"
    case .closePunctuation: "Pe"
    case .initialPunctuation: "Pi"
    case .finalPunctuation: "Pf"
    case .otherPunctuation: "Po"
    case .mathSymbol: "Sm"
    case .currencySymbol: "Sc"
    case .modifierSymbol: "Sk"
    case .otherSymbol: "So"
    case .spaceSeparator: "Zs"
    case .lineSeparator: "Zl"
    case .paragraphSeparator: "Zp"
    case .control: "Cc"
    case .format: "Cf"
    case .surrogate: "Cs"
    case .privateUse: "Co"
    case .unassigned: "Cn"
    @unknown default: "Cn"
    }
  }

  private static let longNames: [String: String] = [
    "Letter": "L", "Cased_Letter": "LC", "Uppercase_Letter": "Lu", "Lowercase_Letter": "Ll",
    "Titlecase_Letter": "Lt", "Modifier_Letter": "Lm", "Other_Letter": "Lo", "Mark": "M",
    "Combining_Mark": "M", "Nonspacing_Mark": "Mn", "Spacing_Mark": "Mc", "Enclosing_Mark": "Me",
    "Number": "N", "Decimal_Number": "Nd", "digit": "Nd", "Letter_Number": "Nl",
    "Other_Number": "No", "Punctuation": "P", "punct": "P", "Connector_Punctuation": "Pc",
    "Dash_Punctuation": "Pd", "Open_Punctuation": "Ps", "Close_Punctuation": "Pe",
    "Initial_Punctuation": "Pi", "Final_Punctuation": "Pf", "Other_Punctuation": "Po",
    "Symbol": "S", "Math_Symbol": "Sm", "Currency_Symbol": "Sc", "Modifier_Symbol": "Sk",
    "Other_Symbol": "So", "Separator": "Z", "Space_Separator": "Zs", "Line_Separator": "Zl",
    "Paragraph_Separator": "Zp", "Other": "C", "Control": "Cc", "cntrl": "Cc", "Format": "Cf",
    "Private_Use": "Co", "Unassigned": "Cn",
  ]
}

extension ScalarSet {
  /// The scalars between pairs of ASCII characters.
  fileprivate init(_ ranges: [ClosedRange<Unicode.Scalar>]) {
    self.init(ranges.map { $0.lowerBound.value...$0.upperBound.value })
  }
}
