public import Decoding

/// One prompt to continue as text, and how: a `DecodingRequest`, and what turns its tokens into texts.
///
/// The properties of the decoding request are at hand: `request.prompt` is `request.decoding.prompt`.
@dynamicMemberLookup
public struct GenerationRequest: Sendable {
  /// What is decoded.
  public var decoding: DecodingRequest
  /// Texts that end a continuation; its text stops before them. None may be empty.
  public var stopStrings: [String]
  /// What ranks the samples, best first, when all are there; `nil` leaves them in their order.
  public var selection: (any SampleSelection)?

  /// A request for the texts of `decoding`.
  public init(
    _ decoding: DecodingRequest, stopStrings: [String] = [],
    selection: (any SampleSelection)? = nil
  ) {
    self.decoding = decoding
    self.stopStrings = stopStrings
    self.selection = selection
  }

  /// A property of ``decoding``.
  public subscript<Value>(dynamicMember path: WritableKeyPath<DecodingRequest, Value>) -> Value {
    get { decoding[keyPath: path] }
    set { decoding[keyPath: path] = newValue }
  }
}
