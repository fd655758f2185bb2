import Kernels

/// DoRA (Liu et al. 2024, arXiv 2402.09353): each output's weight keeps a learned length, and the low-rank update turns
/// it. y = m · (W x + s B A x) / ‖W + s B A‖, the norm taken over the inputs of each output.
///
/// The squared norm is a polynomial in the weight w that a mix gives the adapter: ‖W‖² + 2 w ⟨W, s B A⟩ + w² ‖s B A‖².
/// Its coefficients are found once, a row at a time, so that every w has its exact norm, as PEFT's `set_scale` has.
struct Magnitudes: Sendable {
  private let magnitudes: [Float]  // [outputs]
  private let coefficients: [SIMD3<Double>]  // [outputs]

  init(_ magnitudes: [Float], of base: Linear, delta: Delta, scale: Double) {
    self.magnitudes = magnitudes
    var sums = [SIMD3<Double>](repeating: .zero, count: magnitudes.count)
    let matrix = base.matrix
    var row = [Float](repeating: 0, count: matrix.columns)
    var change = row
    for index in 0..<matrix.rows {
      base.read(row: index, into: &row)
      for column in change.indices { change[column] = 0 }
      delta.add(row: index, times: Float(scale), to: &change)
      // An embedding's rows are its inputs: there an output is a column.
      if delta.isOfEmbedding {
        for column in row.indices { sums[column] += Self.products(row[column], change[column]) }
      } else {
        var total = SIMD3<Double>.zero
        for column in row.indices { total += Self.products(row[column], change[column]) }
        sums[index] = total
      }
    }
    coefficients = sums
  }

  private static func products(_ weight: Float, _ change: Float) -> SIMD3<Double> {
    let (weight, change) = (Double(weight), Double(change))
    return SIMD3(weight * weight, weight * change, change * change)
  }

  /// The first output whose weight has no length.
  var firstWithoutLength: Int? { gains(weight: 1).firstIndex { !$0.isFinite } }

  /// m / ‖W + w s B A‖ of each output; not finite where the norm is 0.
  func gains(weight: Double) -> [Float] {
    zip(magnitudes, coefficients).map { magnitude, sums in
      let square = sums[0] + 2 * weight * sums[1] + weight * weight * sums[2]
      return Float(Double(magnitude) / max(square, 0).squareRoot())
    }
  }
}
