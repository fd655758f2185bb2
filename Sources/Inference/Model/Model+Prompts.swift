import ChatTemplates
import Decoding
import Generation
import LanguageModeling
import Models
import Tokenization
import Transformer

extension Model {
  /// The tokens of a prompt, checked against the model's vocabulary and context.
  ///
  /// A text gets a beginning-of-sequence token where the model's files say so; an empty one is that token.
  ///
  /// - Parameter name: what errors call the prompt.
  /// - Throws: ``InferenceError`` for a prompt that this model can't take.
  /// - Complexity: O(length).
  public func prepare(
    _ prompt: Prompt, named name: String = "the prompt"
  ) throws(InferenceError) -> PreparedPrompt {
    let prepared: PreparedPrompt
    switch prompt {
    case .text(let text), .plainText(let text):
      let tokens = try promptTokens(of: text, parsingSpecialTokens: prompt == .text(text))
      guard !tokens.isEmpty else { throw .emptyPrompt(model: self.name) }
      prepared = PreparedPrompt(text: text, tokens: tokens)
    case .messages(let messages):
      let text = try render(messages)
      // The template writes the special tokens that the model wants, the beginning of the sequence included.
      prepared = PreparedPrompt(
        text: text, tokens: try encode(text, addingBeginningOfSequence: false))
    case .tokens(let tokens):
      prepared = PreparedPrompt(
        text: loaded.tokenizer.decode(tokens, skippingSpecialTokens: false), tokens: tokens)
    }
    try check(prepared.tokens, named: name)
    guard prepared.tokens.count <= contextLength else {
      throw .promptTooLong(
        name: name, count: prepared.tokens.count, limit: contextLength,
        isShortened: contextLength < loaded.model.contextLength)
    }
    return prepared
  }

  /// A conversation as the model reads it, up to where the answer begins.
  func tokens(of messages: [ChatMessage]) throws(InferenceError) -> [TokenID] {
    // The template writes the special tokens that the model wants, the beginning of the sequence included.
    let tokens = try encode(try render(messages), addingBeginningOfSequence: false)
    try check(tokens, named: "the conversation")
    return tokens
  }

  /// A conversation as text, up to where the answer begins.
  func render(_ messages: [ChatMessage]) throws(InferenceError) -> String {
    guard loaded.chatTemplate != nil || loaded.chatTemplateProblem != nil else {
      throw .noChatTemplate(model: name)
    }
    let text: String
    do { text = try loaded.render(messages) } catch {
      throw .chatTemplate(model: name, error)
    }
    guard !text.isEmpty else { throw .emptyConversation(model: name) }
    return text
  }

  /// Refuses tokens that the model doesn't have.
  ///
  /// - Parameter name: what to call them in messages.
  func check(_ tokens: [TokenID], named name: String) throws(InferenceError) {
    let count = loaded.model.vocabularyCount
    for token in tokens where !(0..<count).contains(Int(token)) {
      throw .tokenOutOfRange(name: name, token: Int(token), vocabularyCount: count)
    }
  }

  /// The tokens of a prompt as text, after the model's beginning-of-sequence rule; where there would be none, the token
  /// that begins a sequence.
  ///
  /// - Returns: none, where the model has no such token.
  func promptTokens(
    of text: String, parsingSpecialTokens: Bool = true
  ) throws(InferenceError) -> [TokenID] {
    let tokens = try encode(text, parsingSpecialTokens: parsingSpecialTokens)
    return tokens.isEmpty ? loaded.tokenizer.beginningOfSequence.map { [$0] } ?? [] : tokens
  }

  /// The tokens of the negative prompt, where there is one: those of a plain text, after the model's
  /// beginning-of-sequence rule, also beside a conversation.
  func negativePrompt(
    _ settings: GenerationSettings, parsingSpecialTokens: Bool = true
  ) throws(InferenceError) -> [TokenID]? {
    guard let text = settings.negativePrompt else { return nil }
    let tokens = try encode(text, parsingSpecialTokens: parsingSpecialTokens)
    guard !tokens.isEmpty else { throw .emptyNegativePrompt(model: name) }
    try check(tokens, named: "the negative prompt")
    guard tokens.count <= contextLength else {
      throw .promptTooLong(
        name: "the negative prompt", count: tokens.count, limit: contextLength,
        isShortened: contextLength < loaded.model.contextLength)
    }
    return tokens
  }

  /// The tokens of a text.
  ///
  /// - Parameter addingBeginningOfSequence: whether the model's rule for it holds; `false`: none is added.
  func encode(
    _ text: String, addingBeginningOfSequence: Bool = true, parsingSpecialTokens: Bool = true
  ) throws(InferenceError) -> [TokenID] {
    do throws(TokenizationError) {
      return addingBeginningOfSequence
        ? try loaded.tokenizer.encodePrompt(text, parsingSpecialTokens: parsingSpecialTokens)
        : try loaded.tokenizer.encode(text, parsingSpecialTokens: parsingSpecialTokens)
    } catch {
      throw .load(.tokenization(error))
    }
  }
}
