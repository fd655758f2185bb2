import Generation
import JSON
import LanguageModeling
import Models
import Tokenization
import Transformer

extension GenerateCommand {
  /// What the user gave to continue, before there is a tokenizer.
  enum Texts {
    /// A text, or nothing.
    case single(String?)
    /// Token ids.
    case tokens([TokenID])
    /// A file of prompts.
    case batch([BatchPrompt])
  }

  /// Reads the prompts, before the model is loaded: a bad file is told at once.
  func readTexts(console: Console) throws(CommandFailure) -> Texts {
    if let prompts = promptOptions.prompts { return .batch(try PromptsFile.read(prompts)) }
    if let promptTokens = promptOptions.promptTokens {
      return .tokens(try NumberList.tokens(promptTokens, flag: "--prompt-tokens"))
    }
    return .single(try textOptions.read(argument: prompt, console: console))
  }

  /// Turns the texts into what the model reads.
  func prepare(_ texts: Texts, for model: PreparedModel) throws(CommandFailure) -> [Prompt] {
    switch texts {
    case .tokens(let tokens):
      let text = model.loaded.tokenizer.decode(tokens, skippingSpecialTokens: false)
      return [try check(Prompt(text: text, tokens: tokens), named: "--prompt-tokens", model)]
    case .single(let text):
      if promptOptions.chat && text == nil {
        throw .usage("--chat has nothing to say; give a prompt")
      }
      return [try check(try prompt(text ?? "", id: nil, model), named: "the prompt", model)]
    case .batch(let entries):
      var prompts: [Prompt] = []
      for (index, entry) in entries.enumerated() {
        prompts.append(
          try check(
            try prompt(entry.text, id: entry.id, model), named: "prompt \(index + 1) of the file",
            model))
      }
      return prompts
    }
  }

  private func prompt(
    _ text: String, id: JSONValue?, _ model: PreparedModel
  ) throws(CommandFailure) -> Prompt {
    if promptOptions.chat {
      let rendered = try model.render(text, system: promptOptions.system)
      // The template writes the special tokens that the model wants, the beginning of the sequence included.
      let tokens = try reportingFailure {
        try model.loaded.tokenizer.encode(rendered, parsingSpecialTokens: true)
      }
      return Prompt(id: id, text: rendered, tokens: tokens)
    }
    let tokens = try model.promptTokens(
      of: text, parsingSpecialTokens: !textOptions.noParseSpecial)
    guard !tokens.isEmpty else {
      throw .usage("\(model.name) has no beginning-of-sequence token to start from; give a prompt")
    }
    return Prompt(id: id, text: text, tokens: tokens)
  }

  /// Refuses a prompt that the model can't take, by its name.
  private func check(
    _ prompt: Prompt, named name: String, _ model: PreparedModel
  ) throws(CommandFailure) -> Prompt {
    try model.check(prompt.tokens, named: name)
    let limit = model.contextLength(computeOptions)
    guard prompt.tokens.count <= limit else {
      throw .usage(
        "\(name) has \(prompt.tokens.count) tokens and the context holds \(limit); shorten it"
          + (limit < model.loaded.model.contextLength ? ", or raise --context-length" : ""))
    }
    return prompt
  }
}
