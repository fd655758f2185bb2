public import JSON
import Metrics

/// Digests that tell whether two things are the same, on any machine.
///
/// SHA-256 of the JSON on one line. Members keep their order, and numbers are written the shortest way that reads back
/// the same, so that equal values give equal bytes.
public enum SweepIdentity {
  /// The version of what goes into the digests; a change to it changes every id.
  static let version = 1

  /// The SHA-256 of bytes, as 64 hexadecimal digits.
  public static func digest(of bytes: some Sequence<UInt8>) -> String {
    var hash = SHA256()
    hash.update(Array(bytes))
    return hash.hexadecimal
  }

  /// The SHA-256 of a JSON value.
  public static func digest(of value: JSONValue) -> String {
    digest(of: value.text.utf8)
  }

  /// The id of a trial: what decides its texts, but for the prompt.
  package static func trialID(
    settings: [JSONMember], seed: UInt64, noise: SweepSpecification.Noise, modelDigest: String
  ) -> String {
    let identity = JSONValue.object([
      JSONMember("version", .integer(version)), JSONMember("model", .string(modelDigest)),
      JSONMember("seed", .unsigned(seed)), JSONMember("noise", .string(noise.rawValue)),
      JSONMember("settings", .object(settings)),
    ])
    return String(digest(of: identity).prefix(12))
  }

  /// The digest of all that decides a sweep's results, timings aside: the search, the settings, the model, the data and
  /// the metrics. Shards and resumed runs must agree in it.
  public static func sweepDigest(
    of specification: SweepSpecification, data: String, modelDigest: String
  ) -> String {
    digest(
      of: .object([
        JSONMember("version", .integer(version)), JSONMember("model", .string(modelDigest)),
        JSONMember("data", .string(data)), JSONMember("sweep", specification.canonical),
      ]))
  }
}

extension SweepSpecification {
  /// All that decides the results, in a fixed order and without paths, which may differ between machines.
  fileprivate var canonical: JSONValue {
    .object([
      JSONMember("seed", .unsigned(seed)), JSONMember("method", .string(method.rawValue)),
      JSONMember("run_cap", runCap.map(JSONValue.integer) ?? .null),
      JSONMember("repeats", .integer(repeats)), JSONMember("noise", .string(noise.rawValue)),
      JSONMember("metric", objective.map(Self.canonical) ?? .null),
      JSONMember("metrics", .array(metrics.map(Self.canonical))),
      JSONMember("holdout", .number(data.holdout)), JSONMember("defaults", .object(defaults)),
      JSONMember("spaces", .array(spaces.map(Self.canonical))),
      JSONMember(
        "early_terminate",
        earlyTermination?.json ?? .null),
    ])
  }

  private static func canonical(_ objective: Objective) -> JSONValue {
    .array([.string(objective.name), .string(objective.goal.rawValue)])
  }

  private static func canonical(_ metric: MetricRequest) -> JSONValue {
    switch metric {
    case .named(let name): .string(name)
    case .command(let name, let command): .array(([name] + command).map(JSONValue.string))
    case .language(let name, .jsonSchema(let schema)):
      .array([.string(name), .string("json_schema"), schema])
    case .language(let name, .regularExpression(let text)):
      .array([name, "regex", text].map(JSONValue.string))
    case .language(let name, .grammar(let text)):
      .array([name, "grammar", text].map(JSONValue.string))
    }
  }

  private static func canonical(_ space: ParameterSpace) -> JSONValue {
    .object(space.parameters.map { JSONMember($0.name, canonical($0.distribution)) })
  }

  private static func canonical(_ distribution: Distribution) -> JSONValue {
    func named(_ name: String, _ values: JSONValue...) -> JSONValue {
      .array([.string(name)] + values)
    }
    return switch distribution {
    case .values(let values): named("values", .array(values))
    case .categorical(let values, let probabilities):
      named("categorical", .array(values), .array(probabilities.map(JSONValue.number)))
    case .uniform(let low, let high): named("uniform", .number(low), .number(high))
    case .logUniform(let low, let high):
      named("log_uniform_values", .number(low), .number(high))
    case .quantised(let low, let high, let step):
      named("q_uniform", .number(low), .number(high), .number(step))
    case .integers(let low, let high, 1): named("int_uniform", .integer(low), .integer(high))
    case .integers(let low, let high, let step):
      named("q_uniform", .integer(low), .integer(high), .integer(step))
    case .normal(let mean, let deviation): named("normal", .number(mean), .number(deviation))
    case .path(let low, let high): named("path", .number(low), .number(high))
    }
  }
}
