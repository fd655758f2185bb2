import Kernels
import LanguageModeling

/// The layers, from token ids to logits, for up to `Activations.maximumRowCount` rows at a time.
///
/// Reads like the paper: norm, attention, residual, norm, feed-forward, residual. Allocates only when there are more
/// rows, or later positions, than ever before.
struct ForwardPass {
  let model: TransformerModel
  let pool: ComputePool
  let layout: KeyValueLayout
  private(set) var activations: Activations
  var adapters: AdapterPass
  private var rotary: RotaryTable
  /// That of layers with a window, where it is another.
  private var windowedRotary: RotaryTable?

  let configuration: TransformerConfiguration

  init(
    model: TransformerModel, pool: ComputePool, layout: KeyValueLayout, contextLength: Int
  ) throws(KernelError) {
    self.model = model
    self.pool = pool
    self.layout = layout
    configuration = model.configuration
    activations = try Activations(configuration, rowCapacity: 16)
    adapters = try AdapterPass(rowCapacity: 16)
    rotary = try RotaryTable(configuration.rotaryEmbedding, contextLength: contextLength)
    windowedRotary =
      if let windowed = configuration.block.windowedRotaryEmbedding {
        try RotaryTable(windowed, contextLength: contextLength)
      } else {
        nil
      }
  }

  /// Runs `rows`, each with its mix of adapters, through all layers, writing their keys and values into their sequences'
  /// blocks, and writes the logits that they ask for into `output` (`[outputRow, vocabulary]`) and the hidden states into
  /// `states` (`[stateRow, hidden]`).
  mutating func run(
    _ rows: ArraySlice<StepPlan.Row>, mixes: MixTable, blockTable: (Int) -> Attention.BlockTable,
    output: UnsafeMutablePointer<Float>?, states: UnsafeMutablePointer<Float>?
  ) throws(KernelError) {
    if rows.count > activations.rowCapacity {
      let capacity = min(max(rows.count, 2 * activations.rowCapacity), Activations.maximumRowCount)
      activations = try Activations(configuration, rowCapacity: capacity)
      adapters = try AdapterPass(rowCapacity: capacity)
    }
    adapters.group(rows, in: mixes)
    var longest = 0
    for (index, row) in rows.enumerated() {
      activations.positions.pointer[index] = Int32(row.position)
      activations.horizons.pointer[index] = Int32(row.horizon)
      if let growth = configuration.block.queryGrowth {
        activations.scales.pointer[index] = growth.scale(at: row.position)
      }
      activations.blockTables.pointer[index] = blockTable(row.input)
      longest = max(longest, row.position + 1)
      embed(
        row, index: index, into: activations.residual.pointer + index * configuration.hiddenSize)
    }
    try rotary.extend(to: longest)
    try windowedRotary?.extend(to: longest)
    for (index, layer) in model.weights.layers.enumerated() {
      attention(layer, index: index, rows: rows.count)
      // In a parallel block both read the residual before either is added to it.
      if configuration.block.isParallel {
        gates(layer, index: index, rows: rows.count)
        addAttention(layer, index: index, rows: rows.count)
        addFeedForward(layer, index: index, rows: rows.count)
      } else {
        addAttention(layer, index: index, rows: rows.count)
        if let mixture = layer.experts {
          addExperts(mixture, layer, index: index, rows: rows, mixes: mixes)
        } else {
          gates(layer, index: index, rows: rows.count)
          addFeedForward(layer, index: index, rows: rows.count)
        }
      }
    }
    if let states { hiddenStates(rows, into: states) }
    if let output { logits(rows, mixes: mixes, into: output) }
  }

  /// The angles of a layer's positions.
  func rotary(ofLayer layer: Int) -> RotaryTable {
    guard let windowedRotary, configuration.window(ofLayer: layer) != nil else { return rotary }
    return windowedRotary
  }

  private func embed(
    _ row: StepPlan.Row, index: Int, into out: UnsafeMutablePointer<Float>
  ) {
    let change = adapters.change(of: .embedding, row: index)
    let embedding = change?.replacement ?? model.weights.embedding
    let matrix = embedding.storedMatrix
    let token = Int(row.token)
    var bytes = matrix.data + token * matrix.rowBytes
    if model.computeType == .int8 {
      // Products don't read the matrix as the file has it, so no memory is held for it: a row is copied to where its
      // norm will be, which has room for floats.
      let copy = UnsafeMutableRawPointer(activations.normed.pointer + index * matrix.columns)
      if embedding.copy(row: token, to: copy) { bytes = UnsafeRawPointer(copy) }
    }
    pool.instructionSet.dequantize(matrix.type, bytes, count: matrix.columns, into: out)
    change?.updates?.apply(
      row: token, outputs: matrix.columns, to: out, with: pool.instructionSet)
    let scale = configuration.block.embeddingScale
    if scale != 1 { for column in 0..<matrix.columns { out[column] *= scale } }
    if let positions = model.weights.positions?.storedMatrix {
      // What is normed is made anew in the first layer.
      let vector = activations.normed.pointer + index * matrix.columns
      pool.instructionSet.dequantize(
        positions.type, positions.data + row.position * positions.rowBytes,
        count: positions.columns, into: vector)
      for column in 0..<matrix.columns { out[column] += vector[column] }
    }
  }

  /// attended = attention(rotate(Q · norm(x)), rotate(K · norm(x)), V · norm(x))
  private func attention(_ layer: LayerWeights, index: Int, rows: Int) {
    let queryWidth = configuration.queryWidth
    let input = input(layer.attentionNorm, .layer(index, .attentionNorm), rows: rows)
    pool.multiply(
      input.x.pointer, rows: rows, stride: configuration.hiddenSize,
      preparation: input.preparation,
      product(layer.query, activations.queries), product(layer.key, activations.keys),
      product(layer.value, activations.values))
    adapt(input.x, layer.query, .layer(index, .query), activations.queries)
    adapt(input.x, layer.key, .layer(index, .key), activations.keys)
    adapt(input.x, layer.value, .layer(index, .value), activations.values)
    adapters.run(on: pool)
    place(layer, index: index, rows: rows)
    var attention = Attention(
      queries: activations.queries.pointer, queryStride: queryWidth,
      out: activations.attended.pointer, outStride: queryWidth, rows: rows,
      headCount: configuration.headCount, keyValueHeadCount: configuration.keyValueHeadCount,
      headDimension: configuration.headDimension, window: configuration.window(ofLayer: index) ?? 0,
      layerOffset: index * layout.layerBytes, format: layout.format,
      blocks: activations.blockTables.pointer, positions: activations.horizons.pointer)
    if let scale = configuration.block.attentionScale { attention.scale = scale }
    attention.softCap = configuration.block.attentionSoftCap
    pool.attend(attention)
  }

  /// x += O · attended
  private func addAttention(_ layer: LayerWeights, index: Int, rows: Int) {
    addProduct(
      of: activations.attended, rows: rows, layer.attentionOutput, .layer(index, .attentionOutput),
      layer.postAttentionNorm, .layer(index, .postAttentionNorm))
  }

  /// gate · norm(x) and up · norm(x)
  private func gates(_ layer: LayerWeights, index: Int, rows: Int) {
    guard let weights = layer.feedForward else { return }
    let module = ModelModule.layer(
      index, configuration.block.sharesNorm ? .attentionNorm : .feedForwardNorm)
    let input = input(layer.feedForwardNorm, module, rows: rows)
    let up = product(weights.up, activations.up)
    let gate = weights.gate.map { product($0, activations.gate) }
    pool.multiply(
      input.x.pointer, rows: rows, stride: configuration.hiddenSize,
      preparation: input.preparation, gate ?? up, gate == nil ? nil : up)
    if let gate = weights.gate { adapt(input.x, gate, .layer(index, .gate), activations.gate) }
    adapt(input.x, weights.up, .layer(index, .up), activations.up)
    adapters.run(on: pool)
  }

  /// x += down · (activation(gate) · up), or down · activation(up)
  private func addFeedForward(_ layer: LayerWeights, index: Int, rows: Int) {
    guard let weights = layer.feedForward else { return }
    let isGated = configuration.block.isGated
    let x = isGated ? activations.gate : activations.up
    addProduct(
      of: x,
      preparation: .activation(
        configuration.block.activation, x.pointer, up: isGated ? activations.up.pointer : nil),
      rows: rows, weights.down, .layer(index, .down),
      layer.postFeedForwardNorm, .layer(index, .postFeedForwardNorm))
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
        Product(
          head.matrix, bias: head.bias?.pointer, into: output, outStride: vocabulary))
    }
    adapters.adapt(
      .outputHead, input: activations.normed.pointer, inputs: hidden, output: output,
      outputs: vocabulary, pool: pool)
    adapters.run(on: pool)
    let block = configuration.block
    if block.logitScale != 1 || block.logitSoftCap > 0 {
      pool.scaleAndCap(
        output, rows: wanted, columns: vocabulary, scale: block.logitScale, cap: block.logitSoftCap)
    }
  }
}
