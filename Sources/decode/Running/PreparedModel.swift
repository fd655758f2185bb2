import ChatTemplates
import Decoding
import Generation
import JSON
import LanguageModeling
import Models
import Tokenization
import Transformer

/// A model that is ready to run.
struct PreparedModel: Sendable {
  /// The model and what its files say.
  var loaded: LoadedModel
  /// The model as the user knows it: the path as given, or the embedded model's name.
  var name: String
  /// Seconds that loading took.
  var loadSeconds: Double

  /// The name of the model that the package ships.
  static let embeddedName = "storyteller"

  /// What the model's own files recommend; the tokens that end a text are among it.
  var settings: SettingsLayer {
    var pairs = loaded.generationDefaults.values.map { pair in
      (key: pair.key, value: SettingValue(pair.value))
    }
    pairs.removeAll { $0.key == SettingKey.endOfSequenceTokens.rawValue }
    var layer = SettingsLayer(model: pairs)
    let tokens = loaded.endOfSequenceTokens.map { SettingValue.integer(Int($0)) }
    layer.settings.append(Setting(.endOfSequenceTokens, .list(tokens), from: .model))
    return layer
  }

  /// `text` as a user's turn in the model's own chat template, up to where the answer begins.
  func render(_ text: String, system: String?) throws(CommandFailure) -> String {
    guard loaded.chatTemplate != nil || loaded.chatTemplateProblem != nil else {
      throw .usage("\(name) has no chat template; leave --chat out")
    }
    var messages: [ChatMessage] = []
    if let system { messages.append(ChatMessage(role: "system", content: system)) }
    messages.append(ChatMessage(role: "user", content: text))
    do {
      let text = try loaded.render(messages)
      guard !text.isEmpty else {
        throw CommandFailure.failure("\(name): its chat template makes nothing of the prompt")
      }
      return text
    } catch let failure as CommandFailure {
      throw failure
    } catch {
      throw .failure("\(name): \(error); give the prompt without --chat, or mend the template")
    }
  }

  /// The longest sequence, in tokens.
  func contextLength(_ options: ComputeOptions) -> Int {
    options.contextLength ?? loaded.model.contextLength
  }

  /// Refuses tokens that the model doesn't have.
  ///
  /// - Parameter name: what to call them in messages.
  func check(_ tokens: [TokenID], named name: String) throws(CommandFailure) {
    let count = loaded.model.vocabularyCount
    for token in tokens where !(0..<count).contains(Int(token)) {
      throw .usage(
        "\(name): token id \(token) is outside the vocabulary of \(count) (0 to \(count - 1))")
    }
  }

  /// The tokens of a prompt as text, after the model's beginning-of-sequence rule; where there would be none, the token
  /// that begins a sequence.
  ///
  /// - Returns: none, where the model has no such token.
  func promptTokens(
    of text: String, parsingSpecialTokens: Bool = true
  ) throws(CommandFailure) -> [TokenID] {
    let tokens = try reportingFailure {
      try loaded.tokenizer.encodePrompt(text, parsingSpecialTokens: parsingSpecialTokens)
    }
    return tokens.isEmpty ? loaded.tokenizer.beginningOfSequence.map { [$0] } ?? [] : tokens
  }

  /// The tokens of the negative prompt, where there is one: those of a plain text, after the model's
  /// beginning-of-sequence rule, with --chat too.
  func negativePrompt(
    _ settings: GenerationSettings, parsingSpecialTokens: Bool = true, contextLength: Int
  ) throws(CommandFailure) -> [TokenID]? {
    guard let text = settings.negativePrompt else { return nil }
    let tokens = try reportingFailure {
      try loaded.tokenizer.encodePrompt(text, parsingSpecialTokens: parsingSpecialTokens)
    }
    guard !tokens.isEmpty else {
      throw .usage(
        "the negative prompt is empty, and \(name) has no beginning-of-sequence token to stand"
          + " for it; give a text, or leave it out")
    }
    try check(tokens, named: "the negative prompt")
    guard tokens.count <= contextLength else {
      throw .usage(
        "the negative prompt has \(tokens.count) tokens and the context holds \(contextLength); shorten it"
          + (contextLength < loaded.model.contextLength ? ", or raise --context-length" : ""))
    }
    return tokens
  }

  /// The penalties and masks of `settings`, over the model's vocabulary.
  func processors(
    _ settings: GenerationSettings
  ) throws(CommandFailure) -> [any LogitsProcessor] {
    try reportingFailure { try settings.processors(tokenizer: loaded.tokenizer) }
  }

  /// A text generator over the model.
  func generator(_ options: ComputeOptions) -> TextGenerator {
    TextGenerator(
      model: loaded.model, tokenizer: loaded.tokenizer, options: options.sessionOptions)
  }
}

extension ModelOptions {
  /// Loads the model and its adapters, and checks that it can do what `options` ask for.
  func load(
    _ options: ComputeOptions, adapters: [AdapterOptions.Choice], console: Console
  ) throws(CommandFailure) -> PreparedModel {
    let start = ContinuousClock.now
    let loaded = try load(adapters, computeType: options.computeType, console: console)
    let model = PreparedModel(
      loaded: loaded, name: path ?? PreparedModel.embeddedName,
      loadSeconds: (ContinuousClock.now - start).inSeconds)
    if let length = options.contextLength, length > loaded.model.contextLength {
      throw .usage(
        "--context-length: \(length) is more than the model's \(loaded.model.contextLength); give that or less"
      )
    }
    console.detail(
      "model: \(model.name), \(loaded.format.rawValue), \(loaded.architecture), context "
        + "\(loaded.model.contextLength), \(loaded.model.computeType.rawValue), loaded in \(Decimal.text(model.loadSeconds, places: 3)) s"
    )
    return model
  }

  /// Loads the model and its adapters, which go by their paths.
  func load(
    _ adapters: [AdapterOptions.Choice], computeType: ComputeType, console: Console
  ) throws(CommandFailure) -> LoadedModel {
    try reportingFailure {
      var loaded =
        if let path {
          try ModelLoader.load(path: path, computeType: computeType)
        } else {
          try ModelLoader.loadEmbedded(computeType: computeType)
        }
      for warning in loaded.warnings { console.warn(warning) }
      for choice in adapters {
        if !loaded.model.adapterNames.contains(choice.path) {
          loaded = try loaded.adding(adapterAt: choice.path, named: choice.path)
        }
        console.detail("adapter: \(choice.path), scale \(choice.scale)")
      }
      return loaded
    }
  }

  /// Loads the vocabulary alone.
  func loadTokenizer(console: Console) throws(CommandFailure) -> any Tokenizer {
    let tokenizer = try reportingFailure {
      if let path {
        try ModelLoader.loadTokenizer(path: path)
      } else {
        try ModelLoader.loadEmbedded(computeType: .float32).tokenizer
      }
    }
    console.detail(
      "vocabulary: \(path ?? PreparedModel.embeddedName), \(tokenizer.vocabularyCount) tokens")
    return tokenizer
  }

  /// Who named the model.
  var source: String {
    model != nil ? "--model" : path != nil ? "DECODE_MODEL" : "default"
  }
}
