import Kernels
import LanguageModeling

/// A temperature that follows the entropy: *T* = low + (high − low) · (*H* / ln *N*)^exponent, between low = max(0,
/// centre − range) and high = centre + range, with *N* the number of candidates that can be taken. A sure model is
/// sharpened, an unsure one flattened (kalomaze; llama.cpp's `temp_ext`).
///
/// One candidate is left as it is. llama.cpp counts in *N* also tokens that a filter before it gave probability 0.
///
///     // logits 3, 3: as unsure as two candidates can be
///     try DynamicTemperature(range: 0.5)  // divides by 1.5: 2, 2
///
/// - Complexity: O(candidates).
public struct DynamicTemperature: Filter, Hashable {
  /// The middle of the temperatures, at least 0.
  public let center: Double
  /// How far they go to both sides, at least 0.
  public let range: Double
  /// How the entropy maps to the temperature: above 1 low temperatures prevail.
  public let exponent: Double

  /// Temperatures of `center` ± `range`.
  ///
  /// - Throws: ``DecodingFailure/invalidParameter(_:reason:)`` unless all are finite and at least 0.
  public init(center: Double = 1, range: Double, exponent: Double = 1) throws(DecodingFailure) {
    for (name, value) in [
      ("temperature", center), ("dynatemp range", range), ("dynatemp exponent", exponent),
    ] {
      guard value >= 0, value < .infinity else {
        throw .invalidParameter(
          name, reason: "is \(value); it must be a finite number of at least 0")
      }
    }
    self.center = center
    self.range = range
    self.exponent = exponent
  }

  /// `dynatemp`
  public var name: String { Self.entry.name }
  /// The name and the parameters.
  public var description: String {
    "dynatemp \(max(0, center - range)) to \(center + range)"
      + (exponent == 1 ? "" : ", exponent \(exponent)")
  }

  /// Divides the logits by the temperature that their entropy calls for.
  public func apply(to candidates: inout Candidates) {
    let choices = candidates.count(atLeast: -Double(Float.greatestFiniteMagnitude))
    guard choices > 1, let summary = candidates.summary(entropy: true),
      let entropy = summary.entropy
    else { return }
    let share = min(1, entropy / PortableLogarithm.log(Double(choices)))
    let power =
      exponent == 1 ? share : LogitRow.exponential(exponent * PortableLogarithm.log(share))
    let low = max(0, center - range)
    let temperature = low + (center + range - low) * (exponent == 0 ? 1 : power)
    candidates.divideLogits(byTemperature: Float(temperature))
  }
}

extension DynamicTemperature {
  /// `dynatemp_range`
  public static let range = Parameter<Double>.number(
    "dynatemp_range", neutral: 0, "a number, 0 or above",
    help:
      "Varies the temperature with the entropy, by at most x up and down (dynamic temperature).",
    neutralWords: "off"
  ) { $0 >= 0 && Float($0).isFinite }

  /// `dynatemp_exp`
  public static let exponent = Parameter<Double>.number(
    "dynatemp_exp", neutral: 1, "a number, 0 or above",
    help: "Exponent of the normalised entropy (dynamic temperature).",
    needs: [range.erased]
  ) { $0 >= 0 && Float($0).isFinite }

  static let entry = FilterEntry(
    "dynatemp", replaces: "temperature", range, others: [exponent.erased]
  ) { (parameters, _) throws(DecodingFailure) in
    try DynamicTemperature(
      center: parameters.temperature, range: parameters[range], exponent: parameters[exponent])
  }
}

extension Parameters {
  /// How far the temperature goes to both sides, by the entropy (`dynatemp_range`); 0 leaves it alone.
  public var dynamicTemperatureRange: Double {
    get { self[DynamicTemperature.range] }
    set { self[DynamicTemperature.range] = newValue }
  }

  /// The exponent of the normalised entropy (`dynatemp_exp`).
  public var dynamicTemperatureExponent: Double {
    get { self[DynamicTemperature.exponent] }
    set { self[DynamicTemperature.exponent] = newValue }
  }
}
