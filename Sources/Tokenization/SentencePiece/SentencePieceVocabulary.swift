public import LanguageModeling

/// A SentencePiece vocabulary as plain arrays, such as a GGUF file holds it (`tokenizer.ggml.model` = `llama` or `t5`).
public struct SentencePieceVocabulary: Hashable, Sendable {
  /// How text is cut into pieces.
  public enum Segmentation: Int, Hashable, Sendable {
    /// The most probable pieces; a piece's score is its log-probability.
    case unigram = 1
    /// Neighbours are merged, best score first, leftmost among equals. GGUF's `llama` is this: llama.cpp merges by
    /// score, and converted BPE models have the negated rank of the merge as their score.
    case bytePair = 2
    /// Whole words.
    case word = 3
    /// Single characters.
    case character = 4
  }

  /// The spelling of each token, a space as U+2581 `▁`.
  public var pieces: [String]
  /// The score of each token, finite.
  public var scores: [Float]
  /// What each token is.
  public var types: [TokenType]
  /// How text is cut into pieces.
  public var segmentation: Segmentation
  /// Whether a space is put before the text.
  public var addsDummyPrefix: Bool
  /// Whether leading and trailing spaces vanish and runs of them become one.
  public var removesExtraWhitespaces: Bool
  /// SentencePiece's compiled normalisation rules; empty for none.
  public var precompiledCharsmap: [UInt8]
  /// The token that a sequence begins with, if there is one.
  public var beginningOfSequence: TokenID?
  /// The token that ends a sequence, if there is one.
  public var endOfSequence: TokenID?
  /// Needed where no token is of type ``TokenType/unknown``.
  public var unknown: TokenID?
  /// Whether a prompt begins with ``beginningOfSequence``.
  public var addsBeginningOfSequence: Bool

  /// Whether a piece spells a byte: `<0x0A>`.
  package static func isByte(_ piece: String) -> Bool {
    SentencePieceModelProto.byte(of: piece.utf8) != nil
  }

  /// The defaults are those of llama.cpp for `tokenizer.ggml.model` = `llama`.
  public init(
    pieces: [String], scores: [Float], types: [TokenType], segmentation: Segmentation = .bytePair,
    addsDummyPrefix: Bool = true, removesExtraWhitespaces: Bool = false,
    precompiledCharsmap: [UInt8] = [], beginningOfSequence: TokenID? = nil,
    endOfSequence: TokenID? = nil, unknown: TokenID? = nil, addsBeginningOfSequence: Bool = true
  ) {
    self.pieces = pieces
    self.scores = scores
    self.types = types
    self.segmentation = segmentation
    self.addsDummyPrefix = addsDummyPrefix
    self.removesExtraWhitespaces = removesExtraWhitespaces
    self.precompiledCharsmap = precompiledCharsmap
    self.beginningOfSequence = beginningOfSequence
    self.endOfSequence = endOfSequence
    self.unknown = unknown
    self.addsBeginningOfSequence = addsBeginningOfSequence
  }
}
