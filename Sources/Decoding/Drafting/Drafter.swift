public import LanguageModeling

/// Proposes the tokens that may come next after hypotheses, so that the model can be asked about several positions in
/// one step.
///
/// **Nothing that a drafter proposes changes a result.** ``BatchDecoder`` feeds the model a hypothesis' last token and
/// the draft after it, and lets the request's own search take its ordinary step over one row after the other for as
/// long as what it chooses is what was drafted. Noise is a function of the position, so the choice is the one that it
/// would have made anyway: tokens, log-probabilities and reports are those of a decoder without drafts, bit for bit,
/// under greedy search and sampling alike. This is speculative decoding (Leviathan, Kalman and Matias 2023; Chen et
/// al. 2023) with a stronger promise than theirs, which is equality in distribution.
///
/// What a good drafter gains is steps; a bad one costs the rows that it made the model compute.
public protocol Drafter {
  /// Whether drafts are made of ``DraftedHypothesis/guesses``, which cost a pass over the vocabulary each. Drafts are then
  /// as long as the request allows, however many of their tokens were accepted before: only a token that was fed is
  /// guessed at again. `false` by default.
  var refinesDrafts: Bool { get }

  /// Refuses a request that it can't draft for.
  ///
  /// - Parameter vocabularyCount: that of the model that is decoded.
  func validate(_ request: DecodingRequest, vocabularyCount: Int) throws(DecodingFailure)

  /// Proposes what may come after each of `hypotheses`, in their order: any number of tokens, or none.
  ///
  /// What is proposed is cut to ``DraftedHypothesis/limit``, and ends before the first token that ends a sequence or
  /// isn't in the vocabulary, or that the hypothesis' constraint doesn't allow (a drafter that ``refinesDrafts`` may
  /// propose what it doesn't allow: what the model says after it is a guess all the same).
  ///
  /// - Throws: ``DecodingFailure`` where drafting is broken for good, such as by a damaged draft model.
  func propose(_ hypotheses: [DraftedHypothesis]) throws(DecodingFailure) -> [[TokenID]]

  /// Takes note that a hypothesis is over, so that what is kept for it can go.
  func close(_ lane: DraftLane)
}

extension Drafter {
  /// `false`: drafts are made of what the drafter knows.
  public var refinesDrafts: Bool { false }

  /// Refuses nothing.
  public func validate(_ request: DecodingRequest, vocabularyCount: Int) throws(DecodingFailure) {}

  /// Does nothing: for drafters that keep nothing.
  public func close(_ lane: DraftLane) {}
}

/// Names a hypothesis that only grows: a sample of a request.
public struct DraftLane: Hashable, Sendable {
  /// The request's number in its decoder.
  public var request: Int
  /// The sample's place among the request's sequences.
  public var slot: Int

  /// The sample in a slot of a request.
  public init(request: Int, slot: Int) {
    self.request = request
    self.slot = slot
  }
}

/// A hypothesis that a draft is asked for.
public struct DraftedHypothesis: Sendable {
  /// Which it is.
  public var lane: DraftLane
  /// Its tokens, the prompt first, and the rules that it is under.
  public var context: HypothesisContext
  /// The maximum number of tokens that are of use now, at least 1.
  public var limit: Int
  /// The noise that its tokens are drawn with; the next has the position ``HypothesisContext/generatedCount``.
  public var noise: CounterNoise
  /// The request that it belongs to.
  public var request: DecodingRequest
  /// Where it stands under the request's constraint; `nil` without one.
  public var constraint: (any TokenConstraint)?
  /// What the search would choose next, first to last, if the last step's logits were those of this hypothesis. They
  /// come after a draft of which some token was not chosen. Empty for drafters that don't refine drafts
  /// (``Drafter/refinesDrafts``), and where every token of the draft was chosen.
  public var guesses: [TokenID]

  /// A hypothesis of `request`.
  public init(
    lane: DraftLane, context: HypothesisContext, limit: Int, noise: CounterNoise,
    request: DecodingRequest, constraint: (any TokenConstraint)? = nil, guesses: [TokenID] = []
  ) {
    self.lane = lane
    self.context = context
    self.limit = limit
    self.noise = noise
    self.request = request
    self.constraint = constraint
    self.guesses = guesses
  }

  /// The token that the request would choose from logits that come after the hypothesis, or after one like it.
  func guess(from candidates: inout Candidates) -> TokenID? {
    if request.stopRules.masksEndOfSequence(after: context.generatedCount) {
      for token in context.endOfSequence { candidates.exclude(token) }
    }
    for processor in request.processors { processor.process(&candidates, context: context) }
    if let constraint, let mask = try? constraint.mask() {
      candidates.keep(mask: mask, ends: context.endOfSequence, mayEnd: constraint.isComplete)
    }
    return request.strategy.guess(
      from: &candidates, noise: noise, position: context.generatedCount)
  }

  /// Adds a token that is guessed to come next.
  mutating func append(_ token: TokenID) {
    // Where the constraint fails, the search will say so.
    _ = try? constraint?.advance(by: token)
    context.tokens.append(token)
  }
}

/// How many tokens were drafted, and how many of them were accepted.
public struct DraftCounts: Hashable, Sendable {
  /// Drafted tokens that the model was fed.
  public var drafted = 0
  /// Those of them that the search chose.
  public var accepted = 0

  /// Counts of tokens; 0 by default.
  public init(drafted: Int = 0, accepted: Int = 0) {
    self.drafted = drafted
    self.accepted = accepted
  }
}
