import ChatTemplates
import Generation
import Inference
import JSON

extension GenerateCommand {
  /// What the user gave to continue.
  enum Source {
    /// A prompt, and what errors call it.
    case single(Prompt, name: String)
    /// A file of prompts.
    case batch(PromptsFile)
  }

  /// Reads the prompt, or opens the file of prompts, before the model is loaded: a bad file is told at once.
  ///
  /// - Parameter done: how many prompts of a file are passed over.
  func readSource(after done: Int, console: Console) throws(CommandFailure) -> Source {
    if let prompts = promptOptions.prompts {
      return .batch(
        try PromptsFile(prompts, after: done, ignoresUnknown: promptOptions.ignoreUnknownKeys))
    }
    if let promptTokens = promptOptions.promptTokens {
      return .single(
        .tokens(try NumberList.tokens(promptTokens, flag: "--prompt-tokens")),
        name: "--prompt-tokens")
    }
    if let messages = promptOptions.messages {
      return .single(
        try prompt(of: .messages(try MessageList.read(messages))), name: "the conversation")
    }
    let text = try textOptions.read(argument: prompt, joinsInput: true, console: console)
    if text == nil, promptOptions.chat {
      throw .usage("--chat has nothing to say; give a prompt")
    }
    return .single(prompt(of: text ?? ""), name: "the prompt")
  }

  /// A text as the flags say that it is read.
  func prompt(of text: String) -> Prompt {
    guard promptOptions.chat else {
      return textOptions.noParseSpecial ? .plainText(text) : .text(text)
    }
    return .messages(systemTurn + [ChatMessage(role: "user", content: text)])
  }

  /// What a line of a file of prompts asks to continue.
  func prompt(of content: PromptLine.Content) throws(CommandFailure) -> Prompt {
    switch content {
    case .text(let text): return prompt(of: text)
    case .tokens(let tokens):
      guard !promptOptions.chat else {
        throw .usage("--chat wants a text, and “prompt_tokens” gives ids; leave one out")
      }
      return .tokens(tokens)
    case .messages(let messages):
      guard systemTurn.isEmpty || messages.first?.role != "system" else {
        throw .usage("--system and the first message each give the system's turn; leave one out")
      }
      return .messages(systemTurn + messages)
    }
  }

  private var systemTurn: [ChatMessage] {
    promptOptions.system.map { [ChatMessage(role: "system", content: $0)] } ?? []
  }
}
