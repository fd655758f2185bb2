import Kernels

// A mixture of experts.
extension ForwardPass {
  /// x += Σ weight · expert(norm(x)), over the experts that the router chooses for each row.
  ///
  /// Experts go one after the other, each with the rows that chose it. So a row adds up its experts in their order,
  /// whatever rows are beside it.
  mutating func addExperts(
    _ mixture: ExpertWeights, _ layer: LayerWeights, index: Int, rows: ArraySlice<StepPlan.Row>,
    mixes: MixTable
  ) {
    guard let scratch = activations.experts, let shape = configuration.block.experts else { return }
    let hidden = configuration.hiddenSize
    let input = input(layer.feedForwardNorm, .layer(index, .feedForwardNorm), rows: rows.count)
    pool.multiply(
      input.x.pointer, rows: rows.count, stride: hidden, preparation: input.preparation,
      product(mixture.router, scratch.scores))
    adapt(input.x, mixture.router, .layer(index, .router), scratch.scores)
    adapters.run(on: pool)
    for row in 0..<rows.count { choose(shape, row: row, in: scratch) }
    scratch.sum.pointer.update(repeating: 0, count: rows.count * hidden)
    let isAdapted = adapters.isActive
    for (number, expert) in mixture.experts.enumerated() {
      let count = gather(
        expert: number, of: rows.count, perToken: shape.perToken, from: input.x, in: scratch)
      guard count > 0 else { continue }
      if isAdapted {
        let first = rows.startIndex
        adapters.group(
          (0..<count).map { rows[first + Int(scratch.members.pointer[$0])] }, in: mixes)
      }
      run(expert, layer: index, number, rows: count, in: scratch)
      for place in 0..<count {
        pool.addScaled(
          scratch.output.pointer + place * hidden, scale: scratch.shares.pointer[place],
          count: hidden,
          to: scratch.sum.pointer + Int(scratch.members.pointer[place]) * hidden)
      }
    }
    if isAdapted { adapters.group(rows, in: mixes) }
    let norm = layer.postFeedForwardNorm?.norm(configuration)
    pool.add(
      scratch.sum.pointer, norm, scale: configuration.block.residualScale, rows: rows.count,
      columns: hidden, to: activations.residual.pointer)
  }

  /// output = down · (activation(gate · input) · (up · input))
  private func run(
    _ expert: FeedForwardWeights, layer: Int, _ number: Int, rows: Int,
    in scratch: ExpertActivations
  ) {
    func module(_ part: LayerPart) -> ModelModule {
      .expert(layer: layer, expert: number, part)
    }
    guard let gate = expert.gate else { return }
    pool.multiply(
      scratch.input.pointer, rows: rows, stride: configuration.hiddenSize,
      product(gate, activations.gate), product(expert.up, activations.up))
    adapt(scratch.input, gate, module(.gate), activations.gate)
    adapt(scratch.input, expert.up, module(.up), activations.up)
    adapters.run(on: pool)
    pool.multiply(
      activations.gate.pointer, rows: rows, stride: configuration.intermediateSize,
      preparation: .activation(
        configuration.block.activation, activations.gate.pointer, up: activations.up.pointer),
      product(expert.down, scratch.output))
    adapt(activations.gate, expert.down, module(.down), scratch.output)
    adapters.run(on: pool)
  }

  /// The experts with the greatest probabilities, of equal ones the first, and their weights.
  private func choose(_ shape: ExpertShape, row: Int, in scratch: ExpertActivations) {
    let scores = UnsafeMutableBufferPointer(
      start: scratch.scores.pointer + row * shape.count, count: shape.count)
    let maximum = LogitRow.maximum(of: UnsafeBufferPointer(scores)).value
    LogitRow.exponentials(of: UnsafeBufferPointer(scores), maximum: maximum, into: scores)
    var total: Float = 0
    for score in scores { total += score }
    var sum: Float = 0
    for place in row * shape.perToken..<(row + 1) * shape.perToken {
      var best = 0
      for expert in scores.indices where scores[expert] > scores[best] { best = expert }
      let weight = scores[best] / total
      scratch.chosen.pointer[place] = Int32(best)
      scratch.weights.pointer[place] = weight
      sum += weight
      // Probabilities are at least 0, so it isn't chosen again.
      scores[best] = -1
    }
    guard shape.normalizesWeights else { return }
    for place in row * shape.perToken..<(row + 1) * shape.perToken {
      scratch.weights.pointer[place] /= sum
    }
  }

  /// Copies the rows that chose an expert side by side.
  ///
  /// - Returns: how many there are.
  private func gather(
    expert: Int, of rows: Int, perToken: Int, from x: AlignedBuffer<Float>,
    in scratch: ExpertActivations
  ) -> Int {
    let hidden = configuration.hiddenSize
    var count = 0
    for row in 0..<rows {
      for place in row * perToken..<(row + 1) * perToken
      where scratch.chosen.pointer[place] == Int32(expert) {
        (scratch.input.pointer + count * hidden).update(
          from: x.pointer + row * hidden, count: hidden)
        scratch.members.pointer[count] = Int32(row)
        scratch.shares.pointer[count] = scratch.weights.pointer[place]
        count += 1
        // Once at most, whatever the numbers: memory is there for each row once.
        break
      }
    }
    return count
  }
}
