public import Decoding
public import Generation
public import LanguageModeling
import Models

/// What all requests under the same settings share, made once: the strategy, the penalties and masks, the constraint, the
/// tokens of the negative prompt, the adapters. ``Model/template(for:parsingSpecialTokens:folder:)`` makes it.
///
///     let template = try model.template(for: model.resolve(settings))
///     let requests = try prompts.map {
///       try template.request(for: model.prepare($0).tokens, seed: 1)
///     }
public struct RequestTemplate: Sendable {
  /// The settings.
  public let settings: GenerationSettings
  /// The penalties and masks, in order.
  public let processors: [any LogitsProcessor]
  /// The constraint, where there is one.
  public let constraint: TextConstraint?
  /// Keywords of its JSON schema that were left out because they can't be enforced, each in a sentence.
  public let ignoredKeywords: [String]
  /// The tokens of the negative prompt, where there is one.
  public let negativePrompt: [TokenID]?
  /// The adapters that requests run with.
  public var adapter: AdapterMix
  /// The maximum number of tokens that a draft model drafts at a time; `nil`: there is no draft model.
  let draftLimit: Int?

  /// The maximum number of tokens that a draft model drafts at a time.
  static let defaultDraftLimit = 16

  /// The maximum number of tokens that are drafted at a time where a constraint leaves one way to go on.
  static let forcedDraftLimit = 16

  /// A request to continue a prompt.
  ///
  /// - Parameters:
  ///   - prompt: at least one token.
  ///   - seed: takes the place of the settings' own where they have none.
  ///   - report: what to report about each token.
  /// - Throws: ``InferenceError/decoding(_:)`` for a value out of its range.
  public func request(
    for prompt: [TokenID], seed: UInt64, report: TokenReport = TokenReport()
  ) throws(InferenceError) -> GenerationRequest {
    var request = try InferenceError.wrapping { () throws(DecodingFailure) in
      try settings.request(
        prompt: prompt, processors: processors, constraint: constraint, seed: seed, report: report,
        negativePrompt: negativePrompt)
    }
    request.decoding.adapter = adapter
    if let draftLimit {
      request.decoding.draftLimit = draftLimit
      request.decoding.drafter = nil
    }
    if constraint != nil { request.decoding.forcedDraftLimit = Self.forcedDraftLimit }
    return request
  }
}

extension Model {
  /// What all requests under `settings` share.
  ///
  /// - Parameters:
  ///   - settings: complete ones: those of ``resolve(_:)``, or by hand.
  ///   - parsingSpecialTokens: whether special tokens that are written in the negative prompt are recognised.
  ///   - folder: what the path of a constraint is relative to.
  /// - Throws: ``InferenceError`` for token ids that the model doesn't have, values out of their range, and a constraint
  ///   that can't be read or compiled.
  /// - Complexity: O(vocabulary) where penalties look into each token's text, and for the first constraint.
  public func template(
    for settings: GenerationSettings, parsingSpecialTokens: Bool = true,
    folder: SweepFolder = .current
  ) throws(InferenceError) -> RequestTemplate {
    try checkTokens(of: settings)
    let (constraint, ignored) = try constraint(of: settings, folder: folder)
    return RequestTemplate(
      settings: settings, processors: try processors(settings), constraint: constraint,
      ignoredKeywords: ignored,
      negativePrompt: try negativePrompt(settings, parsingSpecialTokens: parsingSpecialTokens),
      adapter: adapter,
      draftLimit: draftModel == nil ? nil : RequestTemplate.defaultDraftLimit)
  }

  /// Refuses settings that name tokens which the model doesn't have.
  public func checkTokens(of settings: GenerationSettings) throws(InferenceError) {
    for (key, tokens) in settings.namedTokens { try check(tokens, named: key) }
  }

  /// The penalties and masks of `settings`, in order, over the model's vocabulary.
  public func processors(
    _ settings: GenerationSettings
  ) throws(InferenceError) -> [any LogitsProcessor] {
    let tokenizer = loaded.tokenizer
    return try InferenceError.wrapping { () throws(DecodingFailure) in
      try settings.processors(tokenizer: tokenizer)
    }
  }
}
