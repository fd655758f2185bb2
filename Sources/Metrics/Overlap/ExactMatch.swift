/// Whether a text equals a reference, scalar by scalar, after the normalisations of Hugging Face's `evaluate`
/// (`exact_match`, version 0.4.6).
///
///     ExactMatch().score(hypothesis: "Paris", references: ["paris"])  // 0
///     ExactMatch(ignoresCase: true).score(hypothesis: "Paris", references: ["paris"])  // 1
public struct ExactMatch: Hashable, Sendable {
  /// Texts that are taken out first, one after the other, everywhere. (`evaluate` takes regular expressions here.)
  public var removedTexts: [String]
  /// Whether case is ignored.
  public var ignoresCase: Bool
  /// Whether the 32 marks and symbols of ASCII are left out.
  public var ignoresPunctuation: Bool
  /// Whether the digits 0 to 9 are left out.
  public var ignoresNumbers: Bool
  /// Whether white space at both ends is left out. (`evaluate` keeps it.)
  public var trimsWhitespace: Bool

  /// No normalisation by default, as in `evaluate`.
  public init(
    removedTexts: [String] = [], ignoresCase: Bool = false, ignoresPunctuation: Bool = false,
    ignoresNumbers: Bool = false, trimsWhitespace: Bool = false
  ) {
    self.removedTexts = removedTexts
    self.ignoresCase = ignoresCase
    self.ignoresPunctuation = ignoresPunctuation
    self.ignoresNumbers = ignoresNumbers
    self.trimsWhitespace = trimsWhitespace
  }

  /// 1 if the text equals any of the references, else 0.
  public func score(hypothesis: String, references: [String]) -> Double {
    let hypothesis = normalized(hypothesis)
    return references.contains { normalized($0) == hypothesis } ? 1 : 0
  }

  private func normalized(_ text: String) -> [Unicode.Scalar] {
    var text = text.scalars
    for removed in removedTexts { text = text.replacing(removed, with: "") }
    if ignoresCase { text = text.lowercased }
    if ignoresPunctuation { text.removeAll(where: \.isASCIIPunctuation) }
    if ignoresNumbers { text.removeAll(where: \.isASCIIDigit) }
    if trimsWhitespace {
      text = Array(text.drop(while: \.separatesWords))
      while text.last?.separatesWords ?? false { text.removeLast() }
    }
    return text
  }
}

extension ExactMatch: Utility {
  /// The normalised text.
  public struct Profile: Hashable, Sendable {
    fileprivate var text: [Unicode.Scalar]
  }

  /// Each text normalised.
  public func profiles(of texts: [String]) -> [Profile] {
    texts.map { Profile(text: normalized($0)) }
  }

  /// 1 if both are equal, else 0.
  public func utility(of hypothesis: Profile, reference: Profile) -> Double {
    hypothesis == reference ? 1 : 0
  }
}
