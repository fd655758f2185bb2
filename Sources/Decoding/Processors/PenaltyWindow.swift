public import LanguageModeling

/// Which part of a sequence counts for penalties. The raw values are the command line's spelling.
public enum PenaltyScope: String, Hashable, Sendable, CaseIterable {
  /// Prompt and generated tokens (Hugging Face, llama.cpp; vLLM's repetition penalty).
  case all
  /// The prompt alone.
  case prompt
  /// The generated tokens alone (vLLM's frequency and presence penalties).
  case output
}

/// The tokens that a penalty looks at: the last few of those in its scope.
public struct PenaltyWindow: Hashable, Sendable {
  /// The part of the sequence.
  public let scope: PenaltyScope
  /// How many tokens from its end, at least 1; `nil` is all.
  public let length: Int?

  /// The whole sequence unless said otherwise.
  ///
  /// - Throws: ``DecodingError/invalidParameter(_:reason:)`` for a length below 1.
  public init(scope: PenaltyScope = .all, length: Int? = nil) throws(DecodingError) {
    guard (length ?? 1) >= 1 else {
      throw .invalidParameter(
        "repeat-last-n", reason: "is \(length ?? 0); it must be at least 1")
    }
    self.scope = scope
    self.length = length
  }

  private init() {
    scope = .all
    length = nil
  }

  /// The whole sequence.
  public static let wholeSequence = PenaltyWindow()

  /// The tokens of a hypothesis in this window.
  public func tokens(of context: HypothesisContext) -> ArraySlice<TokenID> {
    let part =
      switch scope {
      case .all: context.tokens[...]
      case .prompt: context.tokens[..<context.promptLength]
      case .output: context.tokens[context.promptLength...]
      }
    return length.map { part.suffix($0) } ?? part
  }

  /// The window in words, for the descriptions of penalties; empty for the whole sequence.
  var suffix: String {
    (scope == .all ? "" : ", \(scope.rawValue) only") + (length.map { ", last \($0)" } ?? "")
  }
}
