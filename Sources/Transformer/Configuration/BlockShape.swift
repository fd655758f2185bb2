package import Kernels

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The knobs of a decoder block. Their defaults are Llama's; each costs nothing where it is at its default.
package struct BlockShape: Hashable, Sendable {
  // MARK: Norms

  /// Whether the mean is taken off before a vector is normalised (LayerNorm), or not (RMSNorm).
  package var centresNorms = false
  /// Whether norms have weights; without, they divide by the root mean square alone (OLMo).
  package var normsHaveWeights = true
  /// Whether norms have biases.
  package var normsHaveBiases = false
  /// Whether the inputs of attention and of the feed-forward layer are normalised.
  package var normalizesInputs = true
  /// Whether what attention and the feed-forward layer give is normalised before it is added.
  package var normalizesOutputs = false

  // MARK: Residuals

  /// Whether attention and the feed-forward layer read the same residual, and are added together.
  package var isParallel = false
  /// Whether a parallel block normalises once, for both.
  package var sharesNorm = false
  /// A factor on what a block adds.
  package var residualScale: Float = 1

  // MARK: Feed-forward

  /// Whether there is a gate: down(activation(gate x) · up x), else down(activation(up x)).
  package var isGated = true
  /// Between the products.
  package var activation = Activation.silu

  /// Experts in the place of the feed-forward layer; `nil`: none.
  package var experts: ExpertShape?

  // MARK: Attention

  /// Which vectors are normalised, where queries and keys are.
  package var headNorm = HeadNorm.everyHead
  /// Whether queries and keys are normalised after they are turned, not before.
  package var normalizesHeadsLast = false
  /// On the products of queries and keys; `nil`: 1 / √headDimension.
  package var attentionScale: Float?
  /// A scaled product p becomes cap · tanh(p / cap); 0: it stays.
  package var attentionSoftCap: Float = 0
  /// Layers that look at all positions, where others have a window.
  package var fullAttentionLayers: Set<Int> = []
  /// Layers whose queries and keys aren't turned.
  package var unrotatedLayers: Set<Int> = []
  /// How positions turn queries and keys in layers with a window; `nil`: as everywhere.
  package var windowedRotaryEmbedding: RotaryEmbedding?
  /// A factor on queries that grows with their position; `nil`: none.
  package var queryGrowth: QueryGrowth?

  // MARK: Ends

  /// Whether a vector for each position is added to the embedding.
  package var hasPositionEmbedding = false
  /// A factor on the embedding.
  package var embeddingScale: Float = 1
  /// A factor on logits.
  package var logitScale: Float = 1
  /// A scaled logit l becomes cap · tanh(l / cap); 0: it stays.
  package var logitSoftCap: Float = 0
  /// Whether the output head has a bias.
  package var hasOutputBias = false

  /// Llama's block.
  package init() {}
}

/// A mixture of experts: a router gives each token some of them, and what they make of it is added up, weighted.
package struct ExpertShape: Hashable, Sendable {
  /// How many there are.
  package var count: Int
  /// How many a token gets: those with the greatest probabilities.
  package var perToken: Int
  /// Whether the weights of a token's experts are divided by their sum.
  package var normalizesWeights: Bool

  /// A mixture with every field given.
  package init(count: Int, perToken: Int, normalizesWeights: Bool) {
    self.count = count
    self.perToken = perToken
    self.normalizesWeights = normalizesWeights
  }
}

/// 1 + β ln(1 + ⌊position / length⌋): keeps attention sharp over long contexts (Llama 4, Ministral 3).
package struct QueryGrowth: Hashable, Sendable {
  /// β.
  package var beta: Double
  /// Positions without growth.
  package var length: Int

  /// The factor on the queries of a position, in float32 as transformers computes it.
  func scale(at position: Int) -> Float {
    1 + Float(beta) * Float(log(Double(1 + Float(position / length))))
  }

  /// A growth with both numbers given.
  package init(beta: Double, length: Int) {
    self.beta = beta
    self.length = length
  }
}
