public import JSON
import Metrics

/// What a shard's results belong to: `manifest.json`. Shards whose digests are the same may be merged, and a run may go
/// on only where its digest is that of the folder.
public struct Manifest: Hashable, Sendable {
  /// The name of the sweep.
  public var name: String
  /// The digest of everything that decides the results (``SweepIdentity/sweepDigest(of:data:modelDigest:)``).
  public var digest: String
  /// Which part of the prompts.
  public var shard: Shard
  /// The version of the tool.
  public var toolVersion: String
  /// The model as the user named it.
  public var model: String
  /// The metric that ranks trials, and which way.
  public var objective: SweepSpecification.Objective?
  /// The names of the metrics.
  public var metrics: [String]
  /// The share of prompts held out.
  public var holdout: Double
  /// The seed.
  public var seed: UInt64
  /// Samples for each prompt.
  public var repeats: Int
  /// Whether every trial runs on every prompt: neither `tpe`, which proposes as it goes, nor `early_terminate`.
  public var isExhaustive: Bool
  /// How trials are let go before they ran on all prompts, if they are.
  public var earlyTermination: SweepSpecification.EarlyTermination?
  /// The prompts of the whole sweep, in their order.
  public var prompts: [SweepPrompt]
  /// The names of the parameters, in declaration order.
  public var parameters: [String]
  /// The trials, the baseline first; those of a search that learns are added as they are proposed.
  public var trials: [Trial]

  /// The file's content.
  public var json: JSONValue {
    .object(
      [
        JSONMember("schema", .integer(1)), JSONMember("name", .string(name)),
        JSONMember("digest", .string(digest)), JSONMember("shard", .string("\(shard)")),
        JSONMember("version", .string(toolVersion)), JSONMember("model", .string(model)),
        JSONMember(
          "metric",
          objective.map {
            .object([
              JSONMember("name", .string($0.name)), JSONMember("goal", .string($0.goal.rawValue)),
            ])
          } ?? .null),
        JSONMember("metrics", .array(metrics.map(JSONValue.string))),
        JSONMember("holdout", .number(holdout)), JSONMember("seed", .unsigned(seed)),
        JSONMember("repeats", .integer(repeats)), JSONMember("exhaustive", .bool(isExhaustive)),
      ] + (earlyTermination.map { [JSONMember("early_terminate", $0.json)] } ?? []) + [
        JSONMember("parameters", .array(parameters.map(JSONValue.string))),
        JSONMember("prompts", .array(prompts.map(Self.json))),
        JSONMember("trials", .array(trials.map(Self.json))),
      ])
  }

  private static func json(_ prompt: SweepPrompt) -> JSONValue {
    .object(
      [
        JSONMember("id", .string(prompt.id)), JSONMember("prompt", .string(prompt.text)),
        JSONMember("references", .array(prompt.references.map(JSONValue.string))),
      ]
        + (prompt.cluster.map { [JSONMember("cluster", .string($0))] } ?? [])
        + (prompt.messages.isEmpty ? [] : [JSONMember("messages", prompt.messagesJSON)]))
  }

  private static func json(_ trial: Trial) -> JSONValue {
    .object([
      JSONMember("id", .string(trial.id)), JSONMember("number", .integer(trial.number)),
      JSONMember("parameters", .object(trial.parameters)),
      JSONMember("settings", .object(trial.settings)),
      JSONMember("given", .object(trial.given)),
      JSONMember("deterministic", .bool(trial.isDeterministic)),
      JSONMember("results", .integer(trial.resultCount)),
      JSONMember("baseline", .bool(trial.isBaseline)),
    ])
  }
}

extension SweepPrompt {
  /// The turns as a prompts file has them.
  var messagesJSON: JSONValue {
    .array(
      messages.map {
        .object([
          JSONMember("role", .string($0.role)), JSONMember("content", .string($0.content)),
        ])
      })
  }
}
