import Decoding
import LanguageModeling
import Models
import Tokenization
import Transformer

/// Scores any number of texts, several in one step of the model. What a text gets depends on the text alone, bit for bit.
///
/// ```swift
/// let scorer = try TextScorer(model)
/// for text in texts { try scorer.submit(.text(text)) }
/// while let scored = try scorer.step() {
///   for (number, text) in scored { print(number, text.likelihood.perplexity ?? .nan) }
/// }
/// ```
///
/// One owner, not `Sendable`.
public final class TextScorer {
  private let model: Model
  /// How long texts are read.
  public let windows: ScoringWindows
  private let scorer: BatchScorer
  private var texts: [Int: Text] = [:]
  /// By the scorer's numbers: the text, and which of its windows.
  private var places: [Int: (text: Int, window: Int)] = [:]
  private var submittedCount = 0
  /// Texts of which nothing is to be read.
  private var finished: [(number: Int, text: ScoredText)] = []

  private struct Text {
    var tokens: [TokenID]
    /// The first token of ``tokens`` that is told, and the first that is scored.
    var first: Int
    var byteCount: Int
    var isPair: Bool
    var parts: [[ScoredToken]?]
  }

  /// A scorer over a session of its own.
  ///
  /// - Parameter windows: how texts are read that are longer than they are; `nil`: windows as long as the context, half a
  ///   context apart.
  /// - Throws: ``InferenceError/decoding(_:)`` for windows that are longer than the context, and where the model refuses
  ///   its options.
  public init(_ model: Model, windows: ScoringWindows? = nil) throws(InferenceError) {
    self.model = model
    let limit = model.contextLength
    guard let windows = windows ?? ScoringWindows(length: limit) else {
      throw .decoding(
        .invalidParameter("context", reason: "holds \(limit) tokens, which is too few to score in"))
    }
    guard windows.length <= limit else {
      throw .decoding(
        .invalidParameter(
          "window", reason: "is \(windows.length) tokens long, and the context holds \(limit)"))
    }
    self.windows = windows
    let transformer = model.loaded.model
    let options = model.options
    scorer = try InferenceError.wrapping { () throws(DecodingFailure) in
      try BatchScorer(model: transformer, options: options)
    }
  }

  /// How many windows of texts aren't read.
  public var unfinishedCount: Int { scorer.unfinishedCount }

  /// Adds a text.
  ///
  /// - Parameters:
  ///   - name: what errors call it.
  ///   - parsingSpecialTokens: whether special tokens that are written in it are recognised.
  /// - Returns: its number, counted from 0.
  /// - Throws: ``InferenceError`` for a text without tokens, for a context that is empty where the model has no token that
  ///   begins a sequence, and for token ids that it doesn't have; nothing has changed then.
  @discardableResult
  public func submit(
    _ text: ScoringText, named name: String = "the text", parsingSpecialTokens: Bool = true
  ) throws(InferenceError) -> Int {
    let (tokens, start, bytes) = try model.scoringTokens(
      of: text, parsingSpecialTokens: parsingSpecialTokens)
    try model.check(tokens, named: name)
    var isPair = false
    if case .continuation = text { isPair = true }
    var kept = tokens
    var first = isPair ? start : 0
    // A continuation's last token isn't read, so that the context may hold one more.
    let isCut =
      isPair && tokens.count - start <= windows.length && tokens.count > windows.length + 1
    if isCut {
      kept = Array(tokens.suffix(windows.length + 1))
      first -= tokens.count - kept.count
    }
    let scoredFrom = max(1, first)
    let parts =
      isPair && kept.count <= windows.length + 1
      ? [(tokens: 0..<kept.count, start: scoredFrom)]
      : windows.windows(of: kept.count, from: scoredFrom)
    let adapter = model.adapter
    let number = submittedCount
    for (index, part) in parts.enumerated() {
      let request = ScoringRequest(
        Array(kept[part.tokens]), from: part.start - part.tokens.lowerBound, adapter: adapter)
      let scorerNumber = try InferenceError.wrapping { () throws(DecodingFailure) in
        try scorer.submit(request)
      }
      places[scorerNumber] = (number, index)
    }
    submittedCount += 1
    let entry = Text(
      tokens: kept, first: first, byteCount: bytes, isPair: isPair,
      parts: parts.map { _ in nil })
    if parts.isEmpty { finished.append((number, scored(entry))) } else { texts[number] = entry }
    return number
  }

  /// Takes a step of the model.
  ///
  /// - Returns: the texts that are complete, by their numbers; `nil` where nothing is left to do.
  /// - Throws: ``InferenceError/decoding(_:)`` where the model fails; the scorer can't go on then.
  public func step() throws(InferenceError) -> [(number: Int, text: ScoredText)]? {
    let scorer = scorer
    let steps = try InferenceError.wrapping { () throws(DecodingFailure) in try scorer.step() }
    guard steps != nil || !finished.isEmpty else { return nil }
    for (number, tokens) in steps ?? [] {
      guard let place = places.removeValue(forKey: number) else { continue }
      texts[place.text]?.parts[place.window] = tokens
      guard let text = texts[place.text], text.parts.allSatisfy({ $0 != nil }) else { continue }
      texts[place.text] = nil
      finished.append((place.text, scored(text)))
    }
    defer { finished = [] }
    return finished
  }

  /// A text of which all windows are there.
  private func scored(_ text: Text) -> ScoredText {
    let parts = text.parts.compactMap(\.self)
    var values = parts.joined().map(\.logProbability)
    let told = text.tokens[text.first...]
    // The first token of all has none.
    while values.count < told.count { values.insert(nil, at: 0) }
    return ScoredText(
      tokens: Array(told), tokenLogProbabilities: values,
      isGreedy: text.isPair ? parts.joined().allSatisfy { $0.isGreedy == true } : nil,
      byteCount: text.byteCount, windowCount: max(1, parts.count))
  }

  /// Takes in what a prompt cache holds of the beginning of `text`, so that it isn't read.
  ///
  /// - Returns: the number of tokens that needn't be read.
  /// - Throws: as ``PromptCache/restore(_:into:)`` does.
  @discardableResult
  public func restore(
    _ text: ScoringText, from cache: PromptCache
  ) throws(InferenceError) -> Int {
    let (tokens, start, _) = try model.scoringTokens(of: text, parsingSpecialTokens: true)
    let adapter = model.adapter
    let scorer = scorer
    return try cache.restore(Array(tokens[..<max(0, start - 1)])) {
      (tokens, fill) throws(DecodingFailure) in
      try scorer.keep(tokens, adapter: adapter, blocks: fill)
    }
  }
}

extension Model {
  /// The tokens of a text, the first that is to be scored, and the bytes of what is.
  fileprivate func scoringTokens(
    of text: ScoringText, parsingSpecialTokens: Bool
  ) throws(InferenceError) -> (tokens: [TokenID], start: Int, byteCount: Int) {
    switch text {
    case .tokens(let tokens):
      guard !tokens.isEmpty else { throw .nothingToScore }
      let text = loaded.tokenizer.decode(tokens, skippingSpecialTokens: true)
      return (tokens, 1, text.utf8.count)
    case .text(let text):
      let tokens = try encode(text, parsingSpecialTokens: parsingSpecialTokens)
      guard !tokens.isEmpty else { throw .nothingToScore }
      return (tokens, 1, text.utf8.count)
    case .continuation(let continuation, let context):
      let stem = context.withoutTrailingWhitespace
      let rest = context[stem.endIndex...] + continuation
      let all = try encode(
        String(stem) + rest, parsingSpecialTokens: parsingSpecialTokens)
      guard !stem.isEmpty else {
        // As lm-evaluation-harness: an empty context is the token that begins a sequence, or that ends one.
        if let first = all.first, first == loaded.tokenizer.beginningOfSequence, all.count > 1 {
          return (all, 1, rest.utf8.count)
        }
        guard let first = loaded.tokenizer.beginningOfSequence ?? loaded.endOfSequenceTokens.first
        else { throw .emptyPrompt(model: name) }
        guard !all.isEmpty else { throw .nothingToScore }
        return ([first] + all, 1, rest.utf8.count)
      }
      let start = try encode(String(stem), parsingSpecialTokens: parsingSpecialTokens).count
      guard start < all.count else {
        throw .decoding(
          .invalidParameter(
            "continuation",
            reason: "has no token of its own: both together are the context's tokens"))
      }
      return (all, start, rest.utf8.count)
    }
  }
}

extension String {
  /// The text up to the white space at its end.
  fileprivate var withoutTrailingWhitespace: Substring {
    let end = unicodeScalars.lastIndex { !$0.properties.isWhitespace }
    return end.map { self[..<unicodeScalars.index(after: $0)] } ?? self[..<startIndex]
  }
}
