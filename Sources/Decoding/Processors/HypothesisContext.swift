public import LanguageModeling

/// What processors know of a hypothesis: its tokens, and the rules that it is under.
public struct HypothesisContext: Sendable {
  /// The prompt and what was generated, first to last.
  public internal(set) var tokens: [TokenID]
  /// How many of the tokens are the prompt.
  public let promptLength: Int
  /// The tokens that end a hypothesis, in order.
  public let endOfSequence: [TokenID]
  /// The maximum number of generated tokens.
  public let lengthLimit: Int
  /// Whether the hypothesis may end here: under a constraint, where its text is whole.
  public internal(set) var mayEnd = true

  /// A hypothesis of `generated` after `prompt`.
  public init(
    prompt: [TokenID], generated: [TokenID] = [], endOfSequence: Set<TokenID> = [],
    lengthLimit: Int = .max
  ) {
    tokens = prompt + generated
    promptLength = prompt.count
    self.endOfSequence = endOfSequence.sorted()
    self.lengthLimit = lengthLimit
  }

  /// The number of generated tokens.
  public var generatedCount: Int { tokens.count - promptLength }

  /// Makes room for this many generated tokens, of any value.
  mutating func resize(generatedCount: Int) {
    let change = promptLength + generatedCount - tokens.count
    if change < 0 {
      tokens.removeLast(-change)
    } else {
      tokens.append(contentsOf: repeatElement(0, count: change))
    }
  }
}
