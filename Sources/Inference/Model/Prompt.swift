public import ChatTemplates
public import LanguageModeling

/// What a model is to continue.
///
///     let prompt: Prompt = "Once upon a time"  // .text("Once upon a time")
///     let question = Prompt.messages([ChatMessage(role: "user", content: "Hello!")])
public enum Prompt: Hashable, Sendable, ExpressibleByStringInterpolation {
  /// A text. Special tokens that are written in it are recognised; an empty text begins at the model's
  /// beginning-of-sequence token.
  case text(String)
  /// A text in which special tokens are text like any other.
  case plainText(String)
  /// A conversation, rendered by the model's own chat template up to where the next answer begins.
  case messages([ChatMessage])
  /// Token ids, fed as they are: nothing is added.
  case tokens([TokenID])

  /// A text.
  public init(stringLiteral text: String) {
    self = .text(text)
  }
}

/// A prompt as a model reads it.
public struct PreparedPrompt: Hashable, Sendable {
  /// What the tokens stand for: the text as it was given, or the conversation as it was rendered.
  public var text: String
  /// The tokens that the model is fed, at least one.
  public var tokens: [TokenID]

  /// A prompt of `tokens`.
  public init(text: String, tokens: [TokenID]) {
    self.text = text
    self.tokens = tokens
  }
}
