import LanguageModeling

/// Keeps the candidates that are at least as probable as two draws are to agree: *p* ≥ Σ *p*² (Tan et al. 2025, arXiv
/// 2509.23234: p-less sampling). A sure model keeps few, an unsure one many; there is nothing to tune.
///
/// Of a uniform distribution all stay, since each is just enough; the most probable always stays.
///
///     PLess()  // of 0.5, 0.3, 0.2, whose squares add up to 0.38, keeps 0.5
///
/// - Complexity: O(candidates).
public struct PLess: Filter, Hashable {
  /// The filter; there is nothing to set.
  public init() {}

  /// `p-less`
  public var name: String { Self.entry.name }
  /// The name.
  public var description: String { name }

  /// Drops what is less probable than an agreement.
  public func apply(to candidates: inout Candidates) {
    guard let (maximum, sum) = candidates.writeExponentials() else { return }
    let squares = candidates.masses[..<candidates.count].reduce(0) { $0 + Double($1) * Double($1) }
    // p ≥ Σ p² is e / S ≥ Σ e² / S².
    candidates.keep(
      atLeast: Double(maximum) + PortableLogarithm.log(squares / sum) - 0x1p-22, minimum: 1,
      ties: .kept)
  }
}

extension PLess {
  /// `p_less`
  public static let isOn = Parameter<Bool>.truth(
    "p_less",
    help: "Drops tokens less probable than the sum of all squared probabilities (p-less sampling).",
    isYoung: true)

  static let entry = FilterEntry("p-less", isOn, summary: { _ in "p-less" }) {
    (_, _) throws(DecodingFailure) in PLess()
  }
}

extension Parameters {
  /// Whether tokens less probable than the sum of all squared probabilities are dropped (`p_less`).
  public var pLess: Bool {
    get { self[PLess.isOn] }
    set { self[PLess.isOn] = newValue }
  }
}
