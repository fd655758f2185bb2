import Inference
import JSON

/// A prompt that is ready for the model, with what a file of prompts calls it.
struct NamedPrompt: Sendable {
  /// The file and the line that it came from; `nil` where it is the only one.
  var place: String?
  /// What the user calls it, where it came from a file of prompts.
  var id: JSONValue?
  /// What comes back untouched.
  var metadata: JSONValue?
  /// What the model reads.
  var prompt: PreparedPrompt
  /// How it is continued.
  var settings: RunSettings

  /// The prompt as one that can't run.
  func refused(_ failure: CommandFailure) -> RefusedPrompt {
    RefusedPrompt(
      id: id, metadata: metadata,
      reason: place.map(failure.message.placed) ?? failure.message)
  }
}

/// A line of a file of prompts that can't run.
struct RefusedPrompt: Sendable {
  /// What the user calls it.
  var id: JSONValue?
  /// What comes back untouched.
  var metadata: JSONValue?
  /// Why it can't run, in a sentence that names the line.
  var reason: String
}
