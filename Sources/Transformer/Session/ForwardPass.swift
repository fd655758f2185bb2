import Kernels
import LanguageModeling

/// The layers, from token ids to logits, for up to ``Activations/mostRows`` rows at a time.
///
/// Reads like the paper: norm, attention, residual, norm, feed-forward, residual. Allocates only when there are more
/// rows, or later positions, than ever before.
struct ForwardPass {
  let model: TransformerModel
  let pool: ComputePool
  let layout: KeyValueLayout
  private var activations: Activations
  private var rotary: RotaryTable

  private var configuration: TransformerConfiguration { model.configuration }

  init(model: TransformerModel, pool: ComputePool, layout: KeyValueLayout) throws(KernelError) {
    self.model = model
    self.pool = pool
    self.layout = layout
    activations = try Activations(model.configuration, rowCapacity: 16)
    rotary = try RotaryTable(model.configuration.rotaryEmbedding)
  }

  /// Runs `rows` through all layers, writing their keys and values into their sequences' blocks, and writes the logits
  /// that they ask for into `output` (`[outputRow, vocabulary]`).
  mutating func run(
    _ rows: ArraySlice<StepPlan.Row>, blockTable: (Int) -> Attention.BlockTable,
    output: UnsafeMutablePointer<Float>?
  ) throws(KernelError) {
    if rows.count > activations.rowCapacity {
      let capacity = min(max(rows.count, 2 * activations.rowCapacity), Activations.mostRows)
      activations = try Activations(configuration, rowCapacity: capacity)
    }
    var longest = 0
    for (index, row) in rows.enumerated() {
      activations.positions.pointer[index] = Int32(row.position)
      activations.blockTables.pointer[index] = blockTable(row.input)
      longest = max(longest, row.position + 1)
      embed(row.token, into: activations.residual.pointer + index * configuration.hiddenSize)
    }
    try rotary.extend(to: longest)
    for (index, layer) in model.weights.layers.enumerated() {
      attention(layer, index: index, rows: rows.count)
      feedForward(layer, rows: rows.count)
    }
    if let output { logits(rows, into: output) }
  }

  private func embed(_ token: TokenID, into out: UnsafeMutablePointer<Float>) {
    let matrix = model.weights.embedding.storedMatrix
    pool.instructionSet.dequantize(
      matrix.type, matrix.data + Int(token) * matrix.rowBytes, count: matrix.columns, into: out)
  }

  /// x += O · attention(rotate(Q · norm(x)), rotate(K · norm(x)), V · norm(x))
  private func attention(_ layer: LayerWeights, index: Int, rows: Int) {
    let queryWidth = configuration.queryWidth
    let keyValueWidth = configuration.keyValueWidth
    normalize(layer.attentionNorm, rows: rows)
    multiply(
      activations.normed, rows: rows,
      layer.query, into: activations.queries,
      layer.key, into: activations.keys,
      layer.value, into: activations.values)
    place(layer, index: index, rows: rows)
    pool.attend(
      Attention(
        queries: activations.queries.pointer, queryStride: queryWidth,
        out: activations.attended.pointer, outStride: queryWidth, rows: rows,
        headCount: configuration.headCount, keyValueHeadCount: configuration.keyValueHeadCount,
        headDimension: configuration.headDimension, window: configuration.slidingWindow ?? 0,
        layerOffset: index * layout.layerElements, holdsHalves: layout.holdsHalves,
        blocks: activations.blockTables.pointer,
        positions: activations.positions.pointer))
    addProduct(of: activations.attended, rows: rows, width: queryWidth, layer.attentionOutput)
  }

  /// x += down · (SiLU(gate · norm(x)) · (up · norm(x)))
  private func feedForward(_ layer: LayerWeights, rows: Int) {
    let intermediate = configuration.intermediateSize
    normalize(layer.feedForwardNorm, rows: rows)
    multiply(
      activations.normed, rows: rows,
      layer.gate, into: activations.gate,
      layer.up, into: activations.up)
    pool.siluMultiply(activations.gate.pointer, activations.up.pointer, count: rows * intermediate)
    addProduct(of: activations.gate, rows: rows, width: intermediate, layer.down)
  }

  /// Logits of the rows that ask for them: the final norm and the output head, for those rows alone.
  private func logits(_ rows: ArraySlice<StepPlan.Row>, into output: UnsafeMutablePointer<Float>) {
    let hidden = configuration.hiddenSize
    let vocabulary = configuration.vocabularyCount
    var wanted = 0
    var firstOutputRow: Int?
    for (index, row) in rows.enumerated() {
      guard let outputRow = row.outputRow else { continue }
      // Rows are in order, so those that want logits fill consecutive rows of the output.
      if firstOutputRow == nil { firstOutputRow = outputRow }
      normalizeRow(model.weights.finalNorm, from: index, to: wanted)
      wanted += 1
    }
    guard let firstOutputRow else { return }
    pool.multiply(
      activations.normed.pointer, rows: wanted, stride: hidden,
      Product(
        model.weights.outputHead.matrix, into: output + firstOutputRow * vocabulary,
        outStride: vocabulary))
  }

  // MARK: - Pieces of a layer

  private func normalize(_ weight: [Float], rows: Int) {
    weight.withUnsafeBufferPointer { buffer in
      guard let weight = buffer.baseAddress else { return }
      pool.rmsNorm(
        activations.residual.pointer, rows: rows, weight: weight,
        epsilon: configuration.normEpsilon, count: configuration.hiddenSize,
        into: activations.normed.pointer)
    }
  }

  private func normalizeRow(_ weight: [Float], from source: Int, to target: Int) {
    let hidden = configuration.hiddenSize
    weight.withUnsafeBufferPointer { buffer in
      guard let weight = buffer.baseAddress else { return }
      pool.rmsNorm(
        activations.residual.pointer + source * hidden, weight: weight,
        epsilon: configuration.normEpsilon, count: hidden,
        into: activations.normed.pointer + target * hidden)
    }
  }

  /// Queries and keys turned, keys and values stored. Qwen3: each head is normalised by itself before that.
  private func place(_ layer: LayerWeights, index: Int, rows: Int) {
    let placement = Placement(
      queries: activations.queries.pointer, keys: activations.keys.pointer,
      values: activations.values.pointer, rows: rows, headCount: configuration.headCount,
      keyValueHeadCount: configuration.keyValueHeadCount,
      headDimension: configuration.headDimension,
      rotaryDimension: configuration.rotaryEmbedding.dimension,
      interleaved: configuration.rotaryEmbedding.pairing == .interleaved,
      cosines: rotary.cosines(at: 0), sines: rotary.sines(at: 0),
      layerOffset: index * layout.layerElements, holdsHalves: layout.holdsHalves,
      blocks: activations.blockTables.pointer, positions: activations.positions.pointer)
    withOptional(layer.queryNorm) { queryNorm in
      withOptional(layer.keyNorm) { keyNorm in
        pool.place(
          placement, queryNorm: queryNorm, keyNorm: keyNorm, epsilon: configuration.normEpsilon)
      }
    }
  }

  private func multiply(
    _ x: AlignedBuffer<Float>, rows: Int,
    _ first: Linear, into firstOut: AlignedBuffer<Float>,
    _ second: Linear, into secondOut: AlignedBuffer<Float>
  ) {
    withOptional(first.bias) { firstBias in
      withOptional(second.bias) { secondBias in
        pool.multiply(
          x.pointer, rows: rows, stride: first.matrix.columns,
          product(first, firstBias, firstOut), product(second, secondBias, secondOut))
      }
    }
  }

  private func multiply(
    _ x: AlignedBuffer<Float>, rows: Int,
    _ first: Linear, into firstOut: AlignedBuffer<Float>,
    _ second: Linear, into secondOut: AlignedBuffer<Float>,
    _ third: Linear, into thirdOut: AlignedBuffer<Float>
  ) {
    withOptional(first.bias) { firstBias in
      withOptional(second.bias) { secondBias in
        withOptional(third.bias) { thirdBias in
          pool.multiply(
            x.pointer, rows: rows, stride: first.matrix.columns,
            product(first, firstBias, firstOut), product(second, secondBias, secondOut),
            product(third, thirdBias, thirdOut))
        }
      }
    }
  }

  /// residual += W x + b
  private func addProduct(
    of x: AlignedBuffer<Float>, rows: Int, width: Int, _ linear: Linear
  ) {
    withOptional(linear.bias) { bias in
      pool.multiply(
        x.pointer, rows: rows, stride: width,
        Product(
          linear.matrix, bias: bias, into: activations.residual.pointer,
          outStride: configuration.hiddenSize, accumulates: true))
    }
  }

  private func product(
    _ linear: Linear, _ bias: UnsafePointer<Float>?, _ out: AlignedBuffer<Float>
  ) -> Product {
    Product(linear.matrix, bias: bias, into: out.pointer, outStride: linear.matrix.rows)
  }

  /// The address of a vector's elements, where there is one; valid inside `body`.
  private func withOptional(_ vector: [Float]?, _ body: (UnsafePointer<Float>?) -> Void) {
    guard let vector else { return body(nil) }
    vector.withUnsafeBufferPointer { body($0.baseAddress) }
  }
}
