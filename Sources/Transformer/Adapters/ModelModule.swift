import Kernels

/// A part of a model that has weights of its own: what adapters change.
package enum ModelModule: Hashable, Sendable {
  /// The embedding of tokens.
  case embedding
  /// A norm or a projection of one layer.
  case layer(Int, LayerPart)
  /// A projection of one expert of a layer.
  case expert(layer: Int, expert: Int, LayerPart)
  /// The norm after the last layer.
  case finalNorm
  /// The projection to logits.
  case outputHead

  /// What the module does, and so what can be done to it.
  package enum Kind: Hashable, Sendable {
    /// Looks rows up.
    case embedding
    /// y = W x
    case linear
    /// A vector of factors.
    case norm
  }

  /// What the module does.
  package var kind: Kind {
    switch self {
    case .embedding: .embedding
    case .finalNorm: .norm
    case .outputHead: .linear
    case .layer(_, let part): part.isNorm ? .norm : .linear
    case .expert: .linear
    }
  }

  /// The module's place in a list of all modules of a model but its experts; `nil` for those.
  var index: Int? {
    switch self {
    case .embedding: 0
    case .finalNorm: 1
    case .outputHead: 2
    case .layer(let layer, let part): 3 + layer * LayerPart.allCases.count + part.rawValue
    case .expert: nil
    }
  }

  /// Whether the module belongs to a layer.
  var isOfLayer: Bool {
    switch self {
    case .layer, .expert: true
    case .embedding, .finalNorm, .outputHead: false
    }
  }

  /// Whether rows of the module's matrix are pairs that rotary embedding turns, which files store in two orders.
  var isRotated: Bool {
    if case .layer(_, let part) = self { part == .query || part == .key } else { false }
  }

  /// The places of all modules of a model.
  static func count(layers: Int) -> Int { 3 + layers * LayerPart.allCases.count }
}

extension TransformerConfiguration {
  /// Every module, in the order of `transformers`.
  package var modules: [ModelModule] {
    let parts = LayerPart.allCases.filter(has)
    let experts = block.experts?.count ?? 0
    let layers = (0..<layerCount).flatMap { layer in
      parts.map { ModelModule.layer(layer, $0) }
        + (0..<experts).flatMap { expert in
          LayerPart.ofExperts.map { .expert(layer: layer, expert: expert, $0) }
        }
    }
    return [.embedding] + layers + (block.normsHaveWeights ? [.finalNorm] : []) + [.outputHead]
  }

  /// Whether layers have a part with weights.
  func has(_ part: LayerPart) -> Bool {
    switch part {
    case .query, .key, .value, .attentionOutput: true
    case .router: block.experts != nil
    case .up, .down: block.experts == nil
    case .gate: block.isGated && block.experts == nil
    case .queryNorm, .keyNorm: hasQueryKeyNorm
    case .attentionNorm: block.normalizesInputs && block.normsHaveWeights
    case .feedForwardNorm:
      block.normalizesInputs && block.normsHaveWeights && !block.sharesNorm
    case .postAttentionNorm, .postFeedForwardNorm:
      block.normalizesOutputs && block.normsHaveWeights
    }
  }

  /// A module's name in `transformers`, `model.layers.0.self_attn.q_proj` for one.
  package func name(of module: ModelModule) -> String { moduleNames.name(of: module) }

  /// Whether a module has a bias.
  package func hasBias(_ module: ModelModule) -> Bool {
    switch module {
    case .embedding: false
    case .finalNorm: block.normsHaveBiases
    case .outputHead: block.hasOutputBias
    case .expert: false
    case .layer(_, let part):
      switch part {
      case .router: false
      case .query, .key, .value: hasQueryKeyValueBias
      case .attentionOutput: hasAttentionOutputBias
      case .gate, .up, .down: hasFeedForwardBias
      // Every family that normalises heads does so without biases.
      case .queryNorm, .keyNorm: false
      case .attentionNorm, .feedForwardNorm, .postAttentionNorm, .postFeedForwardNorm:
        block.normsHaveBiases
      }
    }
  }

  /// The shape of a module's weight, outermost extent first.
  package func shape(of module: ModelModule) -> [Int] {
    switch module {
    case .embedding, .outputHead: [vocabularyCount, hiddenSize]
    case .finalNorm: [hiddenSize]
    case .layer(_, let part), .expert(_, _, let part):
      switch part {
      case .router: [block.experts?.count ?? 0, hiddenSize]
      case .attentionNorm, .feedForwardNorm, .postAttentionNorm, .postFeedForwardNorm:
        [hiddenSize]
      case .queryNorm: headNormShape(headCount)
      case .keyNorm: headNormShape(keyValueHeadCount)
      case .query: [queryWidth, hiddenSize]
      case .key, .value: [keyValueWidth, hiddenSize]
      case .attentionOutput: [hiddenSize, queryWidth]
      case .gate, .up: [intermediateSize, hiddenSize]
      case .down: [hiddenSize, intermediateSize]
      }
    }
  }

  private func headNormShape(_ heads: Int) -> [Int] {
    switch block.headNorm {
    case .everyHead: [headDimension]
    case .headByHead: [heads, headDimension]
    case .wholeWidth: [heads * headDimension]
    }
  }
}

extension LayerPart {
  /// Whether the part is a norm.
  var isNorm: Bool {
    switch self {
    case .attentionNorm, .queryNorm, .keyNorm, .feedForwardNorm, .postAttentionNorm,
      .postFeedForwardNorm:
      true
    case .query, .key, .value, .attentionOutput, .gate, .up, .down, .router: false
    }
  }

  /// The parts that each expert has.
  static var ofExperts: [LayerPart] { [.gate, .up, .down] }
}
