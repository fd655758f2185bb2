/// When a beam search ends that has as many results as beams. The raw values are the spellings of the command line
/// and of transformers.
public enum EarlyStopping: String, Hashable, Sendable, CaseIterable, Codable {
  /// Once the best live hypothesis, ended where it stands, would score no better than the worst result. A longer one
  /// might still have under a positive length penalty, so this is a heuristic.
  case heuristic = "false"
  /// At once.
  case immediate = "true"
  /// Once no live hypothesis can come to score better than the worst result, however long it gets (its
  /// log-probability can only fall).
  case never
}
