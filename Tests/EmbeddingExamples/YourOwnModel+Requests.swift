import Decoding
import LanguageModeling

/// One prompt under several strategies, all in one batch: the results of each, best first or by sample.
func compare(_ prompt: [TokenID], over model: Bigrams) throws -> [[Hypothesis]] {
  let decoder = try BatchDecoder(model: model)
  let rules = StopRules(endOfSequence: [0], maxNewTokens: 20)
  let strategies: [any DecodingStrategy] = [
    GreedySearch(),
    BeamSearch(beamCount: 4, resultCount: 3),
    StochasticBeamSearch(beamCount: 3),
  ]
  for strategy in strategies {
    try decoder.submit(
      DecodingRequest(prompt: prompt, strategy: strategy, seed: 7, stopRules: rules))
  }
  var results = Array(repeating: [Hypothesis](), count: strategies.count)
  while let events = try decoder.step() {
    for event in events {
      switch event {
      case .finished(let request, let hypothesis): results[request].append(hypothesis)
      case .failed(_, let error): throw error
      case .promptRead, .canvas, .token, .completed: continue
      }
    }
  }
  return results
}
