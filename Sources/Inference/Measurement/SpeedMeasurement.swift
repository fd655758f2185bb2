public import LanguageModeling
public import Transformer

/// Something to measure the speed of.
///
///     SpeedTest(.prompt(256)).name  // "pp256"
///     SpeedTest(.generation(length: 32, sequences: 16), depth: 4096).name  // "tg32x16 @ d4096"
public struct SpeedTest: Hashable, Sendable {
  /// What is timed.
  public enum Work: Hashable, Sendable {
    /// Reading a prompt at once.
    case prompt(Int)
    /// Adding tokens one at a time to each of several sequences that share a context.
    case generation(length: Int, sequences: Int)
  }

  /// The context that generations have where no other is asked for, in tokens.
  public static let defaultContext = 128

  /// What is timed.
  public var work: Work
  /// The tokens in the context before the work, where they were asked for.
  private let chosenDepth: Int?

  /// A test.
  ///
  /// - Parameter depth: tokens in the context before the work; `nil`: none for a prompt, ``defaultContext`` for generation.
  public init(_ work: Work, depth: Int? = nil) {
    self.work = work
    chosenDepth = depth
  }

  /// Tokens in the context before the work.
  public var depth: Int {
    switch work {
    case .prompt: chosenDepth ?? 0
    case .generation: chosenDepth ?? Self.defaultContext
    }
  }

  /// The name, as llama-bench would spell it.
  public var name: String {
    let name =
      switch work {
      case .prompt(let count): "pp\(count)"
      case .generation(let length, 1): "tg\(length)"
      case .generation(let length, let sequences): "tg\(length)x\(sequences)"
      }
    return chosenDepth.map { $0 > 0 ? "\(name) @ d\($0)" : name } ?? name
  }

  /// The sequences that are fed.
  public var sequenceCount: Int {
    switch work {
    case .prompt: 1
    case .generation(_, let sequences): sequences
    }
  }

  /// The context that it needs; sizes are at most a million each.
  public var maximumSequenceLength: Int {
    switch work {
    case .prompt(let count): depth + count
    case .generation(let length, _): depth + length
    }
  }
}

/// The speed of one test, in tokens a second.
public struct SpeedResult: Hashable, Sendable {
  /// The test.
  public var test: SpeedTest
  /// One for each repetition.
  public var samples: [Double]

  /// The highest.
  public var best: Double { samples.reduce(0, max) }

  /// The one in the middle, or the mean of the two.
  public var median: Double {
    let sorted = samples.sorted()
    return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
  }

  /// The mean.
  public var mean: Double { samples.reduce(0, +) / Double(samples.count) }

  /// The standard deviation of the samples (*n* − 1); 0 for a single one.
  public var standardDeviation: Double {
    guard samples.count > 1 else { return 0 }
    let squares = samples.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (squares / Double(samples.count - 1)).squareRoot()
  }
}

/// Runs a model on random tokens against the clock. What a sampler costs isn't in it.
///
///     var measurement = try SpeedMeasurement(
///       model: model.loaded.model, adapter: model.adapter, options: model.options)
///     try measurement.run(SpeedTest(.prompt(256)), repetitions: 5).median  // tokens a second
public struct SpeedMeasurement {
  private let session: TransformerSession
  private let adapter: AdapterMix
  private let vocabularyCount: Int
  private var logits: [Float] = []
  private var random = SplitMix(state: 0)
  /// The context that was read last, which the next tests may branch from.
  private var context: (depth: Int, sequence: SequenceID)?

  /// A measurement over a session of its own.
  ///
  /// - Throws: `ModelError` where the model refuses the options.
  public init(
    model: TransformerModel, adapter: AdapterMix, options: SessionOptions
  ) throws(ModelError) {
    self.adapter = adapter
    session = try model.makeSession(options)
    vocabularyCount = model.vocabularyCount
  }

  /// Warms up, then measures.
  ///
  /// - Throws: `ModelError` where the model fails.
  public mutating func run(_ test: SpeedTest, repetitions: Int) throws(ModelError) -> SpeedResult {
    let context = try context(of: test.depth)
    _ = try tokensPerSecond(test, after: context)
    var samples: [Double] = []
    for _ in 0..<repetitions { samples.append(try tokensPerSecond(test, after: context)) }
    return SpeedResult(test: test, samples: samples)
  }

  /// A sequence of that many tokens, read when there is none yet.
  private mutating func context(of depth: Int) throws(ModelError) -> SequenceID {
    if let context {
      if context.depth == depth { return context.sequence }
      session.close(context.sequence)
      self.context = nil
    }
    let sequence = try session.open(adapter: adapter)
    context = (depth, sequence)
    if depth > 0 { try step([StepInput(sequence, randomTokens(depth))]) }
    return sequence
  }

  private mutating func tokensPerSecond(
    _ test: SpeedTest, after context: SequenceID
  ) throws(ModelError) -> Double {
    var sequences: [SequenceID] = []
    defer { for sequence in sequences { session.close(sequence) } }
    for _ in 0..<test.sequenceCount { sequences.append(try session.fork(context)) }
    switch test.work {
    case .prompt(let count):
      let inputs = [StepInput(sequences[0], randomTokens(count))]
      let start = ContinuousClock.now
      try step(inputs)
      return Double(count) / ((ContinuousClock.now - start) / .seconds(1))
    case .generation(let length, let count):
      let start = ContinuousClock.now
      for _ in 0..<length {
        let tokens = randomTokens(count)
        try step(zip(sequences, tokens).map { StepInput($0, [$1]) })
      }
      return Double(length * count) / ((ContinuousClock.now - start) / .seconds(1))
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
