public import JSON
public import Metrics

/// What a sweep file says, checked as far as it can be without a model.
public struct SweepSpecification: Hashable, Sendable {
  /// How trials are chosen.
  public enum Method: String, Hashable, Sendable, CaseIterable {
    /// Every point of the space, in order.
    case grid
    /// Points drawn independently (Bergstra and Bengio 2012).
    case random
    /// Points drawn where earlier ones were good: the tree-structured Parzen estimator (Bergstra et al. 2011).
    case tpe
  }

  /// Whether trials see the same noise.
  public enum Noise: String, Hashable, Sendable, CaseIterable {
    /// Common random numbers: every trial draws with the same noise, so that differences between trials vary less.
    case shared
    /// Every trial has noise of its own.
    case independent
  }

  /// Which way a metric is better.
  public typealias Goal = Metric.Goal

  /// The metric that ranks trials.
  public struct Objective: Hashable, Sendable {
    /// Its name.
    public var name: String
    /// Which way is better.
    public var goal: Goal
  }

  /// A metric to be computed.
  public enum MetricRequest: Hashable, Sendable {
    /// One of the catalogue.
    case named(String)
    /// A user's program: JSON lines in, numbers out.
    case command(name: String, command: [String])
    /// The share of texts in a language.
    case language(name: String, MetricLanguage)
  }

  /// A language that texts are judged by.
  public enum MetricLanguage: Hashable, Sendable {
    /// JSON that a schema accepts; `true` accepts any.
    case jsonSchema(JSONValue)
    /// A regular expression, which the whole text must match.
    case regularExpression(String)
    /// A grammar in GBNF.
    case grammar(String)
  }

  /// The prompts.
  public struct Data: Hashable, Sendable {
    /// The file, one JSON object a line.
    public var prompts: String
    /// The member that holds the prompt.
    public var promptKey = "prompt"
    /// The member that holds the reference or a list of them.
    public var referenceKey: String?
    /// The member that says what a prompt belongs to (``SweepPrompt/cluster``).
    public var clusterKey: String?
    /// Whether prompts are turns of a user, to be rendered by the model's chat template.
    public var isChat = false
    /// The most prompts to use.
    public var limit: Int?
    /// The share of the prompts kept out of choosing and used for reporting; in [0, 1).
    public var holdout: Double = 0

    /// The prompts of a file.
    public init(prompts: String) {
      self.prompts = prompts
    }
  }

  /// How trials are let go before they ran on all prompts.
  public enum EarlyTermination: Hashable, Sendable {
    /// Successive halving (Jamieson and Talwalkar 2016): at each rung one in `eta` trials stays, at least 2. The first
    /// rung has `minimumIterations` prompts. Nothing bounds how often the best trial is lost.
    case halving(eta: Int, minimumIterations: Int)
    /// Trials go once they are worse than another beyond doubt: after each `minimumIterations` prompts, in an order
    /// drawn by chance, by intervals that hold at any time (``BettingSequence``). The best trial is lost with a
    /// probability of at most 1 − `level`.
    case confidence(level: Double, minimumIterations: Int)

    /// As sweep files spell it.
    var name: String {
      switch self {
      case .halving: "halving"
      case .confidence: "confidence"
      }
    }

    /// For manifests and digests.
    var json: JSONValue {
      switch self {
      case .halving(let eta, let minimum): .array([.integer(eta), .integer(minimum)])
      case .confidence(let level, let minimum):
        .array([.string(name), .number(level), .integer(minimum)])
      }
    }

    /// Reads ``json``.
    init?(_ value: JSONValue) {
      guard case .array(let parts) = value else { return nil }
      switch (parts.count, parts.first, parts.dropFirst().first, parts.last) {
      case (2, .integer(let eta)?, .integer(let minimum)?, _):
        self = .halving(eta: eta, minimumIterations: minimum)
      case (3, .string("confidence")?, let level?, .integer(let minimum)?):
        guard let level = level.double else { return nil }
        self = .confidence(level: level, minimumIterations: minimum)
      default: return nil
      }
    }
  }

  /// The file as messages name it.
  public var file: String
  /// A name for reports.
  public var name: String
  /// Decides the search and the noise.
  public var seed: UInt64
  /// How trials are chosen.
  public var method: Method
  /// The most trials.
  public var runCap: Int?
  /// Samples for each prompt; deterministic trials take one.
  public var repeats: Int
  /// Whether trials see the same noise.
  public var noise: Noise
  /// The metric that ranks trials.
  public var objective: Objective?
  /// All metrics to compute, the objective's included.
  public var metrics: [MetricRequest]
  /// The model's path; `nil`: the embedded model.
  public var model: String?
  /// The prompts.
  public var data: Data
  /// Settings of all trials; a parameter of the same name takes their place.
  public var defaults: [JSONMember]
  /// The spaces to search, one after the other.
  public var spaces: [ParameterSpace]
  /// How trials are let go early, if they are.
  public var earlyTermination: EarlyTermination?
}
