public import LanguageModeling

/// The text of generated tokens, as it comes: the text of prompt and generated tokens together, less the text of the
/// prompt.
///
/// The prompt matters: a SentencePiece `▁there` is ` there` after other text and `there` at the very beginning. For
/// every split of a token sequence into prompt and generated tokens, the pieces joined are what comes after the prompt
/// in `decode(prompt + generated)`. Where the prompt ends within a character, that character belongs to the first
/// piece.
///
/// One token takes time linear in its bytes; what is held back is at most three bytes.
public struct IncrementalDetokenizer: Sendable {
  private var decoder: any TokenStreamDecoder

  /// - Parameter skippingSpecialTokens: whether control tokens are left out or spelled out.
  public init(
    tokenizer: any Tokenizer, prompt: [TokenID], skippingSpecialTokens: Bool = true
  ) {
    decoder = tokenizer.makeStreamDecoder(skippingSpecialTokens: skippingSpecialTokens)
    for token in prompt { _ = decoder.append(token) }
  }

  /// Takes the next generated token and returns the text that has become certain, often empty within a character.
  public mutating func append(_ token: TokenID) -> String { decoder.append(token) }

  /// Ends the sequence and returns what was held back: U+FFFD for bytes that never became a character.
  public mutating func finish() -> String { decoder.finish() }
}
