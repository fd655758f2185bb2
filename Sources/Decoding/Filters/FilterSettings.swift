/// The parameters of the filters that have a place in a ``FilterOrder``. `nil` is off.
public struct FilterSettings: Hashable, Sendable {
  /// The ``Temperature``; 1 is off.
  public var temperature: Double?
  /// The count of ``TopK``; 0 is off.
  public var topK: Int?
  /// The mass of ``TopP``; 1 is off.
  public var topP: Double?

  /// Settings with every filter off unless given.
  public init(temperature: Double? = nil, topK: Int? = nil, topP: Double? = nil) {
    self.temperature = temperature
    self.topK = topK
    self.topP = topP
  }
}

/// Names a filter in a ``FilterOrder``. The raw values are the command line's spelling.
public enum FilterName: String, Hashable, Sendable, CaseIterable {
  /// ``Temperature``.
  case temperature
  /// ``TopK``.
  case topK = "top-k"
  /// ``TopP``.
  case topP = "top-p"
}
