public import JSON

/// What a model's own files recommend for generation: the pairs of `generation_config.json`, raw and in file order.
///
/// Which keys are settings and what they mean is for the reader of the settings to say.
public struct GenerationDefaults: Hashable, Sendable {
  /// The file that they stand in, or `nil` where the model has none.
  public var file: String?
  /// Keys and values, in file order.
  public var values: [JSONMember]

  /// Values from a file.
  public init(file: String? = nil, values: [JSONMember] = []) {
    self.file = file
    self.values = values
  }

  /// No recommendation.
  public static let none = GenerationDefaults()

  /// The value of a key, or `nil`.
  public subscript(key: String) -> JSONValue? {
    values.first { $0.key == key }?.value
  }
}
