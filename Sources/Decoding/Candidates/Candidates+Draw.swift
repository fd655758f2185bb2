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
    var words = Philox4x32.Words()
    withLogits { logits in
      tokens.withUnsafeBufferPointer { tokens in
        for index in logits.indices {
          let token = isDense ? TokenID(truncatingIfNeeded: index) : tokens[index]
          if token &>> 2 != block {
            block = token &>> 2
            words = noise.highWords(position: position, token: token)
          }
          let word = words[Int(token & 3)]
          let bound = Double(logits[index]) + Self.greatestGumbel(highWord: word)
          guard bound >= bestSum else { continue }
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

  /// The greatest sums of logit and Gumbel noise, at most `limit` of them, greatest first; among equal sums the first
  /// candidate comes first. They are a draw of so many candidates from softmax(logits) without replacement, in the order
  /// of the draw.
  ///
  /// - Parameters:
  ///   - position: the index of the token to draw, 0 for the first after the prompt.
  ///   - sums: takes the candidates' indices and sums; what it held is lost, its memory is used again.
  /// - Complexity: O(candidates), and O(`limit`) for each that is among the greatest so far.
  func greatestGumbelSums(
    _ limit: Int, noise: CounterNoise, position: Int, into sums: inout [(index: Int, sum: Double)]
  ) {
    sums.removeAll(keepingCapacity: true)
    var block: TokenID = -1
    var words = Philox4x32.Words()
    withLogits { logits in
      tokens.withUnsafeBufferPointer { tokens in
        for index in logits.indices where logits[index] > -.infinity {
          let token = isDense ? TokenID(truncatingIfNeeded: index) : tokens[index]
          if token &>> 2 != block {
            block = token &>> 2
            words = noise.highWords(position: position, token: token)
          }
          let word = words[Int(token & 3)]
          let bound = Double(logits[index]) + Self.greatestGumbel(highWord: word)
          if sums.count >= limit, let last = sums.last, bound <= last.sum { continue }
          let sum =
            Double(logits[index]) + noise.gumbel(position: position, token: token, highWord: word)
          var place = sums.count
          while place > 0, sums[place - 1].sum < sum { place -= 1 }
          guard place < limit else { continue }
          if sums.count >= limit { sums.removeLast() }
          sums.insert((index, sum), at: place)
        }
      }
    }
  }

  /// What the Gumbel number of a token isn't above, by the high word of its uniform number.
  ///
  /// The uniform number is at least word / 2^32 ≥ 2^-(zeros + 1), so the Gumbel number is at most (zeros + 1) ln 2; a
  /// word of zeros says nothing, and 52 bits end at 53 ln 2.
  @inline(__always)
  static func greatestGumbel(highWord: UInt32) -> Double {
    Double((highWord == 0 ? 52 : highWord.leadingZeroBitCount) + 1) * 0.693_147_2
  }
}
