import LanguageModeling
import Transformer

/// Something to measure the speed of.
enum SpeedTest {
  /// Reading a prompt at once.
  case prompt(Int)
  /// Adding tokens one at a time to each of several sequences that share a prompt.
  case generation(length: Int, sequences: Int)

  /// The prompt that generations share, in tokens.
  static let sharedPrompt = 128

  /// The name, as llama-bench would spell it.
  var name: String {
    switch self {
    case .prompt(let count): "pp\(count)"
    case .generation(let length, 1): "tg\(length)"
    case .generation(let length, let sequences): "tg\(length)x\(sequences)"
    }
  }

  /// The context that it needs.
  var longestSequence: Int {
    switch self {
    case .prompt(let count): count
    case .generation(let length, _):
      length.addingReportingOverflow(Self.sharedPrompt).overflow ? .max : length + Self.sharedPrompt
    }
  }
}

/// The speed of one test, in tokens a second.
struct SpeedResult {
  var test: SpeedTest
  /// One for each repetition.
  var samples: [Double]

  /// The mean.
  var mean: Double { samples.reduce(0, +) / Double(samples.count) }

  /// The standard deviation of the samples (*n* − 1); 0 for a single one.
  var standardDeviation: Double {
    guard samples.count > 1 else { return 0 }
    let squares = samples.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (squares / Double(samples.count - 1)).squareRoot()
  }
}

/// Runs a model on random tokens against the clock. What a sampler costs isn't in it.
struct SpeedMeasurement {
  private let session: TransformerSession
  private let adapter: AdapterMix
  private let vocabularyCount: Int
  private var logits: [Float] = []
  private var random = SplitMix(state: 0)

  init(
    model: TransformerModel, adapter: AdapterMix, options: SessionOptions
  ) throws(ModelError) {
    self.adapter = adapter
    session = try model.makeSession(options)
    vocabularyCount = model.vocabularyCount
  }

  /// Warms up, then measures.
  func run(_ test: SpeedTest, repetitions: Int) throws(ModelError) -> SpeedResult {
    var measurement = self
    _ = try measurement.tokensPerSecond(test)
    var samples: [Double] = []
    for _ in 0..<repetitions { samples.append(try measurement.tokensPerSecond(test)) }
    return SpeedResult(test: test, samples: samples)
  }

  private mutating func tokensPerSecond(_ test: SpeedTest) throws(ModelError) -> Double {
    switch test {
    case .prompt(let count):
      let sequence = try session.open(adapter: adapter)
      defer { session.close(sequence) }
      let tokens = randomTokens(count)
      let start = ContinuousClock.now
      try step([StepInput(sequence, tokens)])
      return Double(count) / (ContinuousClock.now - start).inSeconds
    case .generation(let length, let count):
      let prompt = try session.open(adapter: adapter)
      defer { session.close(prompt) }
      try step([StepInput(prompt, randomTokens(SpeedTest.sharedPrompt))])
      var sequences: [SequenceID] = []
      defer { for sequence in sequences { session.close(sequence) } }
      for _ in 0..<count { sequences.append(try session.fork(prompt)) }
      let start = ContinuousClock.now
      for _ in 0..<length {
        let tokens = randomTokens(count)
        try step(zip(sequences, tokens).map { StepInput($0, [$1]) })
      }
      return Double(length * count) / (ContinuousClock.now - start).inSeconds
    }
  }

  private mutating func step(_ inputs: [StepInput]) throws(ModelError) {
    let count = inputs.count * vocabularyCount
    if logits.count != count { logits = [Float](repeating: 0, count: count) }
    let session = session
    var rows = logits.mutableSpan
    try session.step(inputs.span, into: &rows)
  }

  private mutating func randomTokens(_ count: Int) -> [TokenID] {
    (0..<count).map { _ in TokenID(Int.random(in: 0..<vocabularyCount, using: &random)) }
  }
}

/// SplitMix64 (Steele, Lea and Flood 2014): the same tokens at every run.
private struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
