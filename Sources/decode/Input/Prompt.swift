import Generation
import JSON
import LanguageModeling
import Tokenization

/// A prompt, ready for the model.
struct Prompt: Sendable {
  /// What the user calls it, where it came from a file of prompts.
  var id: JSONValue?
  /// What the model reads, as text.
  var text: String
  /// The tokens that the model is fed.
  var tokens: [TokenID]
}
