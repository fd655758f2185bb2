import LanguageModeling

/// Cuts text at added tokens, as `AddedVocabulary::find_matches` of Hugging Face's tokenizers 0.21 does, or llama.cpp.
struct AddedTokenSplitter: Sendable {
  /// A stretch of text, or the added token that was found there.
  enum Part: Sendable {
    case text(Range<Int>)
    case token(TokenID)
  }

  private var matcher: SpecialTokenMatcher
  private var tokens: [AddedToken] = []

  init(priority: SpecialTokenMatcher.Priority = .leftmost) {
    matcher = SpecialTokenMatcher(priority: priority)
  }

  var isEmpty: Bool { tokens.isEmpty }

  mutating func insert(_ token: AddedToken) {
    matcher.insert(token.content, token: TokenID(tokens.count))
    tokens.append(token)
  }

  /// The parts of `text[range]`, in order; stretches of text are not empty.
  ///
  /// Where the leftmost token counts, a special one that is not parsed is passed over whole: no other token is found
  /// within it.
  func parts(of text: [UInt8], in range: Range<Int>, parsingSpecialTokens: Bool) -> [Part] {
    var parts: [Part] = []
    var start = range.lowerBound
    let matches = matcher.matches(in: text, range: range) {
      parsingSpecialTokens || !tokens[Int($0)].isSpecial
    }
    for match in matches {
      let token = tokens[Int(match.token)]
      if token.isSpecial, !parsingSpecialTokens { continue }
      var (begin, end) = (match.range.lowerBound, match.range.upperBound)
      if token.isSingleWord {
        if begin > range.lowerBound, Self.isWord(Self.scalar(before: begin, in: text)) { continue }
        if end < range.upperBound, Self.isWord(UTF8Scalars.scalar(at: end, in: text).scalar) {
          continue
        }
      }
      if token.stripsLeft {
        while begin > start {
          let scalar = Self.scalar(before: begin, in: text)
          guard scalar.properties.isWhitespace else { break }
          begin -= UTF8.width(scalar)
        }
      }
      if token.stripsRight {
        end = ScalarClass.space.runEnd(from: end, to: range.upperBound, in: text)
      }
      if start < begin { parts.append(.text(start..<begin)) }
      parts.append(.token(token.id))
      start = end
    }
    if start < range.upperBound { parts.append(.text(start..<range.upperBound)) }
    return parts
  }

  private static func scalar(before index: Int, in text: [UInt8]) -> Unicode.Scalar {
    let start = UTF8Scalars.start(before: index, in: text)
    return UTF8Scalars.scalar(at: start, in: text).scalar
  }

  private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
    ScalarSet.wordOrJoiner.contains(scalar)
  }
}
