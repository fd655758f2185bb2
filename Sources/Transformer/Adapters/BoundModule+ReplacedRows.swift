import Checkpoints

extension BoundModule.LowRank {
  /// New rows as the low-rank update that turns the old ones into them: one factor holds the differences, the other
  /// picks the row. The weight itself, which may be large, quantised and shared, stays as it is.
  init(
    _ rows: ReplacedRows, of module: ModelModule, on base: Linear, reader: AdapterReader
  ) throws(CheckpointError) {
    let shape = reader.configuration.shape(of: module)
    let (vocabulary, hidden) = (shape[0], shape[1])
    let count = rows.tokens.count
    guard module == .embedding || module == .outputHead, count > 0 else {
      throw reader.invalid(rows.values, "only rows of the embedding or the output head can be new")
    }
    if let token = rows.tokens.first(where: { !(0..<vocabulary).contains($0) }) {
      throw reader.invalid(
        rows.values, "token \(token) is outside the vocabulary of \(vocabulary)")
    }
    var differences = try reader.floats(rows.values, shape: [count, hidden], of: module)
    var old = [Float](repeating: 0, count: hidden)
    // The embedding looks rows of the choice up, `[vocabulary, tokens]`; the head multiplies, `[tokens, vocabulary]`.
    var choice = [Float](repeating: 0, count: vocabulary * count)
    for (index, token) in rows.tokens.enumerated() {
      base.read(row: token, into: &old)
      for column in 0..<hidden { differences[index * hidden + column] -= old[column] }
      choice[module == .embedding ? token * count + index : index * vocabulary + token] = 1
    }
    rank = count
    scale = 1
    down = FloatBlock(module == .embedding ? choice : differences)
    up = FloatBlock(module == .embedding ? differences : choice)
    upBias = nil
    magnitudes = nil
    replacesRows = true
  }
}
