import ChatTemplates
import Generation
import Inference
import JSON
import LanguageModeling

extension GenerateCommand {
  /// What the user gave to continue, before there is a tokenizer.
  enum Texts {
    /// A text, or nothing.
    case single(String?)
    /// Token ids.
    case tokens([TokenID])
    /// A file of prompts.
    case batch([BatchPrompt])

    /// The number of prompts.
    var count: Int {
      if case .batch(let prompts) = self { prompts.count } else { 1 }
    }
  }

  /// Reads the prompts, before the model is loaded: a bad file is told at once.
  func readTexts(console: Console) throws(CommandFailure) -> Texts {
    if let prompts = promptOptions.prompts { return .batch(try PromptsFile.read(prompts)) }
    if let promptTokens = promptOptions.promptTokens {
      return .tokens(try NumberList.tokens(promptTokens, flag: "--prompt-tokens"))
    }
    return .single(try textOptions.read(argument: prompt, console: console))
  }

  /// Turns texts into what the model reads, one each time that it is called, in their order; `nil` after the last.
  func prompts(
    _ texts: Texts, for model: Model
  ) throws(CommandFailure) -> () throws(CommandFailure) -> NamedPrompt? {
    if case .single(nil) = texts, promptOptions.chat {
      throw .usage("--chat has nothing to say; give a prompt")
    }
    var place = 0
    return { () throws(CommandFailure) in
      defer { place += 1 }
      switch texts {
      case .tokens(let tokens) where place == 0:
        return try prompt(.tokens(tokens), named: "--prompt-tokens", model)
      case .single(let text) where place == 0:
        return try prompt(prompt(of: text ?? ""), named: "the prompt", model)
      case .batch(let entries) where entries.indices.contains(place):
        return try prompt(
          prompt(of: entries[place].text), id: entries[place].id,
          named: "prompt \(place + 1) of the file", model)
      case .tokens, .single, .batch: return nil
      }
    }
  }

  private func prompt(of text: String) -> Prompt {
    guard promptOptions.chat else {
      return textOptions.noParseSpecial ? .plainText(text) : .text(text)
    }
    var messages: [ChatMessage] = []
    if let system = promptOptions.system {
      messages.append(ChatMessage(role: "system", content: system))
    }
    messages.append(ChatMessage(role: "user", content: text))
    return .messages(messages)
  }

  private func prompt(
    _ prompt: Prompt, id: JSONValue? = nil, named name: String, _ model: Model
  ) throws(CommandFailure) -> NamedPrompt {
    do {
      return NamedPrompt(id: id, prompt: try model.prepare(prompt, named: name))
    } catch {
      throw CommandFailure(error)
    }
  }
}
