import Decoding
import LanguageModeling
import Tokenization

/// The text at the end of one hypothesis: tokens in, text out, up to the first stop string. A value: copying it is
/// forking it.
struct TextTail: TokenMatcher {
  private var detokenizer: IncrementalDetokenizer
  private var scanner: StopStringScanner
  /// Spells special tokens, which stop strings see and the text doesn't show; `nil` where nothing stops.
  private let speller: (any Tokenizer)?

  init(tokenizer: any Tokenizer, prompt: [TokenID], stopStrings: [String]) {
    detokenizer = IncrementalDetokenizer(tokenizer: tokenizer, prompt: prompt)
    scanner = StopStringScanner(stopStrings)
    speller = stopStrings.isEmpty ? nil : tokenizer
  }

  /// Whether a stop string has come.
  var isStopped: Bool { scanner.isStopped }

  /// Takes a token and returns the text that has become certain.
  mutating func append(_ token: TokenID) -> String {
    let text = scanner.append(detokenizer.append(token))
    guard let speller, speller.isSpecial(token), let spelling = speller.piece(of: token) else {
      return text
    }
    return text + scanner.append(spelling, isShown: false)
  }

  /// Takes all tokens of a hypothesis but the one of the end of sequence, and returns the text that has become certain.
  mutating func append(_ hypothesis: Hypothesis) -> String {
    let shown = hypothesis.tokens.dropLast(hypothesis.finishReason == .endOfSequence ? 1 : 0)
    return shown.reduce(into: "") { $0 += append($1.token) }
  }

  /// Ends the text and returns what was held back.
  mutating func finish() -> String {
    let rest = scanner.append(detokenizer.finish())
    return scanner.isStopped ? rest : rest + scanner.finish()
  }

  mutating func accept(_ token: TokenID) -> Bool {
    _ = append(token)
    return scanner.isStopped
  }
}
