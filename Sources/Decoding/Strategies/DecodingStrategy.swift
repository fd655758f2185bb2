public import LanguageModeling

/// A way to search for continuations: one type per method, with the method's own parameters.
///
/// The strategy is an immutable value that any number of requests share. What it keeps while it works on one request
/// is its ``DecodingSearch``, made anew for each.
public protocol DecodingStrategy: Sendable, CustomStringConvertible {
  /// The state of a search for one request.
  associatedtype Search: DecodingSearch

  /// Whether the hypothesis in a slot only ever grows, and ends as that slot's result: then its text can be shown while
  /// it comes. `false` by default; text is shown when it is final then.
  var isAppendOnly: Bool { get }

  /// Whether the search reads ``SearchTree/hiddenStates``: then they are computed, and a model that gives none is
  /// refused. `false` by default.
  var readsHiddenStates: Bool { get }

  /// Whether drafted tokens can be checked ahead for one hypothesis while others wait: each is alone and only grows, its
  /// next token is a function of its own tokens, its slot and its logits, and what the search keeps besides the tree it
  /// keeps by slot. `false` by default; a ``DecodingRequest/draftLimit`` is refused then.
  var supportsDrafting: Bool { get }

  /// The most hypotheses that live at once, each of them a sequence of the model: what a request needs in memory is
  /// known from it. The number of samples by default.
  func sequenceCount(for request: DecodingRequest) -> Int

  /// A guess at the token that the search would take: what a draft model proposes where these are its logits. The most
  /// probable one by default; a guess that is wrong costs time and changes nothing.
  ///
  /// - Parameters:
  ///   - candidates: logits with masks and processors applied; they may be changed.
  ///   - noise: the sample's.
  ///   - position: the index of the token, 0 for the first after the prompt.
  func guess(
    from candidates: inout Candidates, noise: CounterNoise, position: Int
  ) -> TokenID?

  /// Refuses a request that makes no sense under this strategy, in a sentence that says what to write instead.
  func validate(_ request: DecodingRequest) throws(DecodingFailure)

  /// A search that has seen nothing yet.
  func makeSearch(for request: DecodingRequest) -> Search
}

extension DecodingStrategy {
  /// `false`: hypotheses may be dropped for others, as beams are.
  public var isAppendOnly: Bool { false }

  /// `false`: logits are enough.
  public var readsHiddenStates: Bool { false }

  /// `false`: hypotheses may compete, as beams do.
  public var supportsDrafting: Bool { false }

  /// The number of samples.
  public func sequenceCount(for request: DecodingRequest) -> Int { request.samples.count }

  /// The most probable token.
  public func guess(
    from candidates: inout Candidates, noise: CounterNoise, position: Int
  ) -> TokenID? {
    candidates.indexOfMaximum.map { candidates.token(at: $0) }
  }
}

/// The search for one request: sees the logits after every hypothesis that is alive, and says which go on, which are
/// results, and (by not naming them) which are dropped.
///
/// A search never touches the model. It starts with the prompt as the only live hypothesis; the driver forks the
/// model's sequences along the hypotheses that ``SearchTree/proceed(_:slot:)`` names, rolls on, and comes back with
/// their logits. A search ends when nothing is alive. State that belongs to one hypothesis is a value in the search,
/// kept by the side of the live hypothesis, so that branching copies it.
public protocol DecodingSearch {
  /// Takes one step.
  ///
  /// - Parameters:
  ///   - tree: the hypotheses. Row *i* of `logits` lies after `tree.live[i]`.
  ///   - logits: the model's logits, row-major, `[tree.live.count, vocabularyCount]`: finite or −∞.
  ///   - scratch: candidates to compute in; what they hold between calls means nothing.
  mutating func advance(
    _ tree: inout SearchTree, logits: Span<Float>, scratch: inout Candidates
  ) throws(DecodingFailure)

  /// Ends the search before its time: completes what is alive, as results with `reason`.
  mutating func conclude(_ tree: inout SearchTree, reason: FinishReason)
}
