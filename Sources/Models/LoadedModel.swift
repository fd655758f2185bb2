public import ChatTemplates
public import LanguageModeling
public import Tokenization
public import Transformer

/// A model and what its files say about using it. Immutable; shared by any number of threads.
public struct LoadedModel: Sendable {
  /// Which layout the model's files have.
  public enum Format: String, Hashable, Sendable {
    /// One GGUF file.
    case gguf = "GGUF"
    /// A directory in Hugging Face layout.
    case huggingFace = "Hugging Face"
  }

  /// The file or directory that it was loaded from.
  public let path: String
  /// The layout of its files.
  public let format: Format
  /// Its architecture.
  public let architecture: Architecture
  /// The transformer, with the adapters that were added.
  public internal(set) var model: TransformerModel
  /// Its vocabulary.
  public let tokenizer: any Tokenizer
  /// Its chat template; `nil` where it has none, or one that can't be parsed (``chatTemplateProblem``).
  public let chatTemplate: ChatTemplate?
  /// Why the model's chat template can't be used. Texts can be generated without it.
  public let chatTemplateProblem: ChatTemplateError?
  /// The spellings of the special tokens, which the chat template is given by their names.
  public let specialTokens: SpecialTokenTexts
  /// The ids that the model's files name as ending a text, in the order of the files, each once.
  public let endOfSequenceTokens: [TokenID]
  /// What the model's own files recommend for generation.
  public let generationDefaults: GenerationDefaults
  /// What is odd in the model's files and was passed over, one sentence each, for whoever uses the model to read.
  public let warnings: [String]

  /// The text of a conversation in the model's own format.
  ///
  /// The template places special tokens itself, the first one included, so nothing is to be added when the text is
  /// encoded.
  ///
  /// - Parameter addingGenerationPrompt: whether to end with the beginning of the assistant's turn.
  /// - Throws: ``LoadError`` where the model has no usable template, or the template refuses the conversation.
  public func render(
    _ messages: [ChatMessage], addingGenerationPrompt: Bool = true
  ) throws(LoadError) -> String {
    if let chatTemplateProblem { throw .chatTemplate(chatTemplateProblem) }
    guard let chatTemplate else {
      throw .invalid(
        file: path, field: "chat template",
        reason: "the model has none; give the prompt as plain text")
    }
    do {
      return try chatTemplate.render(
        messages: messages, addingGenerationPrompt: addingGenerationPrompt,
        beginningOfSequence: specialTokens["bos_token"], endOfSequence: specialTokens["eos_token"],
        specialTokens: specialTokens.named,
        additionalSpecialTokens: specialTokens.additional)
    } catch {
      throw .chatTemplate(error)
    }
  }
}
