import Checkpoints
import Kernels

/// A matrix of a checkpoint, with its bias where the architecture has one.
struct Linear: Sendable {
  /// `[out, in]`
  let weight: TensorView
  /// `[out]`
  let bias: FloatBlock?
  private let storage: StorageType
  /// The same matrix packed for products of integers, where they are wanted.
  fileprivate var packed: PackedMatrix?

  init(weight: TensorView, bias: FloatBlock?) {
    self.weight = weight
    self.bias = bias
    storage = StorageType(weight.elementType)
  }

  /// The matrix for the kernels; valid as long as this value or a copy of it lives.
  var matrix: WeightMatrix { packed?.matrix ?? storedMatrix }

  /// The matrix as it lies in the checkpoint; valid as long as this value or a copy of it lives.
  var storedMatrix: WeightMatrix {
    let bytes = weight.unsafeBytes
    let rows = weight.shape[0]
    return WeightMatrix(
      data: bytes.baseAddress.unsafelyUnwrapped, rows: rows, columns: weight.shape[1],
      rowBytes: bytes.count / rows, type: storage)
  }
}

extension Linear {
  /// Copies a row as it lies in the checkpoint out of the file; `false`: it is to be read in place.
  func copy(row: Int, to bytes: UnsafeMutableRawPointer) -> Bool {
    let rowBytes = storedMatrix.rowBytes
    return weight.read(
      from: row * rowBytes, into: UnsafeMutableRawBufferPointer(start: bytes, count: rowBytes))
  }

  /// One row of the weight as floats.
  func read(row: Int, into floats: inout [Float]) {
    let matrix = storedMatrix
    floats.withUnsafeMutableBufferPointer { buffer in
      guard let out = buffer.baseAddress else { return }
      InstructionSet.best.dequantize(
        matrix.type, matrix.data + row * matrix.rowBytes, count: matrix.columns, into: out)
    }
  }
}

/// One block's weights.
struct LayerWeights: Sendable {
  /// Of the input; `nil` where it isn't normalised.
  let attentionNorm: NormWeights?  // [hidden]
  fileprivate(set) var query: Linear  // [heads · headDim, hidden]
  fileprivate(set) var key: Linear  // [kvHeads · headDim, hidden]
  fileprivate(set) var value: Linear  // [kvHeads · headDim, hidden]
  fileprivate(set) var attentionOutput: Linear  // [hidden, heads · headDim]
  let queryNorm: NormWeights?
  let keyNorm: NormWeights?
  /// Of the output, before it is added.
  let postAttentionNorm: NormWeights?  // [hidden]
  /// Of the input; the same as that of attention in a block that shares it.
  let feedForwardNorm: NormWeights?  // [hidden]
  /// `nil` where there are experts.
  fileprivate(set) var feedForward: FeedForwardWeights?
  fileprivate(set) var experts: ExpertWeights?
  /// Of the output, before it is added.
  let postFeedForwardNorm: NormWeights?  // [hidden]
}

/// The matrices of a feed-forward layer, or of one expert.
struct FeedForwardWeights: Sendable {
  fileprivate(set) var gate: Linear?  // [intermediate, hidden]
  fileprivate(set) var up: Linear  // [intermediate, hidden]
  fileprivate(set) var down: Linear  // [hidden, intermediate]

  fileprivate var products: [Linear] { (gate.map { [$0] } ?? []) + [up, down] }

  fileprivate mutating func take(packed: inout ArraySlice<PackedMatrix>) {
    if gate != nil { gate?.packed = packed.popFirst() }
    up.packed = packed.popFirst()
    down.packed = packed.popFirst()
  }

  fileprivate func linear(_ part: LayerPart) -> Linear? {
    switch part {
    case .gate: gate
    case .up: up
    case .down: down
    default: nil
    }
  }
}

/// A layer's experts, and what chooses among them.
struct ExpertWeights: Sendable {
  let router: Linear  // [experts, hidden]
  fileprivate(set) var experts: [FeedForwardWeights]
}

/// Every weight of a model: matrices as views of the mapped file, or packed; vectors as floats. Immutable and shared.
struct TransformerWeights: Sendable {
  let embedding: Linear  // [vocabulary, hidden]
  /// What is added for a position.
  let positions: Linear?  // [context, hidden]
  private(set) var layers: [LayerWeights]
  let finalNorm: NormWeights  // [hidden]
  private(set) var outputHead: Linear  // [vocabulary, hidden]

  init(
    configuration: TransformerConfiguration, source: any TensorSource, naming: TensorNaming,
    packing: Bool
  ) throws(CheckpointError) {
    var finder = WeightFinder(
      source: source, naming: naming.found(in: source), configuration: configuration)
    embedding = try finder.linear(.embedding)
    positions = try configuration.block.hasPositionEmbedding ? finder.positions() : nil
    finalNorm = try finder.norm(.finalNorm)
    if configuration.tiesEmbeddings {
      let bias = try configuration.block.hasOutputBias ? finder.bias(.outputHead) : nil
      outputHead = Linear(weight: embedding.weight, bias: bias)
    } else {
      outputHead = try finder.linear(.outputHead)
    }
    var layers: [LayerWeights] = []
    for layer in 0..<configuration.layerCount {
      layers.append(
        try LayerWeights(configuration: configuration, finder: &finder, layer: layer))
    }
    self.layers = layers
    try finder.checkThatLayersAreUsedUp()
    if packing {
      do {
        try pack()
      } catch {
        throw .cannotOpen(file: source.path, reason: "packing its weights: \(error)")
      }
    }
  }

  /// Packs what products are of; rows of the embedding are looked up, so it stays as it is.
  private mutating func pack() throws(KernelError) {
    let linears = [outputHead] + layers.flatMap(\.products)
    let views = linears.map(\.weight)
    let packed = try PackedMatrix.pack(
      linears.map(\.matrix), read: { views[$0].read(from: $1, into: $2) })
    var rest = packed[...]
    outputHead.packed = rest.popFirst()
    for index in layers.indices { layers[index].take(packed: &rest) }
  }
}

extension LayerWeights {
  /// The matrices that rows are multiplied with, but a router's, which is small: rounding it would choose other experts.
  fileprivate var products: [Linear] {
    Self.paths.map { self[keyPath: $0] } + (feedForward?.products ?? [])
      + (experts?.experts.flatMap(\.products) ?? [])
  }

  /// Takes the packed form of each of ``products``.
  fileprivate mutating func take(packed: inout ArraySlice<PackedMatrix>) {
    for path in Self.paths { self[keyPath: path].packed = packed.popFirst() }
    feedForward?.take(packed: &packed)
    guard var mixture = experts else { return }
    for index in mixture.experts.indices { mixture.experts[index].take(packed: &packed) }
    experts = mixture
  }

  private static var paths: [WritableKeyPath<LayerWeights, Linear>] {
    [\.query, \.key, \.value, \.attentionOutput]
  }
}

extension TransformerWeights {
  /// The matrix of a module, if it has one.
  func linear(_ module: ModelModule) -> Linear? {
    switch module {
    case .embedding: embedding
    case .outputHead: outputHead
    case .finalNorm: nil
    case .layer(let index, let part): layers[index].linear(part)
    case .expert(let index, let expert, let part):
      layers[index].experts?.experts[expert].linear(part)
    }
  }

  /// The weights of a module, if it is a norm.
  func norm(_ module: ModelModule) -> NormWeights? {
    switch module {
    case .embedding, .outputHead, .expert: nil
    case .finalNorm: finalNorm
    case .layer(let index, let part): layers[index].norm(part)
    }
  }
}

extension LayerWeights {
  fileprivate func linear(_ part: LayerPart) -> Linear? {
    switch part {
    case .query: query
    case .key: key
    case .value: value
    case .attentionOutput: attentionOutput
    case .gate, .up, .down: feedForward?.linear(part)
    case .router: experts?.router
    case .attentionNorm, .queryNorm, .keyNorm, .feedForwardNorm, .postAttentionNorm,
      .postFeedForwardNorm:
      nil
    }
  }

  fileprivate func norm(_ part: LayerPart) -> NormWeights? {
    switch part {
    case .attentionNorm: attentionNorm
    case .queryNorm: queryNorm
    case .keyNorm: keyNorm
    case .feedForwardNorm: feedForwardNorm
    case .postAttentionNorm: postAttentionNorm
    case .postFeedForwardNorm: postFeedForwardNorm
    case .query, .key, .value, .attentionOutput, .gate, .up, .down, .router: nil
    }
  }
}

extension LayerWeights {
  fileprivate init(
    configuration: TransformerConfiguration, finder: inout WeightFinder, layer: Int
  ) throws(CheckpointError) {
    let block = configuration.block
    let hasHeadNorms = configuration.hasQueryKeyNorm
    attentionNorm =
      try block.normalizesInputs ? finder.norm(.layer(layer, .attentionNorm)) : nil
    query = try finder.linear(.layer(layer, .query))
    key = try finder.linear(.layer(layer, .key))
    value = try finder.linear(.layer(layer, .value))
    attentionOutput = try finder.linear(.layer(layer, .attentionOutput))
    queryNorm = try hasHeadNorms ? finder.norm(.layer(layer, .queryNorm)) : nil
    keyNorm = try hasHeadNorms ? finder.norm(.layer(layer, .keyNorm)) : nil
    postAttentionNorm =
      try block.normalizesOutputs ? finder.norm(.layer(layer, .postAttentionNorm)) : nil
    feedForwardNorm =
      block.sharesNorm
      ? attentionNorm
      : try block.normalizesInputs ? finder.norm(.layer(layer, .feedForwardNorm)) : nil
    if let shape = block.experts {
      feedForward = nil
      var experts: [FeedForwardWeights] = []
      for expert in 0..<shape.count {
        experts.append(
          FeedForwardWeights(
            gate: try finder.linear(.expert(layer: layer, expert: expert, .gate)),
            up: try finder.linear(.expert(layer: layer, expert: expert, .up)),
            down: try finder.linear(.expert(layer: layer, expert: expert, .down))))
      }
      self.experts = ExpertWeights(
        router: try finder.linear(.layer(layer, .router)), experts: experts)
    } else {
      experts = nil
      feedForward = FeedForwardWeights(
        gate: try block.isGated ? finder.linear(.layer(layer, .gate)) : nil,
        up: try finder.linear(.layer(layer, .up)), down: try finder.linear(.layer(layer, .down)))
    }
    postFeedForwardNorm =
      try block.normalizesOutputs ? finder.norm(.layer(layer, .postFeedForwardNorm)) : nil
  }
}
