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
  }

  /// The prompts.
  public struct Data: Hashable, Sendable {
    /// The file, one JSON object a line.
    public var prompts: String
    /// The member that holds the prompt.
    public var promptKey = "prompt"
    /// The member that holds the reference or a list of them.
    public var referenceKey: String?
    /// The most prompts to use.
    public var limit: Int?
    /// The share of the prompts kept out of choosing and used for reporting; in [0, 1).
    public var holdout: Double = 0

    /// The prompts of a file.
    public init(prompts: String) {
      self.prompts = prompts
    }
  }

  /// Successive halving over prompts (Jamieson and Talwalkar 2016).
  public struct EarlyTermination: Hashable, Sendable {
    /// At each rung one in `eta` trials stays; at least 2.
    public var eta: Int
    /// The prompts of the first rung.
    public var minimumIterations: Int

    /// Halving by `eta`, from `minimumIterations` prompts.
    public init(eta: Int, minimumIterations: Int) {
      self.eta = eta
      self.minimumIterations = minimumIterations
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
  /// Successive halving, if it is asked for.
  public var earlyTermination: EarlyTermination?
}
