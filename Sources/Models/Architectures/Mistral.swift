internal import Transformer

extension Architecture {
  /// Mistral: Llama with a sliding window, 4096 where the key is absent and none where it is `null`.
  public static let mistral = Architecture(
    name: "mistral", className: "MistralForCausalLM", ggufName: "llama",
    moduleNames: llamaNames,
    ggufNames: .gguf.with { $0.pairing = .interleaved },
    defaults: Defaults(
      vocabularyCount: 32000, keyValueHeadCount: 8, intermediateSize: 14336, contextLength: 131072),
    configure: { file, configuration throws(LoadError) in
      configuration.slidingWindow = try file.slidingWindow(absent: 4096)
    },
    configureGGUF: { file, configuration throws(LoadError) in
      configuration.slidingWindow = try file.slidingWindow()
    })
}
