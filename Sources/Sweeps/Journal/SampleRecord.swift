public import JSON
public import LanguageModeling

/// One finished continuation: a line of `results.jsonl`.
public struct SampleRecord: Hashable, Sendable {
  /// What it is the result of; a journal holds each key once.
  public struct Key: Hashable, Sendable {
    /// The trial's id.
    public var trial: String
    /// The prompt's id.
    public var prompt: String
    /// The number of the sample.
    public var sample: Int
    /// Under a path, the number of the segment, from the lowest temperatures up; else 0.
    public var segment: Int

    /// The result of a sample of a trial on a prompt.
    public init(trial: String, prompt: String, sample: Int, segment: Int = 0) {
      self.trial = trial
      self.prompt = prompt
      self.sample = sample
      self.segment = segment
    }
  }

  /// Trial, prompt and sample.
  public var key: Key
  /// Under a path, the segments of the sample; `nil` for a trial with one temperature.
  public var segmentCount: Int?
  /// The settings that it ran under. Of a segment, the temperature is its first and its last.
  public var settings: [JSONMember]
  /// The seed of the noise.
  public var seed: UInt64
  /// The continuation.
  public var text: String
  /// Its tokens.
  public var tokens: [TokenID]
  /// Their log-probabilities under the trial's model, its adapters included, without temperature and filters.
  public var tokenLogProbabilities: [Double]
  /// Those under the base model, without adapters; empty unless a metric needs them.
  public var baseTokenLogProbabilities: [Double]
  /// The entropies of the unmodified model's distributions, in nats; empty unless a metric needs them.
  public var entropies: [Double]
  /// Which tokens of the first reference the filters leave (``SampleOutput/keptReferenceTokens``); empty unless a
  /// metric needs them.
  public var keptReferenceTokens: [Bool]
  /// Why it ended.
  public var finishReason: String
  /// Whether it satisfies the trial's constraint; `nil` without one.
  public var isComplete: Bool?
  /// Numbers about it, in the order of the sweep file; NaN where a metric is undefined.
  public var metrics: [JSONMember]
  /// Seconds that it took, beside others.
  public var seconds: Double

  /// A finished continuation.
  public init(
    key: Key, settings: [JSONMember], seed: UInt64, text: String, tokens: [TokenID],
    tokenLogProbabilities: [Double], entropies: [Double], keptReferenceTokens: [Bool] = [],
    baseTokenLogProbabilities: [Double] = [], finishReason: String, isComplete: Bool? = nil,
    metrics: [JSONMember], seconds: Double, segmentCount: Int? = nil
  ) {
    self.key = key
    self.segmentCount = segmentCount
    self.settings = settings
    self.seed = seed
    self.text = text
    self.tokens = tokens
    self.tokenLogProbabilities = tokenLogProbabilities
    self.entropies = entropies
    self.baseTokenLogProbabilities = baseTokenLogProbabilities
    self.keptReferenceTokens = keptReferenceTokens
    self.finishReason = finishReason
    self.isComplete = isComplete
    self.metrics = metrics
    self.seconds = seconds
  }
}

extension SampleRecord {
  /// The line's object. `timing` stands last: all before it is the same on every machine.
  public var json: JSONValue {
    .object(
      reproducible + [
        JSONMember(
          "timing",
          .object([
            JSONMember("seconds", .number(seconds)),
            JSONMember(
              "tokens_per_second", .number(seconds > 0 ? Double(tokens.count) / seconds : .nan)),
          ]))
      ])
  }

  /// Whether nothing of the sample comes after it.
  var isLast: Bool { segmentCount.map { key.segment == $0 - 1 } ?? true }

  /// Its log-probability under the unmodified model.
  public var logProbability: Double { tokenLogProbabilities.reduce(0, +) }

  /// All but the timing, by which results are compared.
  var reproducible: [JSONMember] {
    var members = [
      JSONMember("schema", .integer(1)), JSONMember("trial", .string(key.trial)),
      JSONMember("prompt", .string(key.prompt)), JSONMember("sample", .integer(key.sample)),
    ]
    if let segmentCount {
      members.append(JSONMember("segment", .integer(key.segment)))
      members.append(JSONMember("segments", .integer(segmentCount)))
    }
    members += [
      JSONMember("settings", .object(settings)), JSONMember("seed", .unsigned(seed)),
      JSONMember("text", .string(text)),
      JSONMember("tokens", .array(tokens.map { .integer(Int($0)) })),
      JSONMember("logprob", .number(logProbability)),
      JSONMember("token_logprobs", .array(tokenLogProbabilities.map(JSONValue.number))),
    ]
    if !baseTokenLogProbabilities.isEmpty {
      members.append(
        JSONMember("base_token_logprobs", .array(baseTokenLogProbabilities.map(JSONValue.number))))
    }
    if !entropies.isEmpty {
      members.append(JSONMember("entropies", .array(entropies.map(JSONValue.number))))
    }
    if !keptReferenceTokens.isEmpty {
      members.append(JSONMember("support", .array(keptReferenceTokens.map(JSONValue.bool))))
    }
    if let isComplete { members.append(JSONMember("complete", .bool(isComplete))) }
    members += [
      JSONMember("finish_reason", .string(finishReason)),
      JSONMember("metrics", .object(metrics)),
    ]
    return members
  }

  /// Reads a line's object; `nil` where something is missing or of another type.
  public init?(_ value: JSONValue) {
    guard value["schema"] == .integer(1), let trial = value["trial"]?.string,
      let prompt = value["prompt"]?.string, case .integer(let sample)? = value["sample"],
      let settings = value["settings"]?.members, let text = value["text"]?.string,
      case .array(let tokens)? = value["tokens"], let finishReason = value["finish_reason"]?.string,
      let metrics = value["metrics"]?.members, let timing = value["timing"]
    else { return nil }
    let ids = tokens.compactMap { token -> TokenID? in
      if case .integer(let id) = token { TokenID(exactly: id) } else { nil }
    }
    switch value["seed"] {
    case .integer(let number)? where number >= 0: seed = UInt64(number)
    case .unsigned(let number)?: seed = number
    default: return nil
    }
    guard ids.count == tokens.count else { return nil }
    var segment = 0
    segmentCount = nil
    if case .integer(let count)? = value["segments"] {
      guard case .integer(let number)? = value["segment"] else { return nil }
      (segment, segmentCount) = (number, count)
    }
    key = Key(trial: trial, prompt: prompt, sample: sample, segment: segment)
    self.settings = settings
    self.text = text
    self.tokens = ids
    guard let logProbabilities = value["token_logprobs"]?.numbers,
      logProbabilities.count == ids.count
    else { return nil }
    tokenLogProbabilities = logProbabilities
    baseTokenLogProbabilities = value["base_token_logprobs"]?.numbers ?? []
    entropies = value["entropies"]?.numbers ?? []
    keptReferenceTokens = value["support"]?.booleans ?? []
    self.finishReason = finishReason
    isComplete = value["complete"].map { $0 == .bool(true) }
    self.metrics = metrics
    seconds = timing["seconds"]?.double ?? .nan
  }
}

extension JSONValue {
  /// A list of numbers; what isn't finite is written as null.
  fileprivate var numbers: [Double]? {
    guard case .array(let values) = self else { return nil }
    return values.map { $0.double ?? .nan }
  }

  /// A list of booleans.
  fileprivate var booleans: [Bool]? {
    guard case .array(let values) = self else { return nil }
    return values.map { $0 == .bool(true) }
  }
}
