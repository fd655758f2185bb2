/// The shape of a decoder-only transformer: Llama's (grouped-query attention, rotary positions, RMSNorm, SwiGLU), or that
/// of another family, whose block turns some knobs. Immutable; read from `config.json` or from GGUF metadata by `Models`.
public struct TransformerConfiguration: Hashable, Sendable {
  /// Rows of the embedding and of the output head.
  public var vocabularyCount: Int
  /// Width of the residual stream (`hidden_size`).
  public var hiddenSize: Int
  /// Number of blocks (`num_hidden_layers`).
  public var layerCount: Int
  /// Query heads (`num_attention_heads`).
  public var headCount: Int
  /// Key and value heads (`num_key_value_heads`); divides ``headCount``.
  public var keyValueHeadCount: Int
  /// Width of one head (`head_dim`, else hidden size / heads). Even.
  public var headDimension: Int
  /// Width of the feed-forward layer (`intermediate_size`).
  public var intermediateSize: Int
  /// Added to the mean square before the root (`rms_norm_eps`, `layer_norm_eps`).
  public var normEpsilon: Float
  /// The longest sequence (`max_position_embeddings`), in tokens.
  public var contextLength: Int
  /// The longest sequence that a session may ask for: more than ``contextLength`` where positions are scaled to reach
  /// farther (YaRN and dynamic scaling, by the file's factor).
  public var maximumContextLength: Int {
    block.hasPositionEmbedding ? contextLength : rotaryEmbedding.reach(contextLength)
  }
  /// How positions turn queries and keys.
  public var rotaryEmbedding: RotaryEmbedding
  /// Attention looks back this many positions, the present one included (Mistral's `sliding_window`); `nil`: all.
  public var slidingWindow: Int?
  /// Whether the query, key and value projections have biases (Qwen2).
  public var hasQueryKeyValueBias: Bool
  /// Whether the attention output projection has a bias (`attention_bias` of Llama sets this and the one above).
  public var hasAttentionOutputBias: Bool
  /// Whether the feed-forward projections have biases (`mlp_bias` of Llama).
  public var hasFeedForwardBias: Bool
  /// Whether queries and keys are normalised (Qwen3: each head, before it is turned).
  public var hasQueryKeyNorm: Bool
  /// Whether the output head is the embedding (`tie_word_embeddings`).
  public var tiesEmbeddings: Bool
  /// What `transformers` calls the modules, and the order of their rows: what adapters are written in, and merged
  /// models. Not necessarily the names of the checkpoint.
  public var moduleNames = TensorNaming.huggingFace
  /// What else differs from Llama's block.
  package var block = BlockShape()

  /// A configuration with every extent given; features that only some architectures have default to off.
  public init(
    vocabularyCount: Int, hiddenSize: Int, layerCount: Int, headCount: Int, keyValueHeadCount: Int,
    headDimension: Int, intermediateSize: Int, normEpsilon: Float, contextLength: Int,
    rotaryEmbedding: RotaryEmbedding, slidingWindow: Int? = nil, hasQueryKeyValueBias: Bool = false,
    hasAttentionOutputBias: Bool = false, hasFeedForwardBias: Bool = false,
    hasQueryKeyNorm: Bool = false, tiesEmbeddings: Bool = false
  ) {
    self.vocabularyCount = vocabularyCount
    self.hiddenSize = hiddenSize
    self.layerCount = layerCount
    self.headCount = headCount
    self.keyValueHeadCount = keyValueHeadCount
    self.headDimension = headDimension
    self.intermediateSize = intermediateSize
    self.normEpsilon = normEpsilon
    self.contextLength = contextLength
    self.rotaryEmbedding = rotaryEmbedding
    self.slidingWindow = slidingWindow
    self.hasQueryKeyValueBias = hasQueryKeyValueBias
    self.hasAttentionOutputBias = hasAttentionOutputBias
    self.hasFeedForwardBias = hasFeedForwardBias
    self.hasQueryKeyNorm = hasQueryKeyNorm
    self.tiesEmbeddings = tiesEmbeddings
  }
}

extension TransformerConfiguration {
  /// The positions that a layer looks back on, the present one included; `nil`: all.
  func window(ofLayer layer: Int) -> Int? {
    block.fullAttentionLayers.contains(layer) ? nil : slidingWindow
  }

  /// Whether a mixture of experts is in the place of the feed-forward layer.
  package var usesExperts: Bool { block.experts != nil }

  /// Whether a layer has a window.
  package func hasWindow(inLayer layer: Int) -> Bool { window(ofLayer: layer) != nil }

  /// Columns of the widest matrix.
  var widestMatrix: Int { max(hiddenSize, queryWidth, intermediateSize) }
  /// All query heads side by side.
  var queryWidth: Int { headCount * headDimension }
  /// All key heads, or all value heads, side by side.
  var keyValueWidth: Int { keyValueHeadCount * headDimension }
}
