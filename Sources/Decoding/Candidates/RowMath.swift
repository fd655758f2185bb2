import Kernels
import LanguageModeling

/// Passes over a row of logits. Every sum is taken in one fixed order, with arithmetic that is the same on every
/// machine.
enum RowMath {
  /// A row's greatest logit, and whether the row is one: no NaN, no +∞, and something above −∞.
  static func maximum(of row: UnsafeBufferPointer<Float>) -> (value: Float, isFinite: Bool) {
    let (value, isOrdered) = LogitRow.maximum(of: row)
    return (value, value.isFinite && isOrdered)
  }

  /// Σ exp(*x* − `maximum`).
  static func sumOfExponentials(of row: UnsafeBufferPointer<Float>, maximum: Float) -> Double {
    LogitRow.sumOfExponentials(of: row, maximum: maximum)
  }

  /// Σ exp(*x* − `maximum`) over all logits, and over those that `isNear`, `isWithin` and `isInSight` name, in one pass.
  @inline(__always)
  static func sumsOfExponentials(
    of row: UnsafeBufferPointer<Float>, maximum: Float,
    isNear: (SIMD8<Float>) -> SIMDMask<SIMD8<Int32>>,
    isWithin: (SIMD8<Float>) -> SIMDMask<SIMD8<Int32>>,
    isInSight: (SIMD8<Float>) -> SIMDMask<SIMD8<Int32>>
  ) -> (all: Double, near: Double, within: Double, inSight: Double) {
    var (all, near, within, inSight) = (BlockedSum(), BlockedSum(), BlockedSum(), BlockedSum())
    let zero = SIMD8<Float>(repeating: 0)
    forEachVector(of: row) { _, x in
      let values = exponential(x - maximum)
      all.add(values)
      near.add(zero.replacing(with: values, where: isNear(x)))
      within.add(zero.replacing(with: values, where: isWithin(x)))
      inSight.add(zero.replacing(with: values, where: isInSight(x)))
    }
    return (all.total, near.total, within.total, inSight.total)
  }

  /// The number of logits that `isCounted` names.
  @inline(__always)
  static func count(
    of row: UnsafeBufferPointer<Float>,
    where isCounted: (SIMD8<Float>) -> SIMDMask<SIMD8<Int32>>
  ) -> Int {
    var counts = SIMD8<Int32>(repeating: 0)
    forEachVector(of: row) { _, x in
      counts &+= SIMD8<Int32>(repeating: 0).replacing(with: 1, where: isCounted(x))
    }
    return Int(counts.wrappedSum())
  }

  /// Writes exp(*x* − `maximum`) for each logit.
  static func exponentials(
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

  /// ln Σ exp *x*, in nats. The row must be finite in the sense of ``maximum(of:)``.
  static func logSumExp(of row: UnsafeBufferPointer<Float>, maximum: Float) -> Double {
    Double(maximum) + PortableLogarithm.log(sumOfExponentials(of: row, maximum: maximum))
  }

  /// The entropy of softmax(*x*) in nats: ln *S* − Σ *e* · (*x* − max) / *S*, with *e* = exp(*x* − max), *S* = Σ *e*.
  static func entropy(of row: UnsafeBufferPointer<Float>, maximum: Float) -> Double {
    var sum = BlockedSum()
    var weighted = BlockedSum()
    forEachVector(of: row) { _, x in
      // Below −88 the exponential is 0, and so is the product.
      let distance = (x - maximum).replacing(with: -88, where: x - maximum .< -88)
      let e = exponential(distance)
      sum.add(e)
      weighted.add(e * distance)
    }
    let entropy = PortableLogarithm.log(sum.total) - weighted.total / sum.total
    return entropy > 0 ? entropy : 0
  }

  /// The standard deviation of the logits above −∞ (that of the whole population), 0 for none.
  static func standardDeviation(of row: UnsafeBufferPointer<Float>, maximum: Float) -> Double {
    var count = BlockedSum()
    var sum = BlockedSum()
    forEachVector(of: row) { _, x in
      let isMasked = x .== -.infinity
      count.add(SIMD8(repeating: 1).replacing(with: 0, where: isMasked))
      sum.add((x - maximum).replacing(with: 0, where: isMasked))
    }
    guard count.total > 0 else { return 0 }
    let mean = Float(sum.total / count.total)
    var squares = BlockedSum()
    forEachVector(of: row) { _, x in
      let distance = (x - maximum - mean).replacing(with: 0, where: x .== -.infinity)
      squares.add(distance * distance)
    }
    return (squares.total / count.total).squareRoot()
  }

  /// exp *x* for one *x* ≤ 0.
  static func exponential(_ x: Double) -> Double {
    Double(exponential(SIMD8(repeating: Float(x)))[0])
  }

  /// The index of the first logit that equals `value`.
  static func firstIndex(of value: Float, in row: UnsafeBufferPointer<Float>) -> Int? {
    row.firstIndex(of: value)
  }

  /// Calls `body` with each eight logits and the index of the first; the last eight are filled up with −∞.
  @inline(__always)
  static func forEachVector(
    of row: UnsafeBufferPointer<Float>, _ body: (Int, SIMD8<Float>) -> Void
  ) {
    guard let base = row.baseAddress else { return }
    let raw = UnsafeRawPointer(base)
    let whole = row.count & ~7
    var start = 0
    while start < whole {
      body(start, raw.loadUnaligned(fromByteOffset: start &* 4, as: SIMD8<Float>.self))
      start &+= 8
    }
    if whole < row.count {
      var rest = SIMD8<Float>(repeating: -.infinity)
      for index in whole..<row.count { rest[index - whole] = row[index] }
      body(whole, rest)
    }
  }

  /// exp *x* for *x* ≤ 0, to about one unit in the last place; 0 below −87.
  ///
  /// *x* = *n* ln 2 + *r* with |*r*| ≤ ½ ln 2, and exp *r* by its Taylor series: the first term left out is below
  /// 2^-27.
  @inline(__always)
  static func exponential(_ x: SIMD8<Float>) -> SIMD8<Float> {
    // Adding 1.5 · 2^23 leaves the rounded integer in the low bits.
    let shift = SIMD8<Float>(repeating: 12_582_912)
    let shifted = x * 1.442_695_04 + shift
    let n = shifted - shift
    let r = (x - n * 0.693_359_375) + n * 2.121_944_4e-4
    var sum = SIMD8<Float>(repeating: 1 / 5040)
    sum = sum * r + 1 / 720
    sum = sum * r + 1 / 120
    sum = sum * r + 1 / 24
    sum = sum * r + 1 / 6
    sum = sum * r + 0.5
    sum = sum * (r * r) + r + 1
    let bits = unsafeBitCast(shifted, to: SIMD8<UInt32>.self)
    let power = unsafeBitCast((bits &+ 127) &<< 23, to: SIMD8<Float>.self)
    return (sum * power).replacing(with: 0, where: x .< -87)
  }

  /// A sum of vectors: float lanes for up to eight vectors, then into doubles.
  private struct BlockedSum {
    private var block = SIMD8<Float>(repeating: 0)
    private var filled = 0
    private var low = SIMD4<Double>(repeating: 0)
    private var high = SIMD4<Double>(repeating: 0)

    @inline(__always)
    mutating func add(_ values: SIMD8<Float>) {
      block += values
      filled &+= 1
      if filled == 8 { flush() }
    }

    @inline(__always)
    private mutating func flush() {
      low += SIMD4<Double>(
        Double(block[0]), Double(block[1]), Double(block[2]), Double(block[3]))
      high += SIMD4<Double>(
        Double(block[4]), Double(block[5]), Double(block[6]), Double(block[7]))
      block = SIMD8(repeating: 0)
      filled = 0
    }

    var total: Double {
      var copy = self
      copy.flush()
      return (copy.low + copy.high).sum()
    }
  }
}
