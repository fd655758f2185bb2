/// Where in a text its answer stands.
public enum AnswerExtraction: String, Hashable, Sendable, CaseIterable {
  /// The last number, as is usual for problems of arithmetic; for a text without one, the whole text.
  case number
  /// The whole text.
  case text

  /// The answer in `text`, normalised: a number in digits with neither separators of thousands, nor needless zeros or
  /// signs; a text in lower case, with single spaces between its words. `nil` where a text has no words.
  ///
  /// A number is a run of digits 0 to 9, in groups of three separated by commas or not, with a point and more digits
  /// or not; or a point and digits after white space. A minus sign (- or −) belongs to it unless a letter, a digit or
  /// a closing bracket stands before that. So `1/2` holds 1 and 2, and `10%` holds 10.
  ///
  /// - Complexity: O(*n*).
  public func answer(in text: String) -> String? {
    if self == .number, let number = NumberReader.lastNumber(in: Array(text.unicodeScalars)) {
      return number
    }
    let words = text.lowercased().unicodeScalars.split(whereSeparator: \.properties.isWhitespace)
    return words.isEmpty ? nil : words.map { String($0) }.joined(separator: " ")
  }
}

/// Finds numbers in a text.
private struct NumberReader {
  private let text: [Unicode.Scalar]
  private var place = 0

  static func lastNumber(in text: [Unicode.Scalar]) -> String? {
    var reader = NumberReader(text: text)
    var last: String?
    while let number = reader.next() { last = number }
    return last
  }

  private init(text: [Unicode.Scalar]) { self.text = text }

  /// The next number, in its normal form.
  private mutating func next() -> String? {
    while place < text.count, !isDigit(place), !isLeadingPoint(place) { place += 1 }
    guard place < text.count else { return nil }
    let isNegative = hasMinus(before: place)
    var whole = digits()
    if (1...3).contains(whole.count) {
      while isScalar(",", place), (1...3).allSatisfy({ isDigit(place + $0) }), !isDigit(place + 4) {
        place += 1
        whole += digits()
      }
    }
    var fraction: [Unicode.Scalar] = []
    if isScalar(".", place), isDigit(place + 1) {
      place += 1
      fraction = digits()
    }
    while fraction.last == "0" { fraction.removeLast() }
    whole = Array(whole.drop { $0 == "0" })
    if whole.isEmpty && fraction.isEmpty { return "0" }
    var number = String.UnicodeScalarView(isNegative ? ["-"] : [])
    number += whole.isEmpty ? ["0"] : whole
    if !fraction.isEmpty { number += ["."] + fraction }
    return String(number)
  }

  private mutating func digits() -> [Unicode.Scalar] {
    let start = place
    while isDigit(place) { place += 1 }
    return Array(text[start..<place])
  }

  private func isDigit(_ index: Int) -> Bool {
    text.indices.contains(index) && (0x30...0x39).contains(text[index].value)
  }

  private func isScalar(_ scalar: Unicode.Scalar, _ index: Int) -> Bool {
    text.indices.contains(index) && text[index] == scalar
  }

  /// Whether a point and a digit stand at the beginning of a word, or after its minus sign.
  private func isLeadingPoint(_ index: Int) -> Bool {
    guard isScalar(".", index), isDigit(index + 1) else { return false }
    return index == 0 || text[index - 1].properties.isWhitespace || hasMinus(before: index)
  }

  private func hasMinus(before index: Int) -> Bool {
    guard isScalar("-", index - 1) || isScalar("\u{2212}", index - 1) else { return false }
    guard index > 1 else { return true }
    let before = text[index - 2]
    return !before.properties.isAlphabetic && !isDigit(index - 2) && before != ")" && before != "]"
  }
}
