public import LanguageModeling

/// What metrics look at: all samples of one prompt under one setting. What a metric doesn't need may be left empty.
public struct MetricInput: Hashable, Sendable {
  /// One continuation of the prompt.
  public struct Sample: Hashable, Sendable {
    /// Its text.
    public var text: String
    /// Its tokens, as generated.
    public var tokens: [TokenID]
    /// The natural log-probability of each token under the unmodified model.
    public var logProbabilities: [Double]
    /// The entropy of the unmodified model's distribution at each token, in nats.
    public var entropies: [Double]
    /// Whether the text satisfies the constraint that it was generated under; `nil` without one.
    public var isComplete: Bool?

    /// A continuation.
    public init(
      text: String, tokens: [TokenID] = [], logProbabilities: [Double] = [],
      entropies: [Double] = [], isComplete: Bool? = nil
    ) {
      self.text = text
      self.tokens = tokens
      self.logProbabilities = logProbabilities
      self.entropies = entropies
      self.isComplete = isComplete
    }
  }

  /// The continuations.
  public var samples: [Sample]
  /// Texts that would be right.
  public var references: [String]
  /// For each token of a reference that the model was fed, whether the filters kept it among the candidates.
  public var keptReferenceTokens: [Bool]
  /// How long generating took; `nil` where it wasn't measured.
  public var seconds: Double?

  /// The samples of a prompt.
  public init(
    samples: [Sample], references: [String] = [], keptReferenceTokens: [Bool] = [],
    seconds: Double? = nil
  ) {
    self.samples = samples
    self.references = references
    self.keptReferenceTokens = keptReferenceTokens
    self.seconds = seconds
  }
}

/// What a metric can't do without, beside texts.
public struct MetricNeeds: OptionSet, Hashable, Sendable {
  /// A bit for each.
  public let rawValue: Int

  /// The needs of these bits.
  public init(rawValue: Int) { self.rawValue = rawValue }

  /// ``MetricInput/references``.
  public static let references = MetricNeeds(rawValue: 1)
  /// ``MetricInput/Sample/tokens``.
  public static let tokens = MetricNeeds(rawValue: 2)
  /// ``MetricInput/Sample/logProbabilities``.
  public static let logProbabilities = MetricNeeds(rawValue: 4)
  /// ``MetricInput/Sample/entropies``.
  public static let entropies = MetricNeeds(rawValue: 8)
  /// At least two samples of a prompt.
  public static let severalSamples = MetricNeeds(rawValue: 16)
  /// ``MetricInput/keptReferenceTokens``.
  public static let keptReferenceTokens = MetricNeeds(rawValue: 32)
  /// ``MetricInput/seconds``.
  public static let timing = MetricNeeds(rawValue: 64)
  /// ``MetricInput/Sample/isComplete``.
  public static let constraints = MetricNeeds(rawValue: 128)
}

extension MetricNeeds: CustomStringConvertible {
  /// The needs in words.
  public var description: String {
    let names: [(MetricNeeds, String)] = [
      (.references, "references"), (.tokens, "tokens"), (.logProbabilities, "log-probabilities"),
      (.entropies, "entropies"), (.severalSamples, "several samples of each prompt"),
      (.keptReferenceTokens, "reference tokens read under the filters"), (.timing, "timings"),
      (.constraints, "constraints"),
    ]
    return names.filter { contains($0.0) }.map(\.1).joined(separator: " and ")
  }
}
