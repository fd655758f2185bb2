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

  /// The whole sequence.
  ///
  /// - Throws: ``DecodingFailure/invalidParameter(_:reason:)`` for a length below 1.
  public init(scope: PenaltyScope = .all, length: Int? = nil) throws(DecodingFailure) {
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

extension PenaltyWindow {
  private static let penalties: [AnyParameter] = [
    RepetitionPenalty.penalty.erased, OccurrencePenalty.frequency.erased,
    OccurrencePenalty.presence.erased,
  ]

  /// `penalty_scope`
  public static let scope = Parameter<PenaltyScope>.choice(
    "penalty_scope", neutral: .all,
    help: "What the repetition, frequency and presence penalties look at: all, prompt or output.",
    valueName: "part", needs: penalties)

  /// `repeat_last_n`
  public static let length = Parameter<Int>.integer(
    "repeat_last_n", neutral: -1, "a whole number, or -1 for the whole sequence", in: (-1)...,
    help: "How many of the last tokens the repetition, frequency and presence penalties look at.",
    neutralWords: "all", needs: penalties)

  static let parameters: [AnyParameter] = [scope.erased, length.erased]

  /// The window of these parameters; `nil` for one of no tokens, which turns penalties off, as in llama.cpp.
  init?(_ parameters: Parameters) throws(DecodingFailure) {
    let length = parameters[Self.length]
    guard length != 0 else { return nil }
    try self.init(scope: parameters[Self.scope], length: length == -1 ? nil : length)
  }
}

extension Parameters {
  /// The part of the sequence that the repetition, frequency and presence penalties look at (`penalty_scope`).
  public var penaltyScope: PenaltyScope {
    get { self[PenaltyWindow.scope] }
    set { self[PenaltyWindow.scope] = newValue }
  }

  /// How many tokens from its end they look at (`repeat_last_n`); −1 is all, 0 turns them off.
  public var repeatLastN: Int {
    get { self[PenaltyWindow.length] }
    set { self[PenaltyWindow.length] = newValue }
  }
}
