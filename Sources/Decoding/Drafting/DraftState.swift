import LanguageModeling

/// What a request keeps that has tokens drafted for it.
struct DraftState {
  /// What is kept for one sample.
  struct Lane {
    /// Its tokens.
    var context: HypothesisContext
    /// How much to draft.
    var length: DraftLength
    /// The tokens that the next step of the model checks.
    var draft: [TokenID] = []
    /// What the search would choose after what the last step added, by logits after tokens that were wrong.
    var guesses: [TokenID] = []
    /// Whether they are what the constraint forces, and not the drafter's.
    var isForced = false
    /// Why it can't go on. The error waits until all other samples have come as far, as it is the request that fails.
    var error: DecodingFailure?
  }

  /// By slot.
  var lanes: [Lane]
  /// Keeps the order of events.
  var order = EventOrder()
  /// What became of the drafts.
  var counts = DraftCounts()

  init(_ request: DecodingRequest, lengthLimit: Int) {
    let lane = Lane(
      context: HypothesisContext(
        prompt: request.prompt, endOfSequence: request.stopRules.endOfSequence,
        lengthLimit: lengthLimit),
      length: DraftLength(limit: request.draftLimit))
    lanes = request.samples.map { _ in lane }
  }
}
