import LanguageModeling

extension BatchDecoder {
  /// How probable the model found each token of a request's prompt; empty until the prompt is read, and where the request
  /// doesn't ask for it.
  public func promptScores(ofRequest request: Int) -> [ScoredToken] {
    requests.indices.contains(request) ? requests[request].promptScores : []
  }

  /// The most logits that scored prompts may add to a step: 64 MiB.
  static let scoredLogitsPerStep = 1 << 24

  /// The most tokens of scored prompts that a step reads, at least one.
  var scoredTokensPerStep: Int { max(1, Self.scoredLogitsPerStep / max(1, vocabularyCount)) }

  /// Scores the tokens that follow those of a chunk, whose rows begin at `row`: the rest of the segment, and the first
  /// token of each segment after it.
  ///
  /// - Throws: `ModelError.notFinite(_:position:)` for a row that is no distribution.
  func score(_ chunk: StepInput, of index: Int, row: Int) throws(ModelError) {
    let segment = plan.segments[index]
    guard let alternatives = segment.alternatives else { return }
    for offset in chunk.tokens.indices {
      let elements = (row + offset) * vocabularyCount..<(row + offset + 1) * vocabularyCount
      scratch.load(rows.span.extracting(elements))
      guard let summary = scratch.summary(entropy: false) else {
        throw .notFinite(chunk.sequence, position: segment.fedCount + offset)
      }
      let place = segment.fedCount + offset + 1
      var next: [(segment: Int, token: TokenID)] = []
      if place < segment.tokens.count {
        next = [(index, segment.tokens[segment.tokens.startIndex + place])]
      } else {
        for child in segment.children {
          guard !plan.segments[child].isDone, plan.segments[child].alternatives != nil,
            let token = plan.segments[child].tokens.first
          else { continue }
          next.append((child, token))
        }
      }
      let logProbabilities = next.map {
        Double(scratch.logit(at: Int($0.token))) - summary.logNormalizer
      }
      var ranked: [TokenAlternative] = []
      if alternatives > 0, !next.isEmpty {
        scratch.keepGreatest(alternatives, ties: .cut)
        ranked = scratch.ranked(logNormalizer: summary.logNormalizer)
      }
      for (item, logProbability) in zip(next, logProbabilities) {
        plan.append(
          ScoredToken(
            token: item.token, logProbability: logProbability, alternatives: ranked),
          to: item.segment)
      }
    }
  }

  /// Gives a request the scores of its prompt, which ends with `segment`.
  func handPromptScores(_ segment: PromptPlan.Segment, to index: Int) {
    let state = requests[index]
    guard let alternatives = state.request.promptAlternatives else { return }
    state.promptScores = segment.allScores.flatMap { piece in
      piece.map { score in
        var score = score
        // A prompt that shares the segment may have asked for more.
        score.alternatives = Array(score.alternatives.prefix(alternatives))
        return score
      }
    }
  }
}
