import LanguageModeling

/// Lists of numbers as users write them: joined by commas.
enum NumberList {
  /// The token ids of `text`.
  static func tokens(_ text: String, flag: String) throws(CommandFailure) -> [TokenID] {
    try parse(text) { TokenID($0).flatMap { $0 >= 0 ? $0 : nil } }
      .orThrow("\(flag): “\(text)” is not a list of token ids; write them like 1,403,407")
  }

  /// The counts of `text`, each in `range`.
  static func counts(
    _ text: String, in range: ClosedRange<Int>, flag: String
  ) throws(CommandFailure) -> [Int] {
    try parse(text) { Int($0).flatMap { range.contains($0) ? $0 : nil } }
      .orThrow(
        "\(flag): “\(text)” is not a list of whole numbers from \(range.lowerBound) to "
          + "\(range.upperBound); write them like 1,16")
  }

  private static func parse<Number>(_ text: String, _ number: (String) -> Number?) -> [Number]? {
    var numbers: [Number] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let trimmed = part.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()
      guard let value = number(String(trimmed)) else { return nil }
      numbers.append(value)
    }
    return numbers
  }
}

extension Optional {
  /// The value, or a complaint about the arguments.
  fileprivate func orThrow(_ message: String) throws(CommandFailure) -> Wrapped {
    guard let self else { throw .usage(message) }
    return self
  }
}
