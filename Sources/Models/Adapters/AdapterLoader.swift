internal import Checkpoints
public import Transformer

/// Loads LoRA adapters: a path and a base model in; what the adapter changes out.
///
/// A path is a directory of PEFT (`adapter_config.json` and `adapter_model.safetensors`) or of mlx-lm
/// (`adapter_config.json` and `adapters.safetensors`), or a GGUF file of llama.cpp's, or `ORG/NAME` where the hub's cache
/// on this machine holds an adapter of that name. Any goes with a base model of either layout.
public enum AdapterLoader {
  /// Loads the adapter at `path`, for a model of that shape.
  ///
  /// - Parameter architecture: the model's, which a GGUF adapter names; `nil`: not compared.
  /// - Throws: ``LoadError`` that names the file and the field, or the first tensor that the model has no place for.
  public static func load(
    path: String, for configuration: TransformerConfiguration, architecture: Architecture? = nil
  ) throws(LoadError) -> Adapter {
    switch try AdapterFiles(path: path) {
    case .peft(let reader): return try reader.adapter(for: configuration)
    case .mlx(let reader): return try reader.adapter(for: configuration)
    case .gguf(let file):
      return try GGUFAdapterReader(file: file).adapter(
        for: configuration, architecture: architecture)
    }
  }
}

extension AdapterLoader {
  /// The path of the files that an adapter's path or name stands for: a path as it is, and a name of a repository as
  /// ``ModelLoader/locate(_:environment:)`` finds it. Where neither is there, the text itself.
  ///
  /// - Throws: ``LoadError`` where the repository is there without a commit that can be used.
  public static func locate(
    _ adapter: String, environment: (String) -> String? = ModelLoader.processEnvironment
  ) throws(LoadError) -> String {
    guard ModelLoader.isInHubCache(adapter, environment: environment),
      let snapshot = try HubCache(environment: environment).snapshot(of: adapter)
    else { return adapter }
    return ModelLoader.onlyGGUF(in: snapshot) ?? snapshot
  }
}

extension LoadedModel {
  /// The same model with one more adapter, loaded from `path`, under a name by which an `AdapterMix` calls it.
  ///
  /// Weights are shared with this value, so that adapters come and go without the model being loaded anew.
  ///
  /// - Throws: ``LoadError`` where the adapter can't be read or doesn't fit this model.
  public func adding(adapterAt path: String, named name: String) throws(LoadError) -> LoadedModel {
    let adapter = try AdapterLoader.load(
      path: path, for: model.configuration, architecture: architecture)
    var result = self
    result.model = try LoadError.wrapping { () throws(CheckpointError) in
      try model.adding(adapter, named: name)
    }
    return result
  }
}
