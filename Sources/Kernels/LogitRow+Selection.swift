/// Some of a row's logits.
package enum LogitRange: Sendable {
  /// Those that aren't below a threshold.
  case atLeast(Float)
  /// Those at most so far from a pivot; equal logits are on one side.
  case within(Float, of: Float)
}

extension LogitRow {
  /// The number of logits in a range.
  package static func count(of row: UnsafeBufferPointer<Float>, in range: LogitRange) -> Int {
    switch range {
    case .atLeast(let least): count(of: row) { $0 .>= least }
    case .within(let distance, let pivot): count(of: row) { isWithin(distance, of: pivot, $0) }
    }
  }

  /// Moves the logits in a range, none of which may be −∞, to the front, and the tokens with them: fast where few are
  /// kept.
  ///
  /// - Parameter tokens: the token of each logit; not read while `isDense`: index and token are the same then.
  /// - Returns: how many there are.
  package static func keep(
    _ range: LogitRange, logits: UnsafeMutableBufferPointer<Float>,
    tokens: UnsafeMutableBufferPointer<Int32>, isDense: Bool
  ) -> Int {
    switch range {
    case .atLeast(let least):
      keep(logits: logits, tokens: tokens, isDense: isDense) { $0 .>= least }
    case .within(let distance, let pivot):
      keep(logits: logits, tokens: tokens, isDense: isDense) { isWithin(distance, of: pivot, $0) }
    }
  }

  @inline(__always)
  static func isWithin(
    _ limit: Float, of pivot: Float, _ x: SIMD8<Float>
  ) -> SIMDMask<SIMD8<Int32>> {
    let distance = x - pivot
    return (distance .<= limit) .& (distance .>= -limit)
  }

  @inline(__always)
  private static func count(
    of row: UnsafeBufferPointer<Float>,
    where isCounted: (SIMD8<Float>) -> SIMDMask<SIMD8<Int32>>
  ) -> Int {
    var counts = SIMD8<Int32>(repeating: 0)
    forEachVector(of: row) { _, x in
      counts &+= SIMD8<Int32>(repeating: 0).replacing(with: 1, where: isCounted(x))
    }
    return Int(counts.wrappedSum())
  }

  @inline(__always)
  private static func keep(
    logits: UnsafeMutableBufferPointer<Float>, tokens: UnsafeMutableBufferPointer<Int32>,
    isDense: Bool, where isKept: (SIMD8<Float>) -> SIMDMask<SIMD8<Int32>>
  ) -> Int {
    var kept = 0
    let count = logits.count
    // Written to only before what is still to be read.
    forEachVector(of: UnsafeBufferPointer(logits)) { start, x in
      let isKept = isKept(x)
      guard any(isKept) else { return }
      for lane in 0..<min(8, count - start) where isKept[lane] {
        tokens[kept] = isDense ? Int32(truncatingIfNeeded: start + lane) : tokens[start + lane]
        logits[kept] = x[lane]
        kept += 1
      }
    }
    return kept
  }
}
