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
  private(set) var adapters: AdapterPass
  private var rotary: RotaryTable

  private var configuration: TransformerConfiguration { model.configuration }

  init(model: TransformerModel, pool: ComputePool, layout: KeyValueLayout) throws(KernelError) {
    self.model = model
    self.pool = pool
    self.layout = layout
    activations = try Activations(model.configuration, rowCapacity: 16)
    adapters = try AdapterPass(rowCapacity: 16)
    rotary = try RotaryTable(model.configuration.rotaryEmbedding)
  }

  /// Runs `rows`, each with its mix of adapters, through all layers, writing their keys and values into their sequences'
  /// blocks, and writes the logits that they ask for into `output` (`[outputRow, vocabulary]`) and the hidden states into
  /// `states` (`[stateRow, hidden]`).
  mutating func run(
    _ rows: ArraySlice<StepPlan.Row>, mixes: MixTable, blockTable: (Int) -> Attention.BlockTable,
    output: UnsafeMutablePointer<Float>?, states: UnsafeMutablePointer<Float>?
  ) throws(KernelError) {
    if rows.count > activations.rowCapacity {
      let capacity = min(max(rows.count, 2 * activations.rowCapacity), Activations.mostRows)
      activations = try Activations(configuration, rowCapacity: capacity)
      adapters = try AdapterPass(rowCapacity: capacity)
    }
    adapters.group(rows, in: mixes)
    var longest = 0
    for (index, row) in rows.enumerated() {
      activations.positions.pointer[index] = Int32(row.position)
      activations.blockTables.pointer[index] = blockTable(row.input)
      longest = max(longest, row.position + 1)
      embed(
        row.token, row: index,
        into: activations.residual.pointer + index * configuration.hiddenSize)
    }
    try rotary.extend(to: longest)
    for (index, layer) in model.weights.layers.enumerated() {
      attention(layer, index: index, rows: rows.count)
      feedForward(layer, index: index, rows: rows.count)
    }
    if let states { hiddenStates(rows, into: states) }
    if let output { logits(rows, mixes: mixes, into: output) }
  }

  private func embed(_ token: TokenID, row: Int, into out: UnsafeMutablePointer<Float>) {
    let change = adapters.change(of: .embedding, row: row)
    let embedding = change?.replacement ?? model.weights.embedding
    let matrix = embedding.storedMatrix
    var bytes = matrix.data + Int(token) * matrix.rowBytes
    if model.computeType == .int8 {
      // Products don't read the matrix as the file has it, so no memory is held for it: a row is copied to where its
      // norm will be, which has room for floats.
      let copy = UnsafeMutableRawPointer(activations.normed.pointer + row * matrix.columns)
      if embedding.copy(row: Int(token), to: copy) { bytes = UnsafeRawPointer(copy) }
    }
    pool.instructionSet.dequantize(matrix.type, bytes, count: matrix.columns, into: out)
    change?.updates?.apply(
      row: Int(token), outputs: matrix.columns, to: out, with: pool.instructionSet)
  }

  /// x += O · attention(rotate(Q · norm(x)), rotate(K · norm(x)), V · norm(x))
  private func attention(_ layer: LayerWeights, index: Int, rows: Int) {
    let queryWidth = configuration.queryWidth
    pool.multiply(
      activations.normed.pointer, rows: rows, stride: configuration.hiddenSize,
      preparation: norm(layer.attentionNorm, .layer(index, .attentionNorm), rows: rows),
      product(layer.query, activations.queries), product(layer.key, activations.keys),
      product(layer.value, activations.values))
    adapt(activations.normed, layer.query, .layer(index, .query), activations.queries)
    adapt(activations.normed, layer.key, .layer(index, .key), activations.keys)
    adapt(activations.normed, layer.value, .layer(index, .value), activations.values)
    adapters.run(on: pool)
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
    addProduct(
      of: activations.attended, rows: rows, layer.attentionOutput, .layer(index, .attentionOutput))
  }

  /// x += down · (SiLU(gate · norm(x)) · (up · norm(x)))
  private func feedForward(_ layer: LayerWeights, index: Int, rows: Int) {
    pool.multiply(
      activations.normed.pointer, rows: rows, stride: configuration.hiddenSize,
      preparation: norm(layer.feedForwardNorm, .layer(index, .feedForwardNorm), rows: rows),
      product(layer.gate, activations.gate), product(layer.up, activations.up))
    adapt(activations.normed, layer.gate, .layer(index, .gate), activations.gate)
    adapt(activations.normed, layer.up, .layer(index, .up), activations.up)
    adapters.run(on: pool)
    addProduct(
      of: activations.gate,
      preparation: .gate(activations.gate.pointer, up: activations.up.pointer), rows: rows,
      layer.down, .layer(index, .down))
  }

  /// Logits of the rows that ask for them: the final norm and the output head, for those rows alone.
  private mutating func logits(
    _ rows: ArraySlice<StepPlan.Row>, mixes: MixTable, into output: UnsafeMutablePointer<Float>
  ) {
    let hidden = configuration.hiddenSize
    let vocabulary = configuration.vocabularyCount
    var wanted = 0
    var firstOutputRow: Int?
    for (index, row) in rows.enumerated() {
      guard let outputRow = row.outputRow else { continue }
      // Rows are in order, so those that want logits fill consecutive rows of the output.
      if firstOutputRow == nil { firstOutputRow = outputRow }
      let norm = adapters.change(of: .finalNorm, row: index)?.norm ?? model.weights.finalNorm
      normalizeRow(norm, from: index, into: activations.normed.pointer + wanted * hidden)
      wanted += 1
    }
    guard let firstOutputRow else { return }
    let head = model.weights.outputHead
    let output = output + firstOutputRow * vocabulary
    // From here on a row is one that wants logits.
    if adapters.isActive { adapters.group(rows.lazy.filter { $0.outputRow != nil }, in: mixes) }
    if !adapters.replacesAll(.outputHead) {
      pool.multiply(
        activations.normed.pointer, rows: wanted, stride: hidden,
        Product(head.matrix, into: output, outStride: vocabulary))
    }
    adapters.adapt(
      .outputHead, input: activations.normed.pointer, inputs: hidden, output: output,
      outputs: vocabulary, pool: pool)
    adapters.run(on: pool)
  }

  // MARK: - Pieces of a layer

  /// How norms of the residual stream are made: on the way to the product, but where adapters have replaced some, which
  /// are made here.
  private func norm(_ weight: FloatBlock, _ module: ModelModule, rows: Int) -> Preparation? {
    guard adapters.touches(module) else {
      return .norm(
        of: activations.residual.pointer, weight: weight.pointer,
        epsilon: configuration.normEpsilon, into: activations.normed.pointer)
    }
    let hidden = configuration.hiddenSize
    for row in 0..<rows {
      normalizeRow(
        adapters.change(of: module, row: row)?.norm ?? weight, from: row,
        into: activations.normed.pointer + row * hidden)
    }
    return nil
  }

  func normalizeRow(_ weight: FloatBlock, from source: Int, into out: UnsafeMutablePointer<Float>) {
    let hidden = configuration.hiddenSize
    pool.rmsNorm(
      activations.residual.pointer + source * hidden, weight: weight.pointer,
      epsilon: configuration.normEpsilon, count: hidden, into: out)
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
    guard !adapters.touches(.layer(index, .queryNorm)), !adapters.touches(.layer(index, .keyNorm))
    else {
      for row in 0..<rows { normalizeHeads(of: row, layer, index: index) }
      pool.place(placement)
      return
    }
    pool.place(
      placement, queryNorm: layer.queryNorm?.pointer, keyNorm: layer.keyNorm?.pointer,
      epsilon: configuration.normEpsilon)
  }

  /// The norms of one row's heads, which its adapters may have replaced.
  private func normalizeHeads(of row: Int, _ layer: LayerWeights, index: Int) {
    if let norm = layer.queryNorm {
      normalizeHeads(
        activations.queries.pointer + row * configuration.queryWidth, configuration.headCount,
        adapters.change(of: .layer(index, .queryNorm), row: row)?.norm ?? norm)
    }
    if let norm = layer.keyNorm {
      normalizeHeads(
        activations.keys.pointer + row * configuration.keyValueWidth,
        configuration.keyValueHeadCount,
        adapters.change(of: .layer(index, .keyNorm), row: row)?.norm ?? norm)
    }
  }

  private func normalizeHeads(
    _ x: UnsafeMutablePointer<Float>, _ heads: Int, _ weight: FloatBlock
  ) {
    let dimension = configuration.headDimension
    for head in 0..<heads {
      pool.rmsNorm(
        x + head * dimension, weight: weight.pointer, epsilon: configuration.normEpsilon,
        count: dimension, into: x + head * dimension)
    }
  }

  /// residual += W x + b, as the adapters have it.
  private func addProduct(
    of x: AlignedBuffer<Float>, preparation: Preparation? = nil, rows: Int, _ linear: Linear,
    _ module: ModelModule
  ) {
    let isAdapted = adapters.touches(module)
    // What adapters do is done to the product alone. The norm is done with, so its memory is free.
    var product = product(linear, isAdapted ? activations.normed : activations.residual)
    product.accumulates = !isAdapted
    pool.multiply(
      x.pointer, rows: rows, stride: linear.matrix.columns, preparation: preparation, product)
    guard isAdapted else { return }
    adapt(x, linear, module, activations.normed)
    adapters.run(on: pool)
    // The same two additions as above, so that rows without adapters keep their bits.
    let (residual, projected) = (activations.residual.pointer, activations.normed.pointer)
    for index in 0..<rows * configuration.hiddenSize { residual[index] += projected[index] }
  }

  /// Notes what the adapters do to the output of a projection.
  private func adapt(
    _ x: AlignedBuffer<Float>, _ linear: Linear, _ module: ModelModule, _ out: AlignedBuffer<Float>
  ) {
    let matrix = linear.matrix
    adapters.adapt(
      module, input: x.pointer, inputs: matrix.columns, output: out.pointer,
      outputs: matrix.rows, pool: pool)
  }

  private func product(_ linear: Linear, _ out: AlignedBuffer<Float>) -> Product {
    let matrix = linear.matrix
    return Product(
      matrix, bias: linear.bias?.pointer, into: out.pointer, outStride: matrix.rows)
  }
}
