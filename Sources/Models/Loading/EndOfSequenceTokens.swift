internal import JSON
internal import LanguageModeling

/// Gathers the ids that a model's files name as ending a text.
///
/// An id outside the vocabulary never comes up, and published files have such: it is left out, with a warning, as
/// transformers and llama.cpp go on with it.
struct EndOfSequenceTokens {
  /// In the order in which they were named, each once.
  private(set) var tokens: [TokenID] = []
  /// One sentence for each id that was left out.
  private(set) var warnings: [String] = []
  /// Ids beyond it are left out.
  let vocabularyCount: Int

  init(vocabularyCount: Int) {
    self.vocabularyCount = vocabularyCount
  }

  /// Adds an id that stands at `place`, a file and a field.
  mutating func insert(_ id: Int, from place: String) {
    guard id >= 0, id < vocabularyCount, let token = TokenID(exactly: id) else {
      warnings.append(
        "\(place): token id \(id) is outside the vocabulary of \(vocabularyCount) and is ignored")
      return
    }
    if !tokens.contains(token) { tokens.append(token) }
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
      insert(id, from: "\(file.path): \(file.field(key))")
    }
  }
}
