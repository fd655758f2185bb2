/// Texts as the reference implementations, all of them written in Python, see them: sequences of Unicode scalars,
/// compared scalar by scalar. (Swift's `String` and `Character` compare by canonical equivalence, which would find
/// matches that the references don't.)
extension StringProtocol {
  /// The scalars of the text.
  var scalars: [Unicode.Scalar] { Array(unicodeScalars) }
}

extension Unicode.Scalar {
  /// Whether Python's `str.split` splits here: Unicode's white space, and the four separators of ASCII.
  var separatesWords: Bool {
    switch value {
    case 0x09...0x0D, 0x1C...0x20, 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F,
      0x205F, 0x3000:
      true
    default: false
    }
  }

  /// Whether it is one of the 32 marks and symbols of ASCII, Python's `string.punctuation`.
  var isASCIIPunctuation: Bool {
    switch value {
    case 0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E: true
    default: false
    }
  }

  /// Whether it is a digit from 0 to 9.
  var isASCIIDigit: Bool { (0x30...0x39).contains(value) }

  /// Whether Python's `\w` matches it: letters, numbers of all kinds, and the underscore. Combining marks are none.
  var isWordPart: Bool {
    if value < 0x80 {
      switch value {
      case 0x30...0x39, 0x41...0x5A, 0x5F, 0x61...0x7A: return true
      default: return false
      }
    }
    switch properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
      .decimalNumber, .letterNumber, .otherNumber:
      return true
    default: return properties.numericType != nil
    }
  }
}

extension RandomAccessCollection<Unicode.Scalar> {
  /// The words between white space, none empty.
  var words: [SubSequence] { split(whereSeparator: \.separatesWords) }
}

extension [Unicode.Scalar] {
  /// The text in lower case, as Python's `str.lower` has it: full mappings, and Σ at the end of a word as ς.
  var lowercased: [Unicode.Scalar] {
    if allSatisfy(\.isASCII) {
      return map { (0x41...0x5A).contains($0.value) ? Unicode.Scalar(UInt8($0.value) + 32) : $0 }
    }
    var result: [Unicode.Scalar] = []
    result.reserveCapacity(count)
    for (index, scalar) in enumerated() {
      if scalar == "\u{3A3}" {
        result.append(isEndOfWord(index) ? "\u{3C2}" : "\u{3C3}")
      } else {
        result.append(contentsOf: scalar.properties.lowercaseMapping.unicodeScalars)
      }
    }
    return result
  }

  /// Whether a cased letter stands before the index and none after it, case-ignorable scalars aside (Unicode's
  /// condition `Final_Sigma`).
  private func isEndOfWord(_ index: Int) -> Bool {
    let before = self[..<index].last { !$0.properties.isCaseIgnorable }
    let after = self[(index + 1)...].first { !$0.properties.isCaseIgnorable }
    return before?.properties.isCased ?? false && !(after?.properties.isCased ?? false)
  }

  /// The text with every occurrence of `target`, found from the left, replaced.
  func replacing(_ target: String, with replacement: String) -> [Unicode.Scalar] {
    let target = target.scalars
    guard let first = target.first, contains(first) else { return self }
    var result: [Unicode.Scalar] = []
    result.reserveCapacity(count)
    var index = 0
    while index < count {
      if self[index] == first, self[index...].starts(with: target) {
        result.append(contentsOf: replacement.unicodeScalars)
        index += target.count
      } else {
        result.append(self[index])
        index += 1
      }
    }
    return result
  }
}
