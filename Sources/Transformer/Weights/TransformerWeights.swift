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
  let attentionNorm: FloatBlock  // [hidden]
  fileprivate(set) var query: Linear  // [heads · headDim, hidden]
  fileprivate(set) var key: Linear  // [kvHeads · headDim, hidden]
  fileprivate(set) var value: Linear  // [kvHeads · headDim, hidden]
  fileprivate(set) var attentionOutput: Linear  // [hidden, heads · headDim]
  let queryNorm: FloatBlock?  // [headDim]
  let keyNorm: FloatBlock?  // [headDim]
  let feedForwardNorm: FloatBlock  // [hidden]
  fileprivate(set) var gate: Linear  // [intermediate, hidden]
  fileprivate(set) var up: Linear  // [intermediate, hidden]
  fileprivate(set) var down: Linear  // [hidden, intermediate]
}

/// Every weight of a model: matrices as views of the mapped file, or packed; vectors as floats. Immutable and shared.
struct TransformerWeights: Sendable {
  let embedding: Linear  // [vocabulary, hidden]
  private(set) var layers: [LayerWeights]
  let finalNorm: FloatBlock  // [hidden]
  private(set) var outputHead: Linear  // [vocabulary, hidden]

  init(
    configuration: TransformerConfiguration, source: any TensorSource, naming: TensorNaming,
    packing: Bool
  ) throws(CheckpointError) {
    var finder = WeightFinder(source: source)
    let hidden = configuration.hiddenSize
    let vocabulary = configuration.vocabularyCount
    embedding = try finder.linear(naming.name(of: .embedding), rows: vocabulary, columns: hidden)
    finalNorm = try finder.vector(naming.name(of: .finalNorm), count: hidden)
    outputHead =
      configuration.tiesEmbeddings
      ? embedding
      : try finder.linear(naming.name(of: .outputHead), rows: vocabulary, columns: hidden)
    var layers: [LayerWeights] = []
    for layer in 0..<configuration.layerCount {
      layers.append(
        try LayerWeights(
          configuration: configuration, finder: &finder, naming: naming, layer: layer)
      )
    }
    self.layers = layers
    try finder.checkThatLayersAreUsedUp(naming, layerCount: configuration.layerCount)
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
    let linears =
      [outputHead] + layers.flatMap { layer in LayerWeights.products.map { layer[keyPath: $0] } }
    let views = linears.map(\.weight)
    var packed = try PackedMatrix.pack(
      linears.map(\.matrix), read: { views[$0].read(from: $1, into: $2) })[...]
    outputHead.packed = packed.popFirst()
    for index in layers.indices {
      for product in LayerWeights.products {
        layers[index][keyPath: product].packed = packed.popFirst()
      }
    }
  }
}

extension LayerWeights {
  /// The matrices that rows are multiplied with.
  fileprivate static var products: [WritableKeyPath<LayerWeights, Linear>] {
    [\.query, \.key, \.value, \.attentionOutput, \.gate, \.up, \.down]
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
    }
  }

  /// The factors of a module, if it is a norm.
  func norm(_ module: ModelModule) -> FloatBlock? {
    switch module {
    case .embedding, .outputHead: nil
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
    case .gate: gate
    case .up: up
    case .down: down
    case .attentionNorm, .queryNorm, .keyNorm, .feedForwardNorm: nil
    }
  }

  fileprivate func norm(_ part: LayerPart) -> FloatBlock? {
    switch part {
    case .attentionNorm: attentionNorm
    case .queryNorm: queryNorm
    case .keyNorm: keyNorm
    case .feedForwardNorm: feedForwardNorm
    case .query, .key, .value, .attentionOutput, .gate, .up, .down: nil
    }
  }
}

extension LayerWeights {
  fileprivate init(
    configuration: TransformerConfiguration, finder: inout WeightFinder, naming: TensorNaming,
    layer: Int
  ) throws(CheckpointError) {
    let hidden = configuration.hiddenSize
    let queryWidth = configuration.queryWidth
    let keyValueWidth = configuration.keyValueWidth
    let intermediate = configuration.intermediateSize

    func linear(
      _ part: LayerPart, _ rows: Int, _ columns: Int, bias: Bool
    ) throws(CheckpointError) -> Linear {
      try finder.linear(
        naming.name(of: .layer(layer, part)), rows: rows, columns: columns, bias: bias)
    }
    func norm(_ part: LayerPart, _ count: Int) throws(CheckpointError) -> FloatBlock {
      try finder.vector(naming.name(of: .layer(layer, part)), count: count)
    }

    let inputBias = configuration.hasQueryKeyValueBias
    let feedForwardBias = configuration.hasFeedForwardBias
    attentionNorm = try norm(.attentionNorm, hidden)
    query = try linear(.query, queryWidth, hidden, bias: inputBias)
    key = try linear(.key, keyValueWidth, hidden, bias: inputBias)
    value = try linear(.value, keyValueWidth, hidden, bias: inputBias)
    attentionOutput = try linear(
      .attentionOutput, hidden, queryWidth, bias: configuration.hasAttentionOutputBias)
    let headDimension = configuration.headDimension
    queryNorm = configuration.hasQueryKeyNorm ? try norm(.queryNorm, headDimension) : nil
    keyNorm = configuration.hasQueryKeyNorm ? try norm(.keyNorm, headDimension) : nil
    feedForwardNorm = try norm(.feedForwardNorm, hidden)
    gate = try linear(.gate, intermediate, hidden, bias: feedForwardBias)
    up = try linear(.up, intermediate, hidden, bias: feedForwardBias)
    down = try linear(.down, hidden, intermediate, bias: feedForwardBias)
  }
}
