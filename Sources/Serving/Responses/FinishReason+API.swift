import Decoding

extension FinishReason {
  /// The reason in OpenAI's words.
  var apiName: String {
    switch self {
    case .endOfSequence, .stop: "stop"
    case .length: "length"
    case .cancelled: "cancelled"
    }
  }
}
