import LanguageModeling
import Models
import TestSupport
import Testing
import Transformer

/// Adapters of every kind over tiny models, against PEFT 0.21.2 (`make_adapters.py`) and mlx-lm 0.32.2
/// (`make_mlx_adapters.py`).
@Suite struct AdapterParityTests {
  /// The models' logits are of order 10; rounding differs in order alone.
  static let tolerance = 1e-3

  @Test func logProbabilitiesAgreeWithTheReference() throws {
    let cases = try AdapterCase.all()
    #expect(cases.count >= 45)
    for example in cases {
      let model = try example.model()
      let session = try model.makeSession(SessionOptions(threads: 1))
      for prompt in example.prompts {
        let sequence = try session.open(adapter: example.mix)
        let rows = try session.logits(
          of: sequence, fed: prompt.tokens, .all, vocabularyCount: model.vocabularyCount)
        session.close(sequence)
        let difference = largestDifference(
          logProbabilities(rows, vocabularyCount: model.vocabularyCount),
          prompt.log_probabilities.floats)
        #expect(difference < Self.tolerance, "\(example), \(prompt.tokens.count) tokens")
      }
    }
  }

  @Test func greedyTokensAreThoseOfTheReference() throws {
    for example in try AdapterCase.all() {
      let model = try example.model()
      let session = try model.makeSession(SessionOptions(threads: 1))
      for prompt in example.prompts {
        let tokens = try session.greedy(
          prompt.tokens, count: prompt.greedy.count, adapter: example.mix,
          vocabularyCount: model.vocabularyCount)
        #expect(tokens == prompt.greedy, "\(example)")
      }
    }
  }

  /// Without this, an adapter that does nothing would agree with a reference that has none.
  @Test func adaptersChangeWhatIsPredicted() throws {
    for example in try AdapterCase.all() {
      let model = try example.model()
      let session = try model.makeSession(SessionOptions(threads: 1))
      let prompt = try #require(example.prompts.last)
      let plain = try session.open(adapter: .none)
      let rows = try session.logits(
        of: plain, fed: prompt.tokens, .all, vocabularyCount: model.vocabularyCount)
      let difference = largestDifference(
        logProbabilities(rows, vocabularyCount: model.vocabularyCount),
        prompt.log_probabilities.floats)
      #expect(difference > 0.1, "\(example)")
    }
  }

  @Test func aPlainAdapterAtWeightZeroIsTheBaseModel() throws {
    let example = try AdapterCase.named("plain-qv")
    let model = try example.model()
    let session = try model.makeSession(SessionOptions(threads: 1))
    let tokens = try #require(example.prompts.last).tokens
    let none = try session.open(adapter: .none)
    let zero = try session.open(
      adapter: AdapterMix([AdapterMix.Part(name: "adapters/plain-qv", weight: 0)]))
    let count = model.vocabularyCount
    #expect(
      try session.logits(of: none, fed: tokens, .all, vocabularyCount: count)
        == session.logits(of: zero, fed: tokens, .all, vocabularyCount: count))
  }

  /// The formats say the same thing, so not even a bit may differ where the rows need no reordering.
  @Test(arguments: ["plain-qv", "embeddings", "gguf-base", "gguf-base-qwen2"])
  func aGGUFAdapterIsThePEFTAdapterThatItWasMadeFrom(_ name: String) throws {
    let example = try AdapterCase.named(name)
    let base = try ModelLoader.loadTransformer(path: Fixtures.path(example.base))
    let tokens = try #require(example.prompts.last).tokens
    let rows = try ["adapters/\(name)", "adapters/\(name).gguf"].map { fixture in
      let model = try base.adding(adapterAt: fixture)
      let session = try model.makeSession(SessionOptions(threads: 1))
      let sequence = try session.open(
        adapter: AdapterMix([AdapterMix.Part(name: fixture)]))
      return try session.logits(
        of: sequence, fed: tokens, .all, vocabularyCount: model.vocabularyCount)
    }
    #expect(rows[0] == rows[1])
  }
}
