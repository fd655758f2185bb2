import Benchmark
import Decoding
import LanguageModeling

/// What a draw costs: a row taken in, filtered, and one token taken.
func registerDraws() {
  let chains: [(name: String, order: FilterOrder, settings: FilterSettings)] = [
    ("no filter", .huggingFace, FilterSettings()),
    ("temperature 0.8", .huggingFace, FilterSettings(temperature: 0.8)),
    ("top-k 50", .huggingFace, FilterSettings(topK: 50)),
    ("top-p 0.95", .huggingFace, FilterSettings(topP: 0.95)),
    ("min-p 0.05", .huggingFace, FilterSettings(minP: 0.05)),
    ("typical 0.95", .huggingFace, FilterSettings(typicalP: 0.95)),
    (
      "huggingface: temperature 0.8, top-k 50, top-p 0.95", .huggingFace,
      FilterSettings(temperature: 0.8, topK: 50, topP: 0.95)
    ),
    (
      "llama.cpp: top-k 40, top-p 0.95, min-p 0.05, temperature 0.8", .llamaCpp,
      FilterSettings(temperature: 0.8, topK: 40, topP: 0.95, minP: 0.05)
    ),
  ]
  for vocabularyCount in vocabularyCounts {
    for logits in Logits.allCases {
      let row = logits.row(vocabularyCount)
      for chain in chains {
        Benchmark("draw/\(vocabularyCount)/\(logits.rawValue)/\(chain.name)") { benchmark in
          let filters = try chain.order.filters(chain.settings)
          let noise = CounterNoise(seed: 2, prompt: PromptHash([1]), sample: 0)
          var candidates = Candidates(vocabularyCount: vocabularyCount)
          // Once, so that no page is touched for the first time while time is taken.
          candidates.load(row.span)
          for filter in filters { filter.apply(to: &candidates) }
          benchmark.startMeasurement()
          candidates.load(row.span)
          for filter in filters { filter.apply(to: &candidates) }
          blackHole(
            candidates.indexOfGumbelMaximum(noise: noise, position: benchmark.currentIteration))
          benchmark.stopMeasurement()
        }
      }
    }
  }
}
