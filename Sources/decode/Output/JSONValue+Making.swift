import JSON

extension JSONValue {
  /// An object of `members`, in this order.
  static func members(_ members: KeyValuePairs<String, JSONValue>) -> JSONValue {
    .object(members.map { JSONMember($0.key, $0.value) })
  }

  /// An array of whole numbers.
  static func integers(_ values: some Sequence<some BinaryInteger>) -> JSONValue {
    .array(values.map { .integer(Int($0)) })
  }

  /// An array of log-probabilities and the like; `null` where there is none.
  static func numbers(_ values: some Sequence<Double?>) -> JSONValue {
    .array(values.map { $0.map(JSONValue.number) ?? .null })
  }

  /// A duration in seconds, to the microsecond.
  static func seconds(_ seconds: Double) -> JSONValue {
    .number((seconds * 1e6).rounded() / 1e6)
  }
}

extension Duration {
  /// The duration in seconds.
  var inSeconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }
}
