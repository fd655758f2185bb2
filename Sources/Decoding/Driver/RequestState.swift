import LanguageModeling

/// A request on its way.
final class RequestState {
  let request: DecodingRequest
  var tree: SearchTree
  var search: any DecodingSearch
  /// The model's sequences of the live hypotheses, in the order of their rows; empty until the prompt is read.
  var sequences: [SequenceID] = []
  /// The negative side of a guided request; `nil` for others.
  var guidance: GuidanceState?
  var phase = Phase.reading
  /// The tokens of the prompt whose keys and values were there when it joined.
  var keptTokenCount = 0
  /// What is kept for drafts; `nil` where nothing is drafted.
  var drafts: DraftState?
  /// The scores of the prompt's tokens, where they are asked for.
  var promptScores: [ScoredToken] = []

  enum Phase {
    /// The prompt isn't read yet.
    case reading
    /// Hypotheses are alive.
    case searching
    /// Completed or failed.
    case over
  }

  init(_ request: DecodingRequest, contextLength: Int) {
    self.request = request
    tree = SearchTree(request, contextLength: contextLength)
    search = request.strategy.makeSearch(for: request)
    if request.effectiveGuidance != nil { guidance = GuidanceState() }
    if request.mostDrafted > 0 { drafts = DraftState(request, lengthLimit: tree.lengthLimit) }
  }

  /// The model's sequences that the request holds.
  var heldSequences: [SequenceID] { sequences + (guidance?.sequences ?? []) }

  /// Frees what the search remembers.
  func abandon() {
    tree.abandon()
    sequences = []
    guidance = nil
    search = request.strategy.makeSearch(for: request)
  }
}
