public import LanguageModeling

/// A byte-level BPE vocabulary as plain arrays, as a GGUF file holds it (`tokenizer.ggml.model` = `gpt2`).
public struct ByteLevelBPEVocabulary: Hashable, Sendable {
  /// The spelling of each token: normal ones in GPT-2's alphabet of bytes (`Ġthe`), all others as they are.
  public var tokens: [String]
  /// The merges, best first: two tokens joined by a space.
  public var merges: [String]
  /// The type of each token; empty if all are normal.
  public var types: [TokenType]
  /// `tokenizer.ggml.pre`: any of the names that llama.cpp knows, such as `llama-bpe` or `qwen2`.
  public var preTokenizer: String
  /// The token that a sequence begins with, if there is one.
  public var beginningOfSequence: TokenID?
  /// The token that ends a sequence, if there is one.
  public var endOfSequence: TokenID?
  /// What stands for a run of bytes that no token spells; without it they are left out.
  public var unknown: TokenID?
  /// Whether a prompt begins with ``beginningOfSequence``.
  public var addsBeginningOfSequence: Bool

  /// A vocabulary of these arrays, which are checked where a tokenizer is made of it.
  public init(
    tokens: [String], merges: [String], types: [TokenType] = [], preTokenizer: String,
    beginningOfSequence: TokenID? = nil, endOfSequence: TokenID? = nil, unknown: TokenID? = nil,
    addsBeginningOfSequence: Bool = false
  ) {
    self.tokens = tokens
    self.merges = merges
    self.types = types
    self.preTokenizer = preTokenizer
    self.beginningOfSequence = beginningOfSequence
    self.endOfSequence = endOfSequence
    self.unknown = unknown
    self.addsBeginningOfSequence = addsBeginningOfSequence
  }
}
