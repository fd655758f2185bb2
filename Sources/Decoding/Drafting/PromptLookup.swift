public import LanguageModeling

/// Drafts by looking the last tokens up in the prompt and in what was generated: what followed them there may come
/// again. It pays where texts quote: summaries, edits, code, questions about a document.
///
/// Of all earlier places the one is taken that agrees with the end of the hypothesis in the most tokens, up to
/// ``maximumMatchLength``; among equally good ones the last. The draft goes on after that place, and where it comes to
/// the end of the hypothesis goes on into itself, so that a loop of any length is drafted in full. (transformers'
/// `prompt_lookup_num_tokens` takes the first place, with matches of at most `max_matching_ngram_size` 2 tokens, and
/// ends at the end of the text. The text is the same whatever is drafted.)
///
/// Saxena, “Prompt Lookup Decoding”, 2023; Yang et al., “Inference with Reference: Lossless Acceleration of Large
/// Language Models”, 2023.
///
/// - Complexity: a pass over the hypothesis' tokens for each draft.
public struct PromptLookup: Drafter, Hashable, Sendable {
  /// The maximum number of tokens to compare, at least 1.
  public var maximumMatchLength: Int

  /// A lookup that compares at most `maximumMatchLength` tokens, by default 16.
  public init(maximumMatchLength: Int = 16) {
    self.maximumMatchLength = maximumMatchLength
  }

  /// The tokens that followed the best earlier place.
  public func propose(_ hypotheses: [DraftedHypothesis]) -> [[TokenID]] {
    hypotheses.map { draft(after: $0.context.tokens, count: $0.limit) }
  }

  /// The `count` tokens that a text goes on with, or none where its last token is new.
  func draft(after tokens: [TokenID], count: Int) -> [TokenID] {
    guard let place = bestPlace(in: tokens) else { return [] }
    // The distance stays the same, so a place near the end reads what was drafted.
    let distance = tokens.count - place
    var draft: [TokenID] = []
    draft.reserveCapacity(count)
    for index in 0..<count {
      draft.append(index < distance ? tokens[place + index] : draft[index - distance])
    }
    return draft
  }

  /// The index after the best earlier occurrence of the last tokens.
  private func bestPlace(in tokens: [TokenID]) -> Int? {
    let count = tokens.count
    return tokens.withUnsafeBufferPointer { tokens in
      var best: (place: Int, length: Int)?
      var place = count - 1
      while place > 0 {
        if tokens[place - 1] == tokens[count - 1] {
          var length = 1
          while length < maximumMatchLength, length < place,
            tokens[place - 1 - length] == tokens[count - 1 - length]
          {
            length += 1
          }
          if length > best?.length ?? 0 {
            best = (place, length)
            if length >= maximumMatchLength { break }
          }
        }
        place -= 1
      }
      return best?.place
    }
  }
}
