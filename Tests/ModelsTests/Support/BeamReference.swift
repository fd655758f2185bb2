import Decoding
import LanguageModeling
import Models
import Testing

/// What transformers' beam searches make of a model (`beams.py`).
struct BeamReference: Decodable {
  /// A search and its results, best first. One beam is greedy search, which has no score.
  struct Case: Decodable {
    struct Result: Decodable {
      let tokens: [TokenID]
      let score: Double?
    }
    let prompt: [TokenID]
    let beams: Int
    let groups: Int
    let diversity: Double
    let early: EarlyStopping
    let length: Double
    let new: Int
    /// The end-of-sequence tokens, where a case has its own.
    let eos: [TokenID]?
    let repetition_penalty: Double?
    let no_repeat_ngram_size: Int?
    let results: [Result]

    var strategy: any DecodingStrategy {
      groups == 1
        ? BeamSearch(
          beamCount: beams, lengthPenalty: length, earlyStopping: early, resultCount: beams)
        : DiverseBeamSearch(
          beamCount: beams, groupCount: groups, diversityPenalty: diversity,
          lengthPenalty: length, earlyStopping: early, resultCount: beams)
    }

    func processors() throws -> [any LogitsProcessor] {
      var processors: [any LogitsProcessor] = []
      if let repetition_penalty { processors.append(try RepetitionPenalty(repetition_penalty)) }
      if let no_repeat_ngram_size { processors.append(try NoRepeatNGram(no_repeat_ngram_size)) }
      return processors
    }
  }

  /// The end-of-sequence tokens.
  let eos: [TokenID]
  let cases: [Case]

  /// Runs all cases in one batch and compares tokens, and scores to 1e-4 relative.
  func expectSame(from model: some LanguageModel) throws {
    let decoder = try BatchDecoder(model: model, options: SessionOptions(threads: 2))
    for item in cases {
      try decoder.submit(
        DecodingRequest(
          prompt: item.prompt, strategy: item.strategy,
          stopRules: StopRules(endOfSequence: Set(item.eos ?? eos), maxNewTokens: item.new),
          processors: try item.processors()))
    }
    var results = Array(repeating: [Hypothesis](), count: cases.count)
    while let events = try decoder.step() {
      for event in events {
        switch event {
        case .finished(let request, let hypothesis): results[request].append(hypothesis)
        case .failed(let request, let error): Issue.record("case \(request): \(error)")
        case .promptRead, .canvas, .token, .completed: continue
        }
      }
    }
    for (index, item) in cases.enumerated() {
      let tokens = results[index].map { hypothesis in
        // transformers' groups end every result with the first of the end-of-sequence tokens.
        item.groups > 1 && hypothesis.finishReason == .endOfSequence
          ? hypothesis.tokens.dropLast().map(\.token) + (item.eos ?? eos).prefix(1)
          : hypothesis.tokens.map(\.token)
      }
      #expect(tokens == item.results.map(\.tokens), "case \(index)")
      for (hypothesis, expected) in zip(results[index], item.results) {
        guard let score = expected.score else { continue }
        #expect(abs(hypothesis.score - score) <= 1e-4 * abs(score), "case \(index)")
      }
    }
  }
}
