import Benchmark
import Decoding
import LanguageModeling

/// What penalties cost after 1,024 tokens: a row taken in, penalised, filtered and drawn from.
func registerPenalties() {
  let chains: [(name: String, change: @Sendable (inout ProcessorSettings) -> Void)] = [
    ("repetition 1.1", { $0.repetitionPenalty = 1.1 }),
    (
      "frequency and presence 0.5",
      {
        $0.frequencyPenalty = 0.5
        $0.presencePenalty = 0.5
      }
    ),
    ("dry 0.8", { $0.dryMultiplier = 0.8 }),
    ("no-repeat-ngram-size 3", { $0.noRepeatNGramSize = 3 }),
    (
      "all of them",
      {
        $0.repetitionPenalty = 1.1
        $0.frequencyPenalty = 0.5
        $0.presencePenalty = 0.5
        $0.dryMultiplier = 0.8
        $0.noRepeatNGramSize = 3
      }
    ),
  ]
  for vocabularyCount in vocabularyCounts {
    let row = Logits.peaked.row(vocabularyCount)
    for chain in chains {
      Benchmark("penalties/\(vocabularyCount)/\(chain.name), top-k 50") { benchmark in
        var settings = ProcessorSettings()
        chain.change(&settings)
        let processors = try settings.processors()
        let filters = try FilterOrder.huggingFace.filters(FilterSettings(topK: 50))
        let noise = CounterNoise(seed: 2, prompt: PromptHash([1]), sample: 0)
        // A text of some 300 different tokens with a loop at its end.
        let text = (0..<1000).map { TokenID(noise.uniform(position: $0) * 300) }
        let context = HypothesisContext(prompt: text + text.suffix(24))
        var candidates = Candidates(vocabularyCount: vocabularyCount)
        candidates.load(row.span)
        benchmark.startMeasurement()
        candidates.load(row.span)
        for processor in processors { processor.process(&candidates, context: context) }
        for filter in filters { filter.apply(to: &candidates) }
        blackHole(
          candidates.indexOfGumbelMaximum(noise: noise, position: benchmark.currentIteration))
        benchmark.stopMeasurement()
      }
    }
  }
}
