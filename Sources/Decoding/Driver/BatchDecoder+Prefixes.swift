import LanguageModeling

/// A prompt that the model has read, with the sequence that begins with it.
struct PromptSource {
  var tokens: [TokenID]
  var adapter: AdapterMix
  var sequence: SequenceID
}

extension BatchDecoder {
  /// Starts a segment at the end of what its prompt has in common with what was read before: the prompt of a request on
  /// its way, or what is kept of one that is over. So a request that joins doesn't read again what all begin with.
  ///
  /// The model's promise makes it change nothing: a row depends on the tokens before it alone.
  func start(_ index: Int) {
    let segment = plan.segments[index]
    // Hidden states and scores of the prompt come from reading it.
    guard !segment.keepsStates, segment.alternatives == nil else { return }
    // Something is left to read, for its logits.
    guard
      let (source, length) = longestSource(
        of: segment.tokens.dropLast(), adapter: segment.adapter),
      length >= PromptPlan.worthwhileSaving,
      // What can't be shared is read.
      let sequence = try? session.fork(source.sequence)
    else { return }
    guard (try? session.rollback(sequence, to: length)) != nil else {
      return session.close(sequence)
    }
    plan.assign(sequence, to: index)
    plan.advance(index, by: length)
    for reader in plan.readers(through: index) where !reader.isNegative {
      requests[reader.request].keptTokenCount = length
    }
  }

  /// The tokens of a request's prompt whose keys and values were there when it joined.
  public func keptTokenCount(ofRequest request: Int) -> Int {
    requests.indices.contains(request) ? requests[request].keptTokenCount : 0
  }

  /// What sequences begin with: the prompts of requests on their way, and what is kept.
  var promptSources: [PromptSource] {
    var sources = kept.flatMap(\.self)
    for state in requests.all where state.phase == .searching {
      let request = state.request
      if let sequence = state.sequences.first {
        sources.append(
          PromptSource(tokens: request.prompt, adapter: request.adapter, sequence: sequence))
      }
      if let negative = request.effectiveGuidance?.negativePrompt,
        let sequence = state.guidance?.sequences.first
      {
        sources.append(
          PromptSource(tokens: negative, adapter: request.adapter, sequence: sequence))
      }
    }
    return sources
  }

  /// Keeps what the model has read for a request whose search has ended: its prompt, and where texts are kept, the tokens
  /// of one of its hypotheses. The sequences are no longer the request's.
  ///
  /// - Parameter hypothesis: that of the first sequence.
  func keep(_ index: Int, through hypothesis: HypothesisID) {
    let state = requests[index]
    guard let sequence = state.sequences.first else { return }
    let generated = keptTextCount > 0 ? state.tree.tokens(of: hypothesis).map(\.token) : []
    guard let source = source(sequence, state.request.prompt + generated, of: state.request) else {
      return
    }
    state.sequences.removeFirst()
    var group = [source]
    if keptTextCount > 0, let negative = state.request.effectiveGuidance?.negativePrompt,
      let sequence = state.guidance?.sequences.first,
      let source = self.source(sequence, negative + generated, of: state.request)
    {
      state.guidance?.sequences.removeFirst()
      group.append(source)
    }
    keep(group)
  }

  /// A sequence that a request leaves, cut to those of `tokens` that it holds; `nil`: it isn't worth keeping.
  func source(
    _ sequence: SequenceID, _ tokens: [TokenID], of request: DecodingRequest
  ) -> PromptSource? {
    guard let length = try? session.length(of: sequence) else { return nil }
    let tokens = Array(tokens.prefix(length))
    guard tokens.count >= PromptPlan.worthwhileSaving,
      (try? session.rollback(sequence, to: tokens.count)) != nil
    else { return nil }
    return PromptSource(tokens: tokens, adapter: request.adapter, sequence: sequence)
  }

  /// Keeps the sequences of a request. Those that begin what is kept now go, and the oldest beyond the limit.
  func keep(_ group: [PromptSource]) {
    guard let new = group.first else { return }
    func isBeginning(_ old: [PromptSource]) -> Bool {
      old.allSatisfy { $0.adapter == new.adapter && new.tokens.starts(with: $0.tokens) }
    }
    var superfluous = kept.filter(isBeginning)
    kept.removeAll(where: isBeginning)
    while kept.count >= max(1, keptTextCount) { superfluous.append(kept.removeFirst()) }
    kept.append(group)
    for source in superfluous.joined() { session.close(source.sequence) }
  }

  /// Frees what is kept.
  func closeKept() {
    for source in kept.joined() { session.close(source.sequence) }
    kept = []
  }
}
