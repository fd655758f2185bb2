internal import Transformer

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

extension Architecture {
  /// Hunyuan, dense: heads are normalised after they are turned.
  public static let hunyuan = Architecture(
    name: "hunyuan_v1_dense", className: "HunYuanDenseV1ForCausalLM", ggufName: "hunyuan-dense",
    moduleNames: .huggingFace.with {
      $0.parts[.queryNorm] = "self_attn.query_layernorm"
      $0.parts[.keyNorm] = "self_attn.key_layernorm"
    },
    defaults: Defaults(
      vocabularyCount: 290_943, intermediateSize: 11008, contextLength: 2048, normEpsilon: 1e-5),
    traits: {
      $0.hasQueryKeyNorm = true
      $0.block.normalizesHeadsLast = true
    },
    configure: { file, configuration throws(LoadError) in
      try file.setAttentionBiases(of: &configuration)
      try file.setFixedBase(of: &configuration)
    })
}

extension HuggingFaceConfiguration {
  /// `dynamic` with an `alpha` is a larger base, whatever the length: θ α^(d / (d − 2)).
  fileprivate func setFixedBase(
    of configuration: inout TransformerConfiguration
  ) throws(LoadError) {
    let older = try file.object("rope_scaling")
    let newer = try file.object("rope_parameters")
    guard let object = older ?? newer,
      case .dynamic = configuration.rotaryEmbedding.scaling,
      let alpha = try object.double("alpha"), alpha != 0
    else { return }
    if let problem = ConfigurationLimits.factorProblem(alpha) {
      throw object.invalid("alpha", problem)
    }
    let dimension = Double(configuration.headDimension)
    configuration.rotaryEmbedding.scaling = .none
    configuration.rotaryEmbedding.theta *= pow(alpha, dimension / max(dimension - 2, 1))
    if let problem = ConfigurationLimits.thetaProblem(configuration.rotaryEmbedding.theta) {
      throw object.invalid("alpha", "the base that it makes \(problem)")
    }
  }
}
