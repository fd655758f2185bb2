import LanguageModeling

/// Gumbel numbers under a condition on their maximum.
package enum TruncatedGumbel {
  /// Moves a Gumbel number of a family to where it stands given that the family's greatest is `limit`.
  ///
  /// −ln(exp(−`limit`) − exp(−`maximum`) + exp(−`gumbel`)): the inverse of one truncated distribution function after
  /// the other. It keeps the order of the family, and takes its maximum to `limit` exactly. Computed as Kool, van Hoof
  /// and Welling do it (appendix B.3): with *v* = `limit` − `gumbel` + ln(1 − exp(`gumbel` − `maximum`)), it is
  /// `limit` − max(0, *v*) − ln(1 + exp(−|*v*|)), where no term overflows and none cancels.
  ///
  /// - Parameters:
  ///   - gumbel: the number, at most `maximum`; finite.
  ///   - maximum: the greatest of the family as it was drawn.
  ///   - limit: the greatest that it is to have.
  package static func conditioned(
    _ gumbel: Double, maximum: Double, on limit: Double
  ) -> Double {
    guard gumbel < maximum else { return limit }
    let v =
      limit - gumbel + PortableLogarithm.log(PortableExponential.complement(gumbel - maximum))
    return limit - max(0, v) - PortableLogarithm.log(1 + PortableExponential.exp(-abs(v)))
  }
}
