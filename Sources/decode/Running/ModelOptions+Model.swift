import Inference
import LanguageModeling
import Metrics
import Models
import Tokenization
import Transformer

extension ModelOptions {
  /// Loads the model and its adapters, and checks that it can do what `options` ask for.
  func load(
    _ options: ComputeOptions, adapters: [AdapterOptions.Choice], console: Console
  ) throws(CommandFailure) -> Model {
    let model = try load(
      adapters, computeType: options.computeType, options: options.sessionOptions,
      console: console)
    let longest = model.loaded.model.contextLength
    let reach = model.loaded.model.configuration.maximumContextLength
    if let length = options.contextLength, length > reach {
      throw .usage(
        "--context-length: \(length) is more than the model's \(reach); give that or less")
    }
    console.detail(
      "model: \(model.name), \(model.loaded.format.rawValue), \(model.loaded.architecture), context "
        + "\(longest), \(model.loaded.model.computeType.rawValue), loaded in"
        + " \(FixedPoint.text(model.loadSeconds, places: 3)) s"
    )
    return model
  }

  /// Loads the model and its adapters, which go by their paths.
  func load(
    _ adapters: [AdapterOptions.Choice], computeType: ComputeType,
    options: SessionOptions = SessionOptions(), console: Console
  ) throws(CommandFailure) -> Model {
    try reportingFailure {
      var model =
        if let path {
          try Model.load(path, computeType: computeType, options: options)
        } else {
          try Model.embedded(computeType: computeType, options: options)
        }
      for warning in model.loaded.warnings { console.warn(warning) }
      for choice in adapters {
        model = try model.adding(adapterAt: choice.path, scale: choice.scale)
        console.detail("adapter: \(choice.path), scale \(choice.scale)")
      }
      return model
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
      "vocabulary: \(path ?? Model.embeddedName), \(tokenizer.vocabularyCount) tokens")
    return tokenizer
  }

  /// Who named the model.
  var source: String {
    model != nil ? "--model" : path != nil ? "DECODE_MODEL" : "default"
  }
}
