public import LanguageModeling

/// Truncates the distribution, and moves the truncation so that the surprise of what is drawn comes to a target: mirostat
/// (Basu et al., ICLR 2021, arXiv 2007.14966), as llama.cpp's samplers do it.
///
/// Each hypothesis has a bound *μ* on surprise, in bits, which begins at twice the target. Both versions truncate the
/// distribution with it; the draw is from what is left, renormalised. Then *μ* goes down by the learning rate times what
/// the surprise of the token, −log₂ of its probability in what it was drawn from, is above the target.
///
/// - Version 1 estimates the exponent *s* of Zipf's law from the ratios of the 100 best logits, and keeps the *k* best
///   with *k* = ((*s* − 1) · 2^*μ* / (1 − *V*^(1 − *s*)))^(1 / *s*), rounded down, at least 1; *V* is the size of the
///   vocabulary.
/// - Version 2 keeps what is at most *μ* surprising, at least the best.
///
/// The paper takes the surprise under the untruncated distribution; llama.cpp's choice, which is followed here, makes
/// the target one of the distribution drawn from. A model whose entropy is below the target never comes to it.
/// Mirostat takes the place of all filters but the temperature, which comes before it.
///
///     Sampling(filters: [try Temperature(0.8), try Mirostat(.second, target: 4)])
///
/// - Complexity: a step costs a few passes over the vocabulary.
public struct Mirostat: Filter, Hashable {
  /// The versions of the algorithm.
  public enum Version: Int, Hashable, Sendable, CaseIterable {
    /// By an estimate of the distribution's tail.
    case first = 1
    /// By the probabilities themselves.
    case second = 2
  }

  /// What is learnt along one hypothesis.
  public struct State: Hashable, Sendable {
    /// The surprise that is let through, in bits: *μ*.
    public internal(set) var bound: Double
  }

  /// The version.
  public let version: Version
  /// The surprise that is aimed at, *τ*, in bits; at least 0.
  public let target: Double
  /// The learning rate, *η*; at least 0, where it never learns.
  public let rate: Double

  /// The target that llama.cpp takes by default.
  public static let defaultTarget = 5.0
  /// The learning rate that llama.cpp takes by default.
  public static let defaultRate = 0.1
  /// The number of logits that version 1 looks at.
  private static var lookedAt: Int { 100 }

  /// Mirostat, by default with llama.cpp's parameters.
  ///
  /// - Throws: ``DecodingFailure/invalidParameter(_:reason:)`` unless both numbers are finite and at least 0.
  public init(
    _ version: Version, target: Double = defaultTarget, rate: Double = defaultRate
  ) throws(DecodingFailure) {
    for (name, value) in [("mirostat target", target), ("mirostat rate", rate)] {
      guard value >= 0, value < .infinity else {
        throw .invalidParameter(
          name, reason: "is \(value); it must be a finite number of at least 0")
      }
    }
    self.version = version
    self.target = target
    self.rate = rate
  }

  /// `mirostat`
  public var name: String { Self.entry.name }
  /// The name and the parameters.
  public var description: String {
    "mirostat \(version.rawValue), target \(target) bits, rate \(rate)"
  }

  /// A bound at twice the target.
  public var initialState: State { State(bound: 2 * target) }

  /// Drops the candidates that are too surprising for a first token.
  public func apply(to candidates: inout Candidates) {
    truncate(&candidates, bound: initialState.bound)
  }

  /// Drops the candidates that are too surprising.
  public func apply(
    to candidates: inout Candidates, state: State, noise: CounterNoise, position: Int
  ) {
    truncate(&candidates, bound: state.bound)
  }

  /// Learns from the surprise of what was drawn.
  public func accept(_ index: Int, of candidates: borrowing Candidates, state: inout State) {
    let surprise = -candidates.logProbability(at: index) / PortableLogarithm.log(2)
    state.bound -= rate * (surprise - target)
  }

  private func truncate(_ candidates: inout Candidates, bound: Double) {
    switch version {
    case .first:
      let exponent = candidates.zipfExponent(of: Self.lookedAt)
      candidates.keepGreatest(
        Self.count(
          exponent: exponent, bound: bound, vocabularyCount: candidates.logits.count), ties: .cut)
    case .second:
      guard let summary = candidates.summary(entropy: false) else { return }
      candidates.keep(
        atLeast: summary.logNormalizer - bound * PortableLogarithm.log(2) - 0x1p-22, minimum: 1,
        ties: .cut)
    }
  }

  /// ((*s* − 1) · 2^*μ* / (1 − *V*^(1 − *s*)))^(1 / *s*), through its logarithm, so that nothing overflows.
  private static func count(exponent: Double, bound: Double, vocabularyCount: Int) -> Int {
    let excess = exponent - 1
    let logCount = PortableLogarithm.log(Double(max(2, vocabularyCount)))
    // Σ x^−s over the vocabulary as an integral: (1 − V^(1 − s)) / (s − 1), which is ln V where s is 1.
    let mass =
      if abs(excess) < 1e-9 {
        logCount
      } else {
        PortableExponential.complement(-abs(excess) * logCount) / abs(excess)
          / (excess < 0 ? PortableExponential.exp(excess * logCount) : 1)
      }
    let log =
      (bound * PortableLogarithm.log(2) - PortableLogarithm.log(mass)) / max(exponent, 1e-9)
    guard log < logCount else { return vocabularyCount }
    return max(1, Int(1 / PortableExponential.exp(-max(0, log))))
  }
}

extension Mirostat {
  /// `mirostat`
  public static let version = Parameter<Version?>(
    "mirostat", .integer, neutral: nil, spelled: .integer(0), "0 (off), 1 or 2",
    help: "Version 1 or 2 of mirostat, which holds the surprise of the text at a target; it takes"
      + " the place of all filters but the temperature.",
    neutralWords: "off", flag: ParameterFlag("mirostat", valueName: "version")
  ) { value in
    guard case .integer(let number) = value else { return nil }
    return number == 0 ? .some(nil) : Version(rawValue: number).map { .some($0) }
  }

  /// `mirostat_tau`
  public static let target = Parameter<Double>.number(
    "mirostat_tau", neutral: defaultTarget, "a number, 0 or above",
    help: "Mirostat's target surprise, in bits.", needs: [version.erased]
  ) { $0 >= 0 && Float($0).isFinite }

  /// `mirostat_eta`
  public static let rate = Parameter<Double>.number(
    "mirostat_eta", neutral: defaultRate, "a number, 0 or above",
    help: "Mirostat's learning rate.", needs: [version.erased]
  ) { $0 >= 0 && Float($0).isFinite }

  static let entry = FilterEntry(
    "mirostat", place: .alone, version, others: [target.erased, rate.erased],
    summary: {
      "mirostat \($0[version]?.rawValue ?? 0) to \($0[target]) bits at rate \($0[rate])"
    }
  ) { (parameters, _) throws(DecodingFailure) in
    try Mirostat(
      parameters[version] ?? .second, target: parameters[target], rate: parameters[rate])
  }
}

extension Parameters {
  /// The version of mirostat (`mirostat`), which replaces all filters but the temperature; `nil` is off.
  public var mirostat: Mirostat.Version? {
    get { self[Mirostat.version] }
    set { self[Mirostat.version] = newValue }
  }

  /// The surprise that mirostat aims at, in bits (`mirostat_tau`), 0 or above.
  public var mirostatTau: Double {
    get { self[Mirostat.target] }
    set { self[Mirostat.target] = newValue }
  }

  /// How fast mirostat learns (`mirostat_eta`), 0 or above.
  public var mirostatEta: Double {
    get { self[Mirostat.rate] }
    set { self[Mirostat.rate] = newValue }
  }
}
