public import LanguageModeling

/// Why decoding can't be done as asked.
public enum DecodingFailure: Error, Hashable, Sendable {
  /// A parameter outside its range: which, and what it must be.
  case invalidParameter(String, reason: String)
  /// Settings that contradict each other, in a sentence that says what to write instead.
  case conflict(String)
  /// A prompt without tokens: there is nothing to continue.
  case emptyPrompt
  /// A prompt that the context has no room for.
  case promptTooLong(length: Int, limit: Int)
  /// A prompt with a token id that the model doesn't have.
  case tokenOutOfRange(TokenID, vocabularyCount: Int)
  /// The logits after this many tokens hold a NaN or +∞.
  case notFinite(length: Int)
  /// No token is left to choose from after this many tokens: all of them are masked.
  case noCandidates(length: Int)
  /// The constraint takes more time or memory than it may: why, in a sentence.
  case constraint(String)
  /// The request can never run within the memory that may be used, in bytes.
  case insufficientMemory(RequestNeeds, limit: Int)
  /// The model refused.
  case model(ModelError)
  /// The model that drafts refused.
  case draftModel(ModelError)
}

extension DecodingFailure: CustomStringConvertible {
  /// The error in a sentence.
  public var description: String {
    switch self {
    case .invalidParameter(let name, let reason):
      "\(name): \(reason)"
    case .conflict(let sentence):
      sentence
    case .emptyPrompt:
      "the prompt holds no tokens; give at least the beginning-of-sequence token"
    case .promptTooLong(let length, let limit):
      "the prompt has \(length) tokens and the context holds \(limit);"
        + " shorten the prompt or ask for a longer context"
    case .tokenOutOfRange(let token, let count):
      "token id \(token) is outside the vocabulary of \(count) (0 to \(count - 1))"
    case .notFinite(let length):
      "the logits after \(length) tokens are not finite: the model file is damaged"
    case .noCandidates(let length):
      "every token is masked after \(length) tokens; allow at least one"
    case .constraint(let sentence):
      sentence
    case .insufficientMemory(let needs, let limit):
      "\(Figure.count(needs.sequenceCount, "sequence")) of up to"
        + " \(Figure.count(needs.tokenCount, "token")) \(needs.sequenceCount == 1 ? "needs" : "need")"
        + " \(Figure.bytes(needs.bytes)) of memory, and \(Figure.bytes(limit)) may be used here;"
        + " ask for fewer or shorter ones, or keep keys and values as int8"
    case .model(let error):
      "\(error)"
    case .draftModel(let error):
      "the draft model: \(error)"
    }
  }
}

/// Figures in messages.
private enum Figure {
  /// A number of things, such as `1,024 sequences`.
  static func count(_ count: Int, _ name: String) -> String {
    var digits = String(count)
    var end = digits.endIndex
    while let comma = digits.index(end, offsetBy: -3, limitedBy: digits.startIndex),
      comma > digits.startIndex
    {
      digits.insert(",", at: comma)
      end = comma
    }
    return digits + " " + name + (count == 1 ? "" : "s")
  }

  /// Bytes with one decimal, such as `1.9 GB`.
  static func bytes(_ bytes: Int) -> String {
    let units = ["kB", "MB", "GB", "TB", "PB", "EB"]
    var value = Double(bytes) / 1000
    var unit = 0
    while value >= 999.95, unit + 1 < units.count {
      value /= 1000
      unit += 1
    }
    let tenths = Int((value * 10).rounded())
    return "\(tenths / 10).\(tenths % 10) \(units[unit])"
  }
}
