extension LogitRow {
  /// exp *x* for one *x* ≤ 0.
  package static func exponential(_ x: Double) -> Double {
    Double(exponential(SIMD8(repeating: Float(x)))[0])
  }

  /// Writes exp(*x* − `maximum`) for each logit.
  package static func exponentials(
    of row: UnsafeBufferPointer<Float>, maximum: Float,
    into result: UnsafeMutableBufferPointer<Float>
  ) {
    forEachVector(of: row) { start, x in
      let values = exponential(x - maximum)
      if start + 8 <= result.count, let base = result.baseAddress {
        UnsafeMutableRawPointer(base + start).storeBytes(of: values, as: SIMD8<Float>.self)
      } else {
        for lane in 0..<result.count - start { result[start + lane] = values[lane] }
      }
    }
  }

  /// Σ exp(*x* − `maximum`) over all logits, and over those within each of three distances of a pivot, in one pass.
  package static func sumsOfExponentials(
    of row: UnsafeBufferPointer<Float>, maximum: Float, within distances: (Float, Float, Float),
    of pivot: Float
  ) -> (all: Double, within: (Double, Double, Double)) {
    var (all, near, farther, far) = (BlockedSum(), BlockedSum(), BlockedSum(), BlockedSum())
    let zero = SIMD8<Float>(repeating: 0)
    forEachVector(of: row) { _, x in
      let values = exponential(x - maximum)
      all.add(values)
      near.add(zero.replacing(with: values, where: isWithin(distances.0, of: pivot, x)))
      farther.add(zero.replacing(with: values, where: isWithin(distances.1, of: pivot, x)))
      far.add(zero.replacing(with: values, where: isWithin(distances.2, of: pivot, x)))
    }
    return (all.total, (near.total, farther.total, far.total))
  }

  /// Σ *e* and Σ *e* · (*x* − `maximum`), with *e* = exp(*x* − `maximum`): what an entropy is made of.
  package static func entropySums(
    of row: UnsafeBufferPointer<Float>, maximum: Float
  ) -> (sum: Double, weighted: Double) {
    var sum = BlockedSum()
    var weighted = BlockedSum()
    forEachVector(of: row) { _, x in
      // Below −88 the exponential is 0, and so is the product.
      let distance = (x - maximum).replacing(with: -88, where: x - maximum .< -88)
      let e = exponential(distance)
      sum.add(e)
      weighted.add(e * distance)
    }
    return (sum.total, weighted.total)
  }

  /// The number of logits above −∞, and the mean of *x* − `maximum` over them; `nil` for none.
  package static func meanDistance(
    of row: UnsafeBufferPointer<Float>, maximum: Float
  ) -> (count: Double, mean: Double)? {
    var count = BlockedSum()
    var sum = BlockedSum()
    forEachVector(of: row) { _, x in
      let isMasked = x .== -.infinity
      count.add(SIMD8(repeating: 1).replacing(with: 0, where: isMasked))
      sum.add((x - maximum).replacing(with: 0, where: isMasked))
    }
    return count.total > 0 ? (count.total, sum.total / count.total) : nil
  }

  /// The standard deviation of the logits above −∞ (that of the whole population), 0 for none.
  package static func standardDeviation(
    of row: UnsafeBufferPointer<Float>, maximum: Float
  ) -> Double {
    guard let distances = meanDistance(of: row, maximum: maximum) else { return 0 }
    let mean = Float(distances.mean)
    var squares = BlockedSum()
    forEachVector(of: row) { _, x in
      let distance = (x - maximum - mean).replacing(with: 0, where: x .== -.infinity)
      squares.add(distance * distance)
    }
    return (squares.total / distances.count).squareRoot()
  }
}
