public import Generation
public import LanguageModeling
public import Models
public import Transformer

/// A language model that is ready to use: it continues texts and conversations, and scores texts.
///
/// ```swift
/// let model = try Model.load("model.gguf")
/// let result = try model.generate("Once upon a time")
/// print(result.text)
/// ```
///
/// A value; copies share the weights, which never change, and any number of tasks may use it at once. Tokenizing, the
/// chat template, the tokens that end a text and the settings that the model's own files recommend are taken care of.
public struct Model: Sendable {
  /// The weights and what the model's files say, with every adapter that was loaded.
  public internal(set) var loaded: LoadedModel
  /// The model as its user knows it: the path as given, or ``embeddedName``.
  public let name: String
  /// How it computes: threads, the longest sequence, and what keys and values are kept in.
  public var options: SessionOptions
  /// The adapters that it runs with: those of ``adding(adapterAt:scale:)``, unless they are set.
  public var adapter = AdapterMix.none
  /// Where the adapters that were loaded come from, by their names.
  var adapterPaths: [String: String] = [:]
  /// Whether what the model's own files recommend holds where settings name nothing (``resolve(_:)``). The tokens that end
  /// a text are no recommendation, and hold either way.
  public var appliesRecommendedSettings = true
  /// The model that drafts tokens, where there is one.
  public internal(set) var draftModel: LoadedModel?
  /// The constraints that its requests had last, over its vocabulary.
  let constraints: ConstraintLibrary
  /// Seconds that loading took.
  public let loadSeconds: Double

  /// The name of the model that the package ships.
  public static let embeddedName = "storyteller"

  /// Loads the model at `path`: a GGUF file or a directory in Hugging Face layout.
  ///
  /// - Parameters:
  ///   - computeType: what weights are multiplied in; `ComputeType.auto`: integers where the files are quantised.
  ///   - options: how it computes.
  /// - Throws: ``InferenceError/load(_:)``, which names the file and the field.
  public static func load(
    _ path: String, computeType: ComputeType = .auto, options: SessionOptions = SessionOptions()
  ) throws(InferenceError) -> Model {
    try Model(named: path, options: options) { () throws(LoadError) in
      try ModelLoader.load(path: path, computeType: computeType)
    }
  }

  /// Loads the model that the package ships: it tells short tales.
  ///
  /// - Throws: ``InferenceError/load(_:)``, with the places that were searched.
  public static func embedded(
    computeType: ComputeType = .auto, options: SessionOptions = SessionOptions()
  ) throws(InferenceError) -> Model {
    try Model(named: embeddedName, options: options) { () throws(LoadError) in
      try ModelLoader.loadEmbedded(computeType: computeType)
    }
  }

  private init(
    named name: String, options: SessionOptions, _ load: () throws(LoadError) -> LoadedModel
  ) throws(InferenceError) {
    let start = ContinuousClock.now
    loaded = try InferenceError.loading(load)
    constraints = ConstraintLibrary(loaded.tokenizer)
    self.name = name
    self.options = options
    loadSeconds = (ContinuousClock.now - start) / .seconds(1)
  }

  /// The longest sequence, in tokens: the model's own, or what ``options`` allow.
  public var contextLength: Int { loaded.model.contextLength(under: options) }

  /// A generator of texts over the model. It works on token ids and complete requests.
  public var generator: TextGenerator {
    TextGenerator(model: loaded.model, tokenizer: loaded.tokenizer, options: options)
  }
}
