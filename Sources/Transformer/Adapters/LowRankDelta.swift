/// B A of a low-rank update, row by row of the weight that it is added to.
struct LowRankDelta {
  private let down: FloatBlock
  private let up: FloatBlock
  private let rank: Int
  /// Whether it is added to an embedding, whose rows are inputs.
  let isOfEmbedding: Bool

  /// - Parameters:
  ///   - down: `[rank, inputs]`; for an embedding `[vocabulary, rank]`.
  ///   - up: `[rank, outputs]`.
  init(down: FloatBlock, up: FloatBlock, rank: Int, isEmbedding: Bool) {
    self.down = down
    self.up = up
    self.rank = rank
    isOfEmbedding = isEmbedding
  }

  /// row += factor · (B A)[index, :]; for an embedding (B A)ᵀ.
  func add(row index: Int, times factor: Float, to row: inout [Float]) {
    let rows = (isOfEmbedding ? down.count : up.count) / rank
    let right = isOfEmbedding ? up : down
    let columns = row.count
    row.withUnsafeMutableBufferPointer { row in
      for k in 0..<rank {
        let left = factor * (isOfEmbedding ? down[index * rank + k] : up[k * rows + index])
        let other = right.pointer + k * columns
        for column in 0..<columns { row[column] += left * other[column] }
      }
    }
  }
}
