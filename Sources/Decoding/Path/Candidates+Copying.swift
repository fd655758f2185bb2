import LanguageModeling

/// A token that may win somewhere in an interval of temperatures.
struct Contender: Hashable {
  var token: TokenID
  /// Its logit, before the temperature.
  var logit: Float
  /// Its noise, or a number that the noise isn't above.
  var gumbel: Double
}

extension Candidates {
  /// Makes the candidates those of another list over the same vocabulary.
  ///
  /// - Complexity: O(candidates); nothing is allocated.
  mutating func copy(_ other: borrowing Candidates) {
    (count, isDense) = (other.count, other.isDense)
    logits.withUnsafeMutableBufferPointer { target in
      other.withLogits { _ = target.update(fromContentsOf: $0) }
    }
    guard !isDense else { return }
    let count = count
    tokens.withUnsafeMutableBufferPointer { target in
      other.tokens.withUnsafeBufferPointer { _ = target.update(fromContentsOf: $0[..<count]) }
    }
  }

  /// Makes the candidates those of a list, which stands in the order of the tokens.
  mutating func load(_ contenders: [Contender]) {
    (count, isDense) = (contenders.count, false)
    for (index, contender) in contenders.enumerated() {
      logits[index] = contender.logit
      tokens[index] = contender.token
    }
  }
}
