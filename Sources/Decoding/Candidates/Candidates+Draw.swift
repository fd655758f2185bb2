public import LanguageModeling

extension Candidates {
  /// The index of the candidate with the greatest sum of logit and Gumbel noise: a draw from softmax(logits), by the
  /// Gumbel-max trick. Of equal sums the first; `nil` where nothing can be taken.
  ///
  /// The noise of a token is taken in full only where a bound, read off the leading zeros of its high word, says that
  /// the token may win.
  ///
  /// - Parameter position: the index of the token to draw, 0 for the first after the prompt.
  /// - Complexity: O(candidates); a quarter of a Philox block for each.
  public func indexOfGumbelMaximum(noise: CounterNoise, position: Int) -> Int? {
    guard let favourite = indexOfMaximum else { return nil }
    var best = favourite
    var bestSum =
      Double(logits[favourite]) + noise.gumbel(position: position, token: token(at: favourite))
    var block: TokenID = -1
    var words = SIMD4<UInt32>()
    withLogits { logits in
      tokens.withUnsafeBufferPointer { tokens in
        for index in logits.indices {
          let token = isDense ? TokenID(truncatingIfNeeded: index) : tokens[index]
          if token &>> 2 != block {
            block = token &>> 2
            words = noise.highWords(position: position, token: token)
          }
          let word = words[Int(token & 3)]
          // The uniform number is at least word / 2^32 ≥ 2^-(zeros + 1), so the noise is at most (zeros + 1) ln 2;
          // a word of zeros says nothing, and 52 bits end at 53 ln 2.
          let zeros = word == 0 ? 52 : word.leadingZeroBitCount
          guard Double(logits[index]) + Double(zeros + 1) * 0.693_147_2 >= bestSum else { continue }
          let sum =
            Double(logits[index]) + noise.gumbel(position: position, token: token, highWord: word)
          if sum > bestSum || (sum == bestSum && index < best) {
            best = index
            bestSum = sum
          }
        }
      }
    }
    return best
  }
}
