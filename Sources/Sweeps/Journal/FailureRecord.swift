public import JSON

/// One continuation that failed: a line of `failures.jsonl`. A resumed run tries it again.
public struct FailureRecord: Hashable, Sendable {
  /// What failed.
  public var key: SampleRecord.Key
  /// Why, in a sentence.
  public var reason: String

  /// A failure.
  public init(key: SampleRecord.Key, reason: String) {
    self.key = key
    self.reason = reason
  }

  /// The line's object.
  public var json: JSONValue {
    .object([
      JSONMember("schema", .integer(1)), JSONMember("trial", .string(key.trial)),
      JSONMember("prompt", .string(key.prompt)), JSONMember("sample", .integer(key.sample)),
      JSONMember("reason", .string(reason)),
    ])
  }

  /// Reads a line's object; `nil` where something is missing or of another type.
  public init?(_ value: JSONValue) {
    guard value["schema"] == .integer(1), let trial = value["trial"]?.string,
      let prompt = value["prompt"]?.string, case .integer(let sample)? = value["sample"],
      let reason = value["reason"]?.string
    else { return nil }
    self.init(key: .init(trial: trial, prompt: prompt, sample: sample), reason: reason)
  }
}
