import Decoding
import Generation
import LanguageModeling
import Models
public import Transformer

extension Model {
  /// The model with one more LoRA adapter, loaded from `path`: a PEFT directory or a GGUF file.
  ///
  /// ```swift
  /// let poet = try model.adding(adapterAt: "adapters/verse", scale: 0.8)
  /// ```
  ///
  /// Adapters add up. Weights are shared, so that `model` and `poet` take the memory of one model and its adapter, and
  /// `poet.adapter = .none` is the base model again. The adapter goes by its path in ``adapter``.
  ///
  /// - Parameter scale: a factor on the adapter's own scale; it may be negative.
  /// - Throws: ``InferenceError/load(_:)`` where the adapter can't be read or doesn't fit this model.
  public func adding(adapterAt path: String, scale: Float = 1) throws(InferenceError) -> Model {
    var model = self
    try model.load(adapterAt: path, named: path)
    model.adapter.parts.append(AdapterMix.Part(name: path, weight: scale))
    return model
  }

  /// Loads an adapter, unless one of that name is there, and leaves ``adapter`` as it is.
  mutating func load(adapterAt path: String, named name: String) throws(InferenceError) {
    guard !loaded.model.adapterNames.contains(name) else { return }
    let base = loaded
    loaded = try InferenceError.loading { () throws(LoadError) in
      try base.adding(adapterAt: path, named: name)
    }
    adapterPaths[name] = path
  }

  /// The model with a smaller one of the same vocabulary, loaded from `path`, that drafts tokens: the same texts in
  /// fewer steps. It drafts under greedy search and sampling; requests that can't be drafted for are refused.
  ///
  /// - Parameter computeType: what the smaller model's weights are multiplied in.
  /// - Throws: ``InferenceError/load(_:)``, and ``InferenceError/decoding(_:)`` for a model of another vocabulary.
  public func drafting(
    withModelAt path: String, computeType: ComputeType = .auto
  ) throws(InferenceError) -> Model {
    var model = self
    model.draftModel = try InferenceError.loading { () throws(LoadError) in
      try ModelLoader.load(path: path, computeType: computeType)
    }
    _ = try model.draftingGenerator()
    return model
  }

  /// The generator, with the draft model where there is one.
  func draftingGenerator() throws(InferenceError) -> TextGenerator {
    guard let draftModel else { return generator }
    let generator = generator
    return try InferenceError.wrapping { () throws(DecodingFailure) in
      try generator.drafting(with: draftModel.model, tokenizer: draftModel.tokenizer)
    }
  }
}
