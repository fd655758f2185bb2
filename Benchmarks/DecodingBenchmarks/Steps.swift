import Benchmark
import Decoding

/// What a step of the decoder costs beside the model's: rows checked and summed up, filtered, chosen from, and the
/// hypotheses carried on.
func registerSteps() {
  for vocabularyCount in vocabularyCounts {
    let model = ConstantModel(Logits.peaked.row(vocabularyCount))
    let filters: [any Filter]
    do {
      filters = try FilterOrder.huggingFace.filters(
        FilterSettings(temperature: 0.8, topK: 50, topP: 0.95))
    } catch {
      return
    }
    let strategies: [(name: String, strategy: any DecodingStrategy, samples: [Int])] = [
      ("greedy", GreedySearch(), [0]),
      ("sample", Sampling(), [0]),
      ("sample, huggingface filters", Sampling(filters: filters), [0]),
      ("arithmetic, huggingface filters", ArithmeticSampling(codeCount: 1, filters: filters), [0]),
      ("beam, 5 beams", BeamSearch(beamCount: 5), [0]),
      ("stochastic-beam, 5 beams", StochasticBeamSearch(beamCount: 5), [0]),
    ]
    for (name, strategy, samples) in strategies {
      Benchmark("step/\(vocabularyCount)/\(name)") { benchmark in
        let decoder = try BatchDecoder(model: model)
        try decoder.submit(
          DecodingRequest(
            prompt: [1], strategy: strategy, samples: samples,
            stopRules: StopRules(maxNewTokens: 1000)))
        // The beams are all alive by then.
        for _ in 0..<4 { _ = try decoder.step() }
        benchmark.startMeasurement()
        blackHole(try decoder.step())
        benchmark.stopMeasurement()
      }
    }
  }
}
