import LanguageModeling

extension Candidates {
  /// Calls `body` once for each token of the vocabulary that `tokens` holds, with the number of times.
  ///
  /// - Complexity: O(tokens). The candidates must be the whole vocabulary; their masses are used.
  @inline(__always)
  mutating func forEachDistinct(
    of tokens: ArraySlice<TokenID>, _ body: (inout Candidates, TokenID, Int) -> Void
  ) {
    for token in tokens where token >= 0 && token < count { masses[Int(token)] = 0 }
    for token in tokens where token >= 0 && token < count { masses[Int(token)] += 1 }
    for token in tokens where token >= 0 && token < count {
      let occurrences = masses[Int(token)]
      guard occurrences > 0 else { continue }
      masses[Int(token)] = 0
      body(&self, token, Int(occurrences))
    }
  }
}
