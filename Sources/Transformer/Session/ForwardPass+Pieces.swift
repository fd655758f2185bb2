import Kernels

// Pieces of a layer.
extension ForwardPass {
  /// What a block multiplies with: the norm of the residual stream, made on the way to the product, but where adapters
  /// have replaced some, which are made here; or the residual itself.
  func input(
    _ norm: NormWeights?, _ module: ModelModule, rows: Int
  ) -> (x: AlignedBuffer<Float>, preparation: Preparation?) {
    guard let norm else { return (activations.residual, nil) }
    guard adapters.touches(module) else {
      return (
        activations.normed,
        .norm(
          of: activations.residual.pointer, norm.norm(configuration),
          into: activations.normed.pointer)
      )
    }
    let hidden = configuration.hiddenSize
    for row in 0..<rows {
      normalizeRow(
        adapters.change(of: module, row: row)?.norm ?? norm, from: row,
        into: activations.normed.pointer + row * hidden)
    }
    return (activations.normed, nil)
  }

  func normalizeRow(_ norm: NormWeights, from source: Int, into out: UnsafeMutablePointer<Float>) {
    let hidden = configuration.hiddenSize
    pool.normalize(
      activations.residual.pointer + source * hidden, norm.norm(configuration), count: hidden,
      into: out)
  }

  /// Heads normalised where the model does so, queries and keys turned, keys and values stored.
  func place(_ layer: LayerWeights, index: Int, rows: Int) {
    let block = configuration.block
    let isRotated = !block.unrotatedLayers.contains(index)
    let table = rotary(ofLayer: index)
    var placement = KeyValuePlacement(
      queries: activations.queries.pointer, keys: activations.keys.pointer,
      values: activations.values.pointer, rows: rows, headCount: configuration.headCount,
      keyValueHeadCount: configuration.keyValueHeadCount,
      headDimension: configuration.headDimension,
      rotaryDimension: isRotated ? configuration.rotaryEmbedding.dimension : 0,
      interleaved: configuration.rotaryEmbedding.pairing == .interleaved,
      cosines: table.cosines(at: 0), sines: table.sines(at: 0),
      layerOffset: index * layout.layerBytes, format: layout.format,
      blocks: activations.blockTables.pointer, positions: activations.positions.pointer)
    placement.headNorm = block.headNorm
    placement.normalizesLast = block.normalizesHeadsLast
    if block.queryGrowth != nil {
      placement.queryScales = UnsafePointer(activations.scales.pointer)
    }
    let isReplaced =
      adapters.touches(.layer(index, .queryNorm)) || adapters.touches(.layer(index, .keyNorm))
    guard isReplaced else {
      placement.queryNorm = layer.queryNorm?.norm(configuration)
      placement.keyNorm = layer.keyNorm?.norm(configuration)
      pool.place(placement)
      return
    }
    // Each row by itself, with the norms that its adapters have.
    placement.rows = 1
    for row in 0..<rows {
      let query = adapters.change(of: .layer(index, .queryNorm), row: row)?.norm ?? layer.queryNorm
      let key = adapters.change(of: .layer(index, .keyNorm), row: row)?.norm ?? layer.keyNorm
      placement.queryNorm = query?.norm(configuration)
      placement.keyNorm = key?.norm(configuration)
      pool.place(placement)
      placement.advance()
    }
  }

  /// residual += scale · norm(W x + b), as the adapters have it; without a norm where the block has none.
  func addProduct(
    of x: AlignedBuffer<Float>, preparation: Preparation? = nil, rows: Int, _ linear: Linear,
    _ module: ModelModule, _ norm: NormWeights?, _ normModule: ModelModule
  ) {
    let isAdapted = adapters.touches(module)
    let scale = configuration.block.residualScale
    let isDirect = !isAdapted && norm == nil && scale == 1
    // What is done to the product is done to it alone. The norm is done with, so its memory is free.
    var product = product(linear, isDirect ? activations.residual : activations.normed)
    product.accumulates = isDirect
    pool.multiply(
      x.pointer, rows: rows, stride: linear.matrix.columns, preparation: preparation, product)
    guard !isDirect else { return }
    if isAdapted {
      adapt(x, linear, module, activations.normed)
      adapters.run(on: pool)
    }
    // Without norm and scale the same two additions as above, so that rows without adapters keep their bits.
    let (residual, projected) = (activations.residual.pointer, activations.normed.pointer)
    let hidden = configuration.hiddenSize
    guard let norm, adapters.touches(normModule) else {
      pool.add(
        projected, norm?.norm(configuration), scale: scale, rows: rows, columns: hidden,
        to: residual)
      return
    }
    for row in 0..<rows {
      let own = adapters.change(of: normModule, row: row)?.norm ?? norm
      pool.add(
        projected + row * hidden, own.norm(configuration), scale: scale, rows: 1, columns: hidden,
        to: residual + row * hidden)
    }
  }

  /// Notes what the adapters do to the output of a projection.
  func adapt(
    _ x: AlignedBuffer<Float>, _ linear: Linear, _ module: ModelModule, _ out: AlignedBuffer<Float>
  ) {
    let matrix = linear.matrix
    adapters.adapt(
      module, input: x.pointer, inputs: matrix.columns, output: out.pointer,
      outputs: matrix.rows, pool: pool)
  }

  func product(_ linear: Linear, _ out: AlignedBuffer<Float>) -> Product {
    let matrix = linear.matrix
    return Product(
      matrix, bias: linear.bias?.pointer, into: out.pointer, outStride: matrix.rows)
  }
}
