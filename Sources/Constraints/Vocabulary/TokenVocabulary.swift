public import LanguageModeling

/// The texts of a vocabulary's tokens, as a tree of their bytes.
///
/// ```swift
/// let vocabulary = TokenVocabulary(texts: [Array("a".utf8), Array("ab".utf8), nil], spellings: ["</s>": 2])
/// ```
///
/// What counts is the bytes that a token adds to a text, as the detokenizer writes them, and never the vocabulary's own
/// spelling of it (`Ġthe`, `<0x0A>`). Built once for a tokenizer, immutable, and shared by its copies.
public struct TokenVocabulary: Sendable {
  /// The bytes of each token; a token without any is never allowed by a rule over text.
  let texts: [[UInt8]]
  /// The ids of tokens that have no text of their own, by how they are spelled.
  let spellings: [String: TokenID]
  /// The tokens that end a sequence. No rule but one that names them allows them: whether a text may end is
  /// ``TokenMatcher/isComplete``.
  let ends: Set<TokenID>
  let short: TokenTrie
  let long: TokenTrie
  let shortIndex: ByteIndex
  let longIndex: ByteIndex

  /// Tokens up to so many bytes are in the first tree. Few are longer; see ``TokenLanguage``.
  static let shortLength = 16

  /// A vocabulary.
  ///
  /// - Parameters:
  ///   - texts: by id, the bytes that a token adds to a text; `nil` for special and unused tokens.
  ///   - spellings: the ids of special tokens by their spelling, for token terminals of grammars.
  ///   - ends: the tokens that end a sequence.
  /// - Complexity: O(*n* log *n*) in the tokens.
  public init(
    texts: [[UInt8]?], spellings: [String: TokenID] = [:], ends: Set<TokenID> = []
  ) {
    self.texts = texts.enumerated().map { id, text in
      ends.contains(TokenID(id)) ? [] : text ?? []
    }
    self.spellings = spellings
    self.ends = ends
    short = TokenTrie(self.texts) { $0.count <= Self.shortLength }
    long = TokenTrie(self.texts) { $0.count > Self.shortLength }
    shortIndex = ByteIndex(short, texts: self.texts)
    longIndex = ByteIndex(long, texts: self.texts)
  }

  /// The number of ids.
  public var count: Int { texts.count }

  /// The token that a grammar's terminal names.
  func token(_ name: TokenSet.Name) -> TokenID? {
    switch name {
    case .id(let id): return id >= 0 && id < count ? id : nil
    case .text(let text):
      if let id = spellings[text] { return id }
      let bytes = Array(text.utf8)
      return texts.firstIndex(of: bytes).map { TokenID($0) }
    }
  }
}
