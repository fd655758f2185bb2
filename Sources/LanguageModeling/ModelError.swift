/// What can go wrong between a decoder and a model.
public enum ModelError: Error, Hashable, Sendable {
  /// The sequence isn't open in this session.
  case unknownSequence(SequenceID)
  /// Two inputs of one step name the same sequence.
  case duplicateSequence(SequenceID)
  /// An input without tokens.
  case emptyInput(SequenceID)
  /// A token id outside `0 ..< vocabularyCount`.
  case tokenOutOfRange(TokenID, vocabularyCount: Int)
  /// The tokens don't fit the context.
  case contextFull(SequenceID, length: Int, limit: Int)
  /// A rollback to a length that the sequence never had.
  case rollbackOutOfRange(SequenceID, to: Int, length: Int)
  /// The output has the wrong number of elements.
  case wrongOutputCount(expected: Int, actual: Int)
  /// No adapter of that name is loaded.
  case unknownAdapter(String)
  /// The logits hold a NaN or an infinity: weights or scales of the checkpoint are damaged.
  case notFinite(SequenceID, position: Int)
  /// A key or a value is beyond the largest half, so that a cache of halves can't hold it.
  case cacheOverflow(SequenceID, position: Int)
  /// An option that the model can't honour, in a sentence.
  case invalidOption(String)
  /// Memory for this many bytes could not be allocated.
  case outOfMemory(bytes: Int)
}

extension ModelError: CustomStringConvertible {
  /// The error in a sentence.
  public var description: String {
    switch self {
    case .unknownSequence(let id):
      "\(id) is not open in this session"
    case .duplicateSequence(let id):
      "\(id) appears twice in one step; feed all of its tokens in one input"
    case .emptyInput(let id):
      "no tokens for \(id); an input needs at least one"
    case .tokenOutOfRange(let token, let count):
      "token id \(token) is outside the vocabulary of \(count) (0 to \(count - 1))"
    case .contextFull(let id, let length, let limit):
      "\(id) would hold \(length) tokens, and the context ends at \(limit)"
    case .rollbackOutOfRange(let id, let target, let length):
      "\(id) holds \(length) tokens and can't be rolled back to \(target)"
    case .wrongOutputCount(let expected, let actual):
      "the output has room for \(actual) numbers where the inputs ask for \(expected)"
    case .unknownAdapter(let name):
      "no adapter named “\(name)” is loaded"
    case .notFinite(let id, let position):
      "the logits of \(id) at position \(position) are not finite numbers: the model file is damaged"
    case .cacheOverflow(let id, let position):
      "a key or a value of \(id) at position \(position) or before is beyond 65,504, the largest float16; use the cache type float32"
    case .invalidOption(let sentence):
      sentence
    case .outOfMemory(let bytes):
      "no memory for \(bytes) bytes"
    }
  }
}
