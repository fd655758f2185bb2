import Benchmark
import LanguageModeling
import Models
import Transformer

/// What branching costs in the transformer's key-value cache, after a prompt of 256 tokens of the embedded model.
func registerForks() {
  var configuration = Benchmark.defaultConfiguration
  configuration.scalingFactor = .kilo
  configuration.maxIterations = 20
  for count in [1, 64] {
    Benchmark(
      "fork/\(count) of a prompt of 256 tokens, and their end", configuration: configuration
    ) { benchmark in
      let model = try ModelLoader.loadEmbedded().model
      let session = try model.makeSession(SessionOptions())
      let prompt = try session.open(adapter: .none)
      let inputs = [StepInput(prompt, Array(repeating: 5, count: 256))]
      var logits = Array(repeating: Float(0), count: model.vocabularyCount)
      var rows = logits.mutableSpan
      try session.step(inputs.span, into: &rows)
      benchmark.startMeasurement()
      for _ in benchmark.scaledIterations {
        let forks = try (0..<count).map { _ in try session.fork(prompt) }
        for fork in forks { session.close(fork) }
      }
      benchmark.stopMeasurement()
    }
  }
}
