/// The adapters that a sequence runs with, each with its weight.
///
/// The mix is part of the identity of the sequence's keys and values: a fork keeps it, and nothing else can change it.
public struct AdapterMix: Hashable, Sendable {
  /// One adapter of a mix.
  public struct Part: Hashable, Sendable {
    /// The name under which the model knows the adapter.
    public var name: String
    /// The factor on the adapter's own scale.
    public var weight: Float

    /// An adapter, at its own scale by default.
    public init(name: String, weight: Float = 1) {
      self.name = name
      self.weight = weight
    }
  }

  /// The adapters, in the order in which they are added up.
  public var parts: [Part]

  /// A mix of `parts`.
  public init(_ parts: [Part]) {
    self.parts = parts
  }

  /// The base model alone.
  public static let none = AdapterMix([])
}
