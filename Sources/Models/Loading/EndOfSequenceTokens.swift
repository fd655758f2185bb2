internal import JSON
internal import LanguageModeling

/// Gathers the ids that a model's files name as ending a text.
struct EndOfSequenceTokens {
  /// In the order in which they were named, each once.
  private(set) var tokens: [TokenID] = []
  /// Ids beyond it are refused.
  let vocabularyCount: Int

  init(vocabularyCount: Int) {
    self.vocabularyCount = vocabularyCount
  }

  /// Adds an id; says what is wrong with it where it can't be one.
  mutating func insert(_ id: Int) -> String? {
    guard id >= 0, id < vocabularyCount, let token = TokenID(exactly: id) else {
      return "token id \(id) is outside the vocabulary of \(vocabularyCount)"
    }
    if !tokens.contains(token) { tokens.append(token) }
    return nil
  }

  /// Adds what `eos_token_id` of a configuration names: nothing, an id, or a list of ids.
  mutating func insert(from file: JSONFile) throws(LoadError) {
    let key = "eos_token_id"
    let elements: [JSONValue]
    switch file[key] {
    case nil: return
    case .array(let values): elements = values
    case let value?: elements = [value]
    }
    for element in elements {
      guard case .integer(let id) = element else {
        throw file.invalid(key, "must be a token id or a list of them, not \(element.kind)")
      }
      if let problem = insert(id) { throw file.invalid(key, problem) }
    }
  }
}
