import Constraints
public import Decoding
public import LanguageModeling
import Synchronization
import Tokenization

/// A place in a text under a constraint: what ``ConstraintLibrary`` makes of settings, and a decoding request takes.
///
///     let library = ConstraintLibrary(tokenizer)
///     let digits = try library.constraint(.regularExpression("[0-9]+"), ends: [2])
///     request.constraint = digits.after(prompt: request.prompt)
///
/// What counts is the bytes that the detokenizer writes. A text may begin free and be bound only after some marker: the
/// marker then sees special tokens as they are spelled.
public struct TextConstraint: TokenConstraint {
  /// What all places of a constraint share.
  final class Shared: Sendable {
    let tokens: TokenLanguage
    let marker: ConstraintMarker?
    let tokenizer: any Tokenizer
    let speller: TokenSpeller
    private let ends: Set<TokenID>
    private let beginning: Mutex<TokenLanguage?>
    private let freeMasks = Mutex<[Int: [UInt64]]>([:])
    private let makeBeginning: @Sendable () throws(ConstraintError) -> TokenLanguage

    init(
      _ tokens: TokenLanguage, marker: ConstraintMarker?, tokenizer: any Tokenizer,
      speller: TokenSpeller, ends: Set<TokenID>,
      beginning: @escaping @Sendable () throws(ConstraintError) -> TokenLanguage
    ) {
      self.tokens = tokens
      self.marker = marker
      self.tokenizer = tokenizer
      self.speller = speller
      self.ends = ends
      self.beginning = Mutex(nil)
      makeBeginning = beginning
    }

    /// The language over what tokens write at the very beginning of a text.
    func tokensAtBeginning() throws(ConstraintError) -> TokenLanguage {
      try beginning.withLock { (known) throws(ConstraintError) in
        if let known { return known }
        let made = try makeBeginning()
        known = made
        return made
      }
    }

    /// What a token leads to from a place in the free part; `nil` where it isn't allowed: the end, and a token that goes on
    /// beyond the marker with what the language refuses.
    func step(free place: Int, _ token: TokenID) throws(ConstraintError) -> Place? {
      guard let marker, !ends.contains(token) else { return nil }
      let text = tokenizer.spelled(token)
      let (next, end) = marker.read(text, from: place)
      guard let end else { return .free(next) }
      var matcher = tokens.language.matcher()
      let rest = text[end...]
      guard rest.isEmpty || !tokenizer.isSpecial(token) else { return nil }
      return try matcher.advance(by: rest) ? .bound(matcher) : nil
    }

    func knownMask(free place: Int) -> [UInt64]? { freeMasks.withLock { $0[place] } }

    /// What is allowed at a place in the free part.
    func mask(free place: Int) throws(ConstraintError) -> [UInt64] {
      if let known = freeMasks.withLock({ $0[place] }) { return known }
      var mask = [UInt64](repeating: 0, count: (tokens.vocabulary.count + 63) / 64)
      for token in 0..<TokenID(clamping: tokens.vocabulary.count)
      where try step(free: place, token) != nil {
        mask[Int(token) / 64] |= 1 << UInt64(token % 64)
      }
      let made = mask
      freeMasks.withLock { $0[place] = made }
      return made
    }
  }

  /// Where a text is.
  enum Place: Sendable {
    /// In the free part, with so many bytes of the marker at its end.
    case free(Int)
    /// Before the first token, whose leading space is not written.
    case beginning(LanguageMatcher)
    /// In the part that is bound.
    case bound(LanguageMatcher)
  }

  let shared: Shared
  private(set) var place: Place

  init(_ shared: Shared) {
    self.shared = shared
    place = shared.marker == nil ? .bound(shared.tokens.language.matcher()) : .free(0)
  }

  /// The constraint after a prompt: where the prompt has no text yet, a tokenizer may drop the space that the first token
  /// begins with, and what counts is what is written.
  public func after(prompt: [TokenID]) -> TextConstraint {
    guard case .bound(let matcher) = place, shared.tokenizer.dropsSpace(after: prompt) else {
      return self
    }
    var constraint = self
    constraint.place = .beginning(matcher)
    return constraint
  }

  /// Whether a text alone is whole; `nil` where that can't be told without its tokens.
  func accepts(_ text: String) -> Bool? {
    guard shared.marker == nil else { return nil }
    return try? shared.tokens.language.contains(text)
  }

  // MARK: - TokenConstraint

  /// Whether the text so far is in the language.
  public var isComplete: Bool {
    switch place {
    case .free: false
    case .beginning(let matcher), .bound(let matcher): matcher.isComplete
    }
  }

  /// Whether a text of the language goes on from here.
  public var canContinue: Bool {
    switch place {
    case .free: true
    case .beginning(let matcher), .bound(let matcher):
      shared.tokens.matcher(at: matcher).canContinue
    }
  }

  /// Whether a token may come next.
  public func allows(_ token: TokenID) throws(DecodingFailure) -> Bool {
    try Self.failing { () throws(ConstraintError) in try step(token) != nil }
  }

  /// All tokens that may come next.
  public func mask() throws(DecodingFailure) -> [UInt64] {
    try Self.failing { () throws(ConstraintError) in
      switch place {
      case .free(let place): try shared.mask(free: place)
      case .beginning(let matcher):
        try shared.tokensAtBeginning().matcher(at: matcher).mask().words
      case .bound(let matcher): try shared.tokens.matcher(at: matcher).mask().words
      }
    }
  }

  /// All tokens that may come next, where this place was met before.
  public var knownMask: [UInt64]? {
    switch place {
    case .free(let place): shared.knownMask(free: place)
    case .beginning: nil
    case .bound(let matcher): shared.tokens.matcher(at: matcher).knownMask?.words
    }
  }

  /// Takes the next token, if it is allowed.
  public mutating func advance(by token: TokenID) throws(DecodingFailure) -> Bool {
    let place = self
    guard let next = try Self.failing({ () throws(ConstraintError) in try place.step(token) })
    else { return false }
    self.place = next
    return true
  }

  private func step(_ token: TokenID) throws(ConstraintError) -> Place? {
    var matcher: Constraints.TokenMatcher
    switch place {
    case .free(let place): return try shared.step(free: place, token)
    case .beginning(let before): matcher = try shared.tokensAtBeginning().matcher(at: before)
    case .bound(let before): matcher = shared.tokens.matcher(at: before)
    }
    return try matcher.advance(by: token) ? .bound(matcher.place) : nil
  }

  /// What could come next, in words.
  public var expectation: String? {
    switch place {
    case .free: nil
    case .beginning(let matcher), .bound(let matcher): try? matcher.expectation()
    }
  }

  /// The tokens that the bytes are likely to come in that must come next.
  public func forcedTokens(limit: Int) -> [TokenID] {
    // Few tokens are longer than this on average.
    guard case .bound(let matcher) = place,
      let bytes = try? matcher.forcedBytes(limit: limit * 8)
    else { return [] }
    return shared.speller.tokens(of: bytes, limit: limit)
  }

  /// Refuses a model whose vocabulary isn't the tokenizer's.
  public func validate(vocabularyCount: Int) throws(DecodingFailure) {
    // A model may have more rows than its tokenizer has tokens: those are never allowed.
    guard shared.tokens.vocabulary.count <= vocabularyCount else {
      throw .conflict(
        "the constraint is over a vocabulary of \(shared.tokens.vocabulary.count) tokens, and the"
          + " model has \(vocabularyCount); make it with the model's own tokenizer")
    }
  }

  private static func failing<Value>(
    _ body: () throws(ConstraintError) -> Value
  ) throws(DecodingFailure) -> Value {
    do { return try body() } catch { throw .constraint("\(error)") }
  }
}
