import Kernels

/// DoRA (Liu et al. 2024, arXiv 2402.09353): each output's weight keeps a learned length, and the low-rank update turns
/// it. y = m · (W x + s B A x) / ‖W + s B A‖, the norm taken over the inputs of each output.
///
/// The squared norm is a polynomial in the weight w that a mix gives the adapter: ‖W‖² + 2 w ⟨W, s B A⟩ + w² ‖s B A‖².
/// Its coefficients are found once, a row at a time, so that every w has its exact norm, as PEFT's `set_scale` has.
struct DoRAMagnitudes: Sendable {
  private let magnitudes: [Float]  // [outputs]
  private let coefficients: [Squares]  // [outputs]

  /// ‖W‖², ⟨W, s B A⟩ and ‖s B A‖², so far.
  private struct Squares {
    var weight = 0.0
    var mixed = 0.0
    var change = 0.0

    mutating func add(_ weight: Float, _ change: Float) {
      let (weight, change) = (Double(weight), Double(change))
      self.weight += weight * weight
      mixed += weight * change
      self.change += change * change
    }
  }

  init(_ magnitudes: [Float], of base: Linear, delta: LowRankDelta, scale: Double) {
    self.magnitudes = magnitudes
    var sums = [Squares](repeating: Squares(), count: magnitudes.count)
    let matrix = base.matrix
    var row = [Float](repeating: 0, count: matrix.columns)
    var change = row
    for index in 0..<matrix.rows {
      base.read(row: index, into: &row)
      for column in change.indices { change[column] = 0 }
      delta.add(row: index, times: Float(scale), to: &change)
      // An embedding's rows are its inputs: there an output is a column.
      if delta.isOfEmbedding {
        for column in row.indices { sums[column].add(row[column], change[column]) }
      } else {
        var total = Squares()
        for column in row.indices { total.add(row[column], change[column]) }
        sums[index] = total
      }
    }
    coefficients = sums
  }

  /// The first output whose weight has no length.
  var firstWithoutLength: Int? { gains(weight: 1).firstIndex { !$0.isFinite } }

  /// m / ‖W + w s B A‖ of each output; not finite where the norm is 0.
  func gains(weight: Double) -> [Float] {
    zip(magnitudes, coefficients).map { magnitude, sums in
      let square = sums.weight + 2 * weight * sums.mixed + weight * weight * sums.change
      return Float(Double(magnitude) / max(square, 0).squareRoot())
    }
  }
}
