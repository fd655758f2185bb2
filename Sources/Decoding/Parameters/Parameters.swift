/// The values of parameters, each of its own type. What isn't given is neutral.
///
///     var parameters = Parameters()
///     parameters[TopK.count] = 40
///     parameters.topK  // 40: the same by name
///     parameters.topP  // 1: off
public struct Parameters: Hashable, Sendable {
  /// A value of any parameter's type.
  private struct Entry: Hashable, Sendable {
    let value: any Hashable & Sendable

    static func == (left: Entry, right: Entry) -> Bool {
      func isEqual<Value: Hashable>(_ value: Value) -> Bool { right.value as? Value == value }
      return isEqual(left.value)
    }

    func hash(into hasher: inout Hasher) { value.hash(into: &hasher) }
  }

  /// The values that aren't neutral, by key.
  private var entries: [String: Entry] = [:]

  /// Parameters that are all neutral.
  public init() {}

  /// The value of a parameter.
  public subscript<Value>(parameter: Parameter<Value>) -> Value {
    get { value(of: parameter.key, neutral: parameter.neutral) }
    set { set(newValue, key: parameter.key, neutral: parameter.neutral) }
  }

  /// These parameters, and those of `base` where these are neutral.
  ///
  ///     var own = Parameters()
  ///     own.topK = 40
  ///     var base = Parameters()
  ///     base.topK = 50
  ///     base.topP = 0.9
  ///     own.completed(by: base)  // top-k 40, top-p 0.9
  public func completed(by base: Parameters) -> Parameters {
    var parameters = self
    parameters.entries.merge(base.entries) { own, _ in own }
    return parameters
  }

  /// Sets a parameter to what a file or a flag spells; a value that it doesn't take makes it neutral.
  public mutating func set(_ parameter: AnyParameter, to value: ParameterValue) {
    parameter.store(value, &self)
  }

  /// Whether a parameter has a value that does something.
  func isOn<Value>(_ parameter: Parameter<Value>) -> Bool { !parameter.isOff(self[parameter]) }

  func value<Value: Hashable & Sendable>(of key: String, neutral: Value) -> Value {
    guard let value = entries[key]?.value as? Value else { return neutral }
    return value
  }

  mutating func set<Value: Hashable & Sendable>(_ value: Value, key: String, neutral: Value) {
    entries[key] = value == neutral ? nil : Entry(value: value)
  }
}
