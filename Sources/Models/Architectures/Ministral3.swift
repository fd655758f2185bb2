internal import Transformer

extension Architecture {
  /// Ministral 3: Mistral whose queries grow with their position, over YaRN.
  public static let ministral3 = Architecture(
    name: "ministral3", className: "Ministral3ForCausalLM", ggufName: "mistral3",
    ggufNames: .gguf.with { $0.pairing = .interleaved },
    defaults: Defaults(
      vocabularyCount: 131_072, layerCount: 34, keyValueHeadCount: 8, headDimension: 128,
      intermediateSize: 14336, contextLength: 262_144, normEpsilon: 1e-5, theta: 1e6),
    configure: { file, configuration throws(LoadError) in
      configuration.slidingWindow = try file.slidingWindow(absent: nil)
      guard let parameters = try file.file.object("rope_parameters") else {
        throw file.file.invalid("rope_parameters", "is missing")
      }
      guard let beta = try parameters.double("llama_4_scaling_beta") else {
        throw parameters.invalid("llama_4_scaling_beta", "is missing")
      }
      guard let length = try parameters.integer("original_max_position_embeddings") else {
        throw parameters.invalid("original_max_position_embeddings", "is missing")
      }
      guard beta.isFinite, (0...1e3).contains(beta) else {
        throw parameters.invalid("llama_4_scaling_beta", "must be between 0 and 1000, not \(beta)")
      }
      if let problem = ConfigurationLimits.problem(length, in: ConfigurationLimits.context) {
        throw parameters.invalid("original_max_position_embeddings", problem)
      }
      configuration.block.queryGrowth = QueryGrowth(beta: beta, length: length)
    },
    configureGGUF: { file, configuration throws(LoadError) in
      configuration.slidingWindow = try file.slidingWindow()
      guard let beta = try file.factor("attention.temperature_scale") else { return }
      guard case .yarn(_, let length, _, _, _) = configuration.rotaryEmbedding.scaling else {
        throw file.unsupported("attention.temperature_scale", "queries that grow without YaRN")
      }
      configuration.block.queryGrowth = QueryGrowth(beta: beta, length: length)
    })
}
