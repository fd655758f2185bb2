public import Decoding
public import LanguageModeling
public import Tokenization

extension TextGenerator {
  /// The generator with a second model that drafts tokens for requests with a `draftLimit`: the same
  /// texts in fewer steps of the model. See `ModelDrafter`.
  ///
  /// - Parameters:
  ///   - draftModel: a model of the same vocabulary, and faster.
  ///   - draftTokenizer: its tokenizer, to see that it is the same.
  /// - Throws: `DecodingFailure.conflict(_:)` for a vocabulary that isn't the model's, by size or by a piece.
  /// - Complexity: O(vocabulary).
  public func drafting(
    with draftModel: any LanguageModel, tokenizer draftTokenizer: any Tokenizer
  ) throws(DecodingFailure) -> TextGenerator {
    guard draftModel.vocabularyCount == model.vocabularyCount else {
      throw .conflict(
        "the draft model has \(draftModel.vocabularyCount) tokens and the model"
          + " \(model.vocabularyCount); draft with a model of the same vocabulary")
    }
    for index in 0..<model.vocabularyCount {
      let token = TokenID(truncatingIfNeeded: index)
      let (mine, theirs) = (tokenizer.piece(of: token), draftTokenizer.piece(of: token))
      guard mine.map({ Array($0.utf8) }) == theirs.map({ Array($0.utf8) }) else {
        throw .conflict(
          "token \(index) is “\(theirs ?? "")” to the draft model and “\(mine ?? "")” to the model;"
            + " draft with a model of the same vocabulary")
      }
    }
    var generator = self
    generator.draftModel = draftModel
    return generator
  }
}
