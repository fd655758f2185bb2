import Decoding

extension FinishReason {
  /// The reason in OpenAI's words.
  var apiName: String {
    switch self {
    case .endOfSequence, .stop: "stop"
    // OpenAI's API has no word for these.
    case .length, .deadEnd, .cancelled: rawValue
    }
  }
}
