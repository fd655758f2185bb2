internal import Files

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

extension ModelLoader {
  /// The path of the files that a model's path or name stands for.
  ///
  /// A path that exists is taken as it is. Anything else of the form `ORG/NAME` is looked for in the cache that Hugging
  /// Face's tools keep on this machine (`HF_HUB_CACHE`, `HF_HOME`, else `~/.cache/huggingface/hub`), as of its main
  /// branch. A repository of one GGUF model alone gives that file. Nothing is downloaded.
  ///
  ///     try ModelLoader.locate("HuggingFaceTB/SmolLM2-135M-Instruct")
  ///     // "/home/me/.cache/huggingface/hub/models--HuggingFaceTB--SmolLM2-135M-Instruct/snapshots/12fd25f…"
  ///
  /// - Parameter environment: gives the values of environment variables; the process's own by default.
  /// - Throws: ``LoadError/notAModel(path:reason:)`` where there is no such path and no such name.
  public static func locate(
    _ model: String, environment: (String) -> String? = processEnvironment
  ) throws(LoadError) -> String {
    guard !model.isEmpty else {
      throw .notAModel(
        path: "", reason: "the path of the model is empty; give a .gguf file or a directory")
    }
    guard case .missing(let reason) = FileKind(path: model) else { return model }
    guard HubCache.isName(model) else {
      throw .notAModel(
        path: model,
        reason: "\(reason); a model is a .gguf file, or a directory in Hugging Face layout")
    }
    let cache = HubCache(environment: environment)
    guard let snapshot = try cache.snapshot(of: model) else {
      throw .notAModel(
        path: model,
        reason: "\(reason), and the hub's cache (\(cache.directory)) has no model of that name; "
          + HubCache.advice(model))
    }
    return onlyGGUF(in: snapshot) ?? snapshot
  }

  /// Whether a text is the name of a repository in the hub's cache, and no path: nothing lies at it, nor at `path`, which
  /// it stands for too where another folder counts than the working directory.
  public static func isInHubCache(
    _ name: String, notAt path: String? = nil,
    environment: (String) -> String? = processEnvironment
  ) -> Bool {
    guard case .missing = FileKind(path: name), case .missing = FileKind(path: path ?? name),
      HubCache.isName(name)
    else { return false }
    return HubCache(environment: environment).holds(name)
  }

  /// The value of an environment variable of this process.
  public static func processEnvironment(_ name: String) -> String? {
    getenv(name).map { FileName.text(of: UnsafeRawBufferPointer(start: $0, count: strlen($0))) }
  }

  /// The GGUF file of a directory that holds one model or adapter in that format, whole or split, and no other.
  static func onlyGGUF(in directory: String) -> String? {
    let names = FileKind.names(inDirectory: directory)
    guard !names.contains("config.json"), !names.contains("adapter_config.json") else { return nil }
    let models = names.filter { name in
      guard name.hasSuffix(".gguf"), !name.hasPrefix("mmproj") else { return false }
      // Of a split model the first part stands for all.
      return name.contains(#/-00001-of-\d{5}\.gguf$/#) || !name.contains(#/-\d{5}-of-\d{5}\.gguf$/#)
    }
    return models.count == 1 ? "\(directory)/\(models[0])" : nil
  }
}
