import Inference
import JSON

/// A prompt that is ready for the model, with what a file of prompts calls it.
struct NamedPrompt: Sendable {
  /// What the user calls it, where it came from a file of prompts.
  var id: JSONValue?
  /// What the model reads.
  var prompt: PreparedPrompt
}
