public import Constraints
public import LanguageModeling
public import Tokenization

extension TokenVocabulary {
  /// The vocabulary of a tokenizer: what its detokenizer writes for each token.
  ///
  /// - Parameters:
  ///   - ends: the tokens that end a sequence.
  ///   - isAtBeginning: whether a token loses the space that it begins with, as at the very beginning of a text where the
  ///     tokenizer has put that space there.
  /// - Complexity: O(*n* log *n*) in the tokens.
  public init(
    _ tokenizer: any Tokenizer, ends: Set<TokenID>, isAtBeginning: Bool = false
  ) {
    var texts: [[UInt8]?] = []
    var spellings: [String: TokenID] = [:]
    for token in 0..<TokenID(clamping: tokenizer.vocabularyCount) {
      var text = tokenizer.bytes(of: token)
      if isAtBeginning, text?.first == UInt8(ascii: " ") { text?.removeFirst() }
      texts.append(text)
      if tokenizer.isSpecial(token), let spelling = tokenizer.piece(of: token) {
        spellings[spelling] = token
      }
    }
    self.init(texts: texts, spellings: spellings, ends: ends)
  }
}

extension Tokenizer {
  /// Whether the token after a prompt loses the space that it begins with.
  func dropsSpace(after prompt: [TokenID]) -> Bool {
    let first = (0..<TokenID(clamping: vocabularyCount)).first { token in
      guard let text = bytes(of: token), text.count > 1, text[0] == UInt8(ascii: " ") else {
        return false
      }
      return text[1] < 0x80 && text[1] != UInt8(ascii: " ")
    }
    guard let first else { return false }
    var detokenizer = IncrementalDetokenizer(tokenizer: self, prompt: prompt)
    return detokenizer.append(first).utf8.first != UInt8(ascii: " ")
  }
}
