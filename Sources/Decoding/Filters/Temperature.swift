/// Divides the logits by a temperature: below 1 sharpens the distribution, above 1 flattens it.
///
/// Temperature 0 keeps the first maximum alone, as in llama.cpp (Hugging Face refuses it).
///
///     var candidates = …                        // logits 1, 2, 4
///     try Temperature(2).apply(to: &candidates)  // logits 0.5, 1, 2
///
/// - Complexity: O(candidates).
public struct Temperature: Filter, Hashable {
  /// The divisor, at least 0.
  public let value: Float

  /// A temperature.
  ///
  /// - Throws: ``DecodingFailure/invalidParameter(_:reason:)`` unless it is finite and at least 0.
  public init(_ value: Double) throws(DecodingFailure) {
    let value = Float(value)
    guard value.isFinite, value >= 0 else {
      throw .invalidParameter(
        "temperature", reason: "is \(value); it must be a finite number of at least 0")
    }
    self.value = value
  }

  /// `temperature`
  public var name: String { Self.entry.name }
  /// The name and the parameter.
  public var description: String { "temperature \(value)" }

  /// Each candidate by itself; temperature 0 keeps the greatest.
  public var reach: FilterReach { value == 0 ? .greatest(1) : .itself }

  /// Divides the logits.
  public func apply(to candidates: inout Candidates) {
    candidates.divideLogits(byTemperature: value)
  }
}

extension Temperature {
  /// `temperature`
  public static let divisor = Parameter<Double>.number(
    "temperature", neutral: 1, "a number, 0 or above",
    help:
      "Divides the logits: below 1 sharpens the distribution, above 1 flattens it, 0 is greedy search.",
    flag: ParameterFlag("temperature", aliases: ["temp"], valueName: "x")
  ) { $0 == 0 || ($0 > 0 && Float($0).isNormal) }

  static let entry = FilterEntry("temperature", divisor) {
    (parameters, _) throws(DecodingFailure) in try Temperature(parameters[divisor])
  }
}

extension Parameters {
  /// Divides the logits (`temperature`): below 1 sharpens the distribution, above 1 flattens it. Finite, above 0.
  public var temperature: Double {
    get { self[Temperature.divisor] }
    set { self[Temperature.divisor] = newValue }
  }
}
