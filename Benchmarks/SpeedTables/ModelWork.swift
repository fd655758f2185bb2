import Checkpoints
import LanguageModeling
import Transformer

/// What one token costs a model, in bytes and operations.
struct ModelWork {
  /// Bytes of the packed weights of all products; read once a step, however many sequences there are.
  let weightBytes: Double
  /// Products and sums with weights, for each token.
  let productOperations: Double
  /// Products and sums of attention, for each token and each position that it looks at.
  let attentionOperations: Double
  /// Keys and values of one position.
  private let cachedElements: Double

  init(file: GGUFFile, configuration: TransformerConfiguration) throws {
    // Rows of the embedding are looked up, not multiplied with, unless it is the head too.
    let matrices = file.tensorDescriptions.filter {
      $0.shape.count == 2 && (configuration.tiesEmbeddings || $0.name != "token_embd.weight")
    }
    var bytes = 0.0
    var elements = 0.0
    for matrix in matrices {
      let count = matrix.shape.reduce(1.0) { $0 * Double($1) }
      elements += count
      // Quantised weights keep their size when they are packed; floats become 8 bits, with a half for each 32.
      let isQuantized = (matrix.elementType?.blockElements ?? 1) > 1
      bytes += isQuantized ? Double(matrix.byteCount) : count * 34 / 32
    }
    weightBytes = bytes
    productOperations = 2 * elements
    let layers = Double(configuration.layerCount)
    let head = Double(configuration.headDimension)
    attentionOperations = 4 * layers * Double(configuration.headCount) * head
    cachedElements = 2 * layers * Double(configuration.keyValueHeadCount) * head
  }

  /// Bytes of the keys and values of one position.
  func cachedBytes(_ cacheType: CacheType) -> Double {
    switch cacheType {
    case .float32: cachedElements * 4
    case .float16: cachedElements * 2
    // And a float for each 32.
    case .int8: cachedElements * (1 + 4 / 32)
    }
  }

  /// The least time for the products of a step, in seconds, and what limits it.
  func products(sequences: Int, _ limits: Limits) -> (seconds: Double, limit: String) {
    slower(
      memory: weightBytes / limits.bandwidth,
      computing: productOperations * Double(sequences) / (limits.peaks.first?.integers ?? 0),
      by: "integers")
  }

  /// The least time for the attention of a step over `shared` positions that all sequences share and `own` of each.
  func attention(
    sequences: Int, shared: Double, own: Double, _ cacheType: CacheType, _ limits: Limits
  ) -> (seconds: Double, limit: String) {
    let positions = shared + Double(sequences) * own
    let bytes = positions * cachedBytes(cacheType)
    let operations = attentionOperations * Double(sequences) * (shared + own)
    return slower(
      memory: bytes / limits.bandwidth,
      computing: operations / (limits.peaks.first?.floats ?? 0), by: "floats")
  }

  private func slower(
    memory: Double, computing: Double, by name: String
  ) -> (seconds: Double, limit: String) {
    memory > computing ? (memory, "memory") : (computing, name)
  }
}
