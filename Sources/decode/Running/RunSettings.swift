import Inference
import JSON

/// Settings that are ready for requests.
struct RunSettings: Sendable {
  /// What requests under them share.
  var template: RequestTemplate
  /// The settings as results tell them.
  var json: JSONValue
  /// The seed of requests.
  var seed: UInt64
  /// Whether the user gave the seed.
  var isSeedGiven: Bool

  /// The seed as results tell it: `nil` where nothing is drawn and none was given.
  var reportedSeed: UInt64? {
    template.settings.strategy.draws || isSeedGiven ? seed : nil
  }
}
