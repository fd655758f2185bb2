/// Divides the logits by a temperature: below 1 sharpens the distribution, above 1 flattens it.
///
/// Temperature 0 keeps the first maximum alone, as in llama.cpp (Hugging Face refuses it).
/// - Complexity: O(candidates).
public struct Temperature: Filter, Hashable {
  /// The divisor, at least 0.
  public let value: Float

  /// A temperature.
  ///
  /// - Throws: ``DecodingError/invalidParameter(_:reason:)`` unless it is finite and at least 0.
  public init(_ value: Double) throws(DecodingError) {
    let value = Float(value)
    guard value.isFinite, value >= 0 else {
      throw .invalidParameter(
        "temperature", reason: "is \(value); it must be a finite number of at least 0")
    }
    self.value = value
  }

  /// `temperature`
  public var name: String { FilterName.temperature.rawValue }
  /// The name and the parameter.
  public var description: String { "temperature \(value)" }

  /// Divides the logits.
  public func apply(to candidates: inout Candidates) {
    candidates.divideLogits(byTemperature: value)
  }
}
