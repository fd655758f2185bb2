/// How BLEU splits a text into words. Scores under different tokenizations can't be compared.
///
///     BLEUTokenization.thirteenA.words(of: "It costs 1,50.")  // It, costs, 1,50, .
public enum BLEUTokenization: String, Hashable, Sendable, CaseIterable {
  /// At white space alone: for text that is tokenized already.
  case none
  /// `mteval-v13a.pl`'s, the default of WMT and of sacrebleu: ASCII punctuation apart from words, points and commas
  /// inside numbers kept. For languages that put spaces between words.
  case thirteenA = "13a"
  /// `mteval-v14.pl --international-tokenization`: all of Unicode's punctuation and symbols apart from words.
  case international = "intl"

  /// The words of `text`.
  public func words(of text: String) -> [String] {
    words(of: text.scalars).map { word in
      word.reduce(into: "") { $0.unicodeScalars.append($1) }
    }
  }

  /// The words of a text as slices of what it is tokenized into.
  func words(of text: [Unicode.Scalar]) -> [ArraySlice<Unicode.Scalar>] {
    // sacrebleu takes line ends off first; they would else join words through “-\n”.
    let end = text.lastIndex { !$0.separatesWords }.map { $0 + 1 } ?? 0
    let line = Array(text[..<end])
    return switch self {
    case .none: line.words
    case .thirteenA: Self.separatedASCII(line).words
    case .international: Self.separatedUnicode(line).words
    }
  }

  // Each pass below is one regular expression of the reference, applied from the left to what doesn't overlap.

  private static func separatedASCII(_ line: [Unicode.Scalar]) -> [Unicode.Scalar] {
    var line = line.replacing("<skipped>", with: "").replacing("-\n", with: "")
      .replacing("\n", with: " ")
      .replacing("&quot;", with: "\"").replacing("&amp;", with: "&")
      .replacing("&lt;", with: "<").replacing("&gt;", with: ">")
    line.insert(" ", at: 0)
    line.append(" ")
    line = separatingEach(line) { $0.isASCIIPunctuation && !"'-.,".unicodeScalars.contains($0) }
    line = separatingPairs(line, { !$0.isASCIIDigit }, \.isPointOrComma) { [$0, " ", $1, " "] }
    line = separatingPairs(line, \.isPointOrComma, { !$0.isASCIIDigit }) { [" ", $0, " ", $1] }
    return separatingPairs(line, \.isASCIIDigit, { $0 == "-" }) { [$0, " ", $1, " "] }
  }

  private static func separatedUnicode(_ line: [Unicode.Scalar]) -> [Unicode.Scalar] {
    var line = line
    line = separatingPairs(line, { !$0.isNumber }, \.isPunctuation) { [$0, " ", $1, " "] }
    line = separatingPairs(line, \.isPunctuation, { !$0.isNumber }) { [" ", $0, " ", $1] }
    return separatingEach(line, \.isSymbol)
  }

  /// Puts spaces around each scalar that is one of the marks.
  private static func separatingEach(
    _ line: [Unicode.Scalar], _ isMark: (Unicode.Scalar) -> Bool
  ) -> [Unicode.Scalar] {
    var result: [Unicode.Scalar] = []
    result.reserveCapacity(line.count)
    for scalar in line {
      if isMark(scalar) {
        result.append(contentsOf: [" ", scalar, " "])
      } else {
        result.append(scalar)
      }
    }
    return result
  }

  /// Replaces each pair of neighbours that satisfy the two conditions.
  private static func separatingPairs(
    _ line: [Unicode.Scalar], _ isFirst: (Unicode.Scalar) -> Bool,
    _ isSecond: (Unicode.Scalar) -> Bool,
    _ replacement: (Unicode.Scalar, Unicode.Scalar) -> [Unicode.Scalar]
  ) -> [Unicode.Scalar] {
    var result: [Unicode.Scalar] = []
    result.reserveCapacity(line.count)
    var index = 0
    while index < line.count {
      if index + 1 < line.count, isFirst(line[index]), isSecond(line[index + 1]) {
        result.append(contentsOf: replacement(line[index], line[index + 1]))
        index += 2
      } else {
        result.append(line[index])
        index += 1
      }
    }
    return result
  }
}

extension Unicode.Scalar {
  fileprivate var isPointOrComma: Bool { self == "." || self == "," }

  fileprivate var isNumber: Bool {
    switch properties.generalCategory {
    case .decimalNumber, .letterNumber, .otherNumber: true
    default: false
    }
  }

  fileprivate var isPunctuation: Bool {
    switch properties.generalCategory {
    case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation,
      .initialPunctuation, .finalPunctuation, .otherPunctuation:
      true
    default: false
    }
  }

  fileprivate var isSymbol: Bool {
    switch properties.generalCategory {
    case .mathSymbol, .currencySymbol, .modifierSymbol, .otherSymbol: true
    default: false
    }
  }
}
