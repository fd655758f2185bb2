/// What is done to a stretch of text before it is cut: the normalizers of `tokenizer.json`, in order.
struct Normalizer: Hashable, Sendable {
  var steps: [Step] = []

  /// One normalizer.
  enum Step: Hashable, Sendable {
    case form(UnicodeNormalizationForm)
    /// Each scalar in lower case by itself (`Σ` is always `σ`).
    case lowercase
    /// Whitespace at the ends vanishes.
    case strip(left: Bool, right: Bool)
    /// Combining marks vanish.
    case stripAccents
    case replace(TextPattern, by: [UInt8])
    /// Put before a text that is not empty.
    case prepend([UInt8])
    case precompiled(NormalizationRules)
  }

  /// How many times as long a text may become. Compatibility forms make up to 11 bytes of one; steps that double a
  /// text again and again are refused.
  private static let greatestGrowth = 64
  /// The longest text that one step puts in; those in use have a few bytes.
  static let longestContent = 1024

  /// Whether texts stay as they are.
  var isIdentity: Bool { steps.isEmpty }

  /// A normalised text.
  struct Result {
    var text: [UInt8]
    /// Whether the text still begins with what the original began with. A character that was cut off at the front, or
    /// several that became one, take the beginning with them: that is how the reference counts.
    var keepsBeginning = true
  }

  /// The normalised form of valid UTF-8.
  func normalized(_ text: ArraySlice<UInt8>) throws(WorkLimit) -> Result {
    var result = Result(text: Array(text))
    let longest = Self.greatestGrowth * (text.count + 1024)
    for step in steps {
      switch step {
      case .form(let form): result.text = form.applied(to: result.text[...])
      case .lowercase: result.text = Self.lowercased(result.text)
      case .strip(let left, let right): result.strip(left, right)
      case .stripAccents: result.removeMarks()
      case .replace(let pattern, let content): try result.replace(pattern, by: content)
      case .prepend(let prefix): if !result.text.isEmpty { result.text = prefix + result.text }
      case .precompiled(let rules): result.text = rules.applied(to: result.text)
      }
      guard result.text.count <= longest else { throw .growth }
    }
    return result
  }

  private static func lowercased(_ text: [UInt8]) -> [UInt8] {
    var result = ""
    for scalar in String(decoding: text, as: UTF8.self).unicodeScalars {
      result += scalar.properties.lowercaseMapping
    }
    return Array(result.utf8)
  }

}

extension Normalizer.Result {
  fileprivate mutating func strip(_ left: Bool, _ right: Bool) {
    var scalars = String(decoding: text, as: UTF8.self).unicodeScalars[...]
    while left, scalars.first?.properties.isWhitespace == true {
      scalars.removeFirst()
      keepsBeginning = false
    }
    while right, scalars.last?.properties.isWhitespace == true { scalars.removeLast() }
    text = Array(String(scalars).utf8)
  }

  fileprivate mutating func removeMarks() {
    let scalars = String(decoding: text, as: UTF8.self).unicodeScalars
    if let first = scalars.first, GeneralCategories.mark.contains(first) { keepsBeginning = false }
    let rest = scalars.filter { !GeneralCategories.mark.contains($0) }
    text = Array(String(String.UnicodeScalarView(rest)).utf8)
  }

  fileprivate mutating func replace(
    _ pattern: TextPattern, by content: [UInt8]
  ) throws(WorkLimit) {
    var first: Range<Int>?
    try pattern.forEachMatch(in: text, range: 0..<text.count) { if first == nil { first = $0 } }
    guard let first else { return }
    if first.lowerBound == 0, !first.isEmpty,
      content.isEmpty || first.count > UTF8Scalars.length(of: text[0])
    {
      keepsBeginning = false
    }
    text = try pattern.replacing(in: text, by: content)
  }
}
