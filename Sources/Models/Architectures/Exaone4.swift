internal import JSON
internal import Transformer

extension Architecture {
  /// EXAONE 4: norms after the blocks, normalised heads; where there is a window, every fourth layer has none and isn't
  /// turned.
  public static let exaone4 = Architecture(
    name: "exaone4", className: "Exaone4ForCausalLM", ggufName: "exaone4",
    defaults: Defaults(
      vocabularyCount: 102_400, keyValueHeadCount: 32, intermediateSize: 16384,
      contextLength: 2048, normEpsilon: 1e-5),
    traits: {
      $0.block.normalizesInputs = false
      $0.block.normalizesOutputs = true
      $0.hasQueryKeyNorm = true
    },
    configure: { file, configuration throws(LoadError) in
      // Published files spell a pattern of three and one “LLLG”.
      let isLetters = file.file["sliding_window_pattern"] == .string("LLLG")
      let pattern = isLetters ? 4 : try file.slidingWindowPattern(4)
      try file.setWindows(of: &configuration, absent: 4096, pattern: pattern)
      if configuration.slidingWindow != nil {
        configuration.block.unrotatedLayers = configuration.block.fullAttentionLayers
      }
    },
    configureGGUF: { file, configuration throws(LoadError) in
      try file.setWindows(of: &configuration, absent: nil, pattern: 4)
      if configuration.slidingWindow != nil {
        configuration.block.unrotatedLayers = configuration.block.fullAttentionLayers
      }
    })
}
