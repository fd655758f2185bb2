import LanguageModeling

/// A prompt that the model has read, with the sequence that begins with it.
struct PromptSource {
  var tokens: [TokenID]
  var adapter: AdapterMix
  var sequence: SequenceID
}

extension BatchDecoder {
  /// Starts a segment at the end of what its prompt has in common with one that was read before: that of a request on its
  /// way, or of the one that ended last. So a request that joins doesn't read again what all begin with.
  ///
  /// The model's promise makes it change nothing: a row depends on the tokens before it alone.
  func start(_ index: Int) {
    let segment = plan.segments[index]
    // Hidden states and scores of the prompt come from reading it.
    guard !segment.keepsStates, segment.alternatives == nil else { return }
    var best: (source: PromptSource, length: Int)?
    for source in promptSources where source.adapter == segment.adapter {
      // Something is left to read, for its logits.
      let length = min(
        zip(source.tokens, segment.tokens).prefix { $0 == $1 }.count, segment.tokens.count - 1)
      if length >= PromptPlan.worthwhileSaving, length > best?.length ?? 0 {
        best = (source, length)
      }
    }
    guard let best else { return }
    // What can't be shared is read.
    guard let sequence = try? session.fork(best.source.sequence) else { return }
    guard (try? session.rollback(sequence, to: best.length)) != nil else {
      return session.close(sequence)
    }
    plan.assign(sequence, to: index)
    plan.advance(index, by: best.length)
  }

  /// The prompts that sequences begin with.
  private var promptSources: [PromptSource] {
    var sources = [spare].compactMap(\.self)
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

  /// Keeps the prompt of a request whose search has ended, instead of the one that was kept. The sequence is no
  /// longer the request's.
  func keepPrompt(of index: Int) {
    let state = requests[index]
    guard let sequence = state.sequences.first else { return }
    let length = state.request.prompt.count
    guard length >= PromptPlan.worthwhileSaving,
      (try? session.rollback(sequence, to: length)) != nil
    else { return }
    closeSpare()
    state.sequences.removeFirst()
    spare = PromptSource(
      tokens: state.request.prompt, adapter: state.request.adapter, sequence: sequence)
  }

  /// Frees the prompt that was kept.
  func closeSpare() {
    if let spare { session.close(spare.sequence) }
    spare = nil
  }
}
