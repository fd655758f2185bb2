import LanguageModeling

extension Candidates {
  /// Masks all candidates but those of a constraint's mask, and those among `ends` where the text may end.
  ///
  /// Takes the whole vocabulary.
  ///
  /// - Complexity: O(vocabulary).
  mutating func keep(mask: [UInt64], ends: [TokenID], mayEnd: Bool) {
    let kept = mayEnd ? ends.compactMap { end in index(of: end).map { ($0, logits[$0]) } } : []
    let count = count
    logits.withUnsafeMutableBufferPointer { logits in
      mask.withUnsafeBufferPointer { mask in
        var start = 0
        for word in mask where start < count {
          let end = min(start + 64, count)
          if word == 0 {
            logits[start..<end].update(repeating: -.infinity)
          } else if word != .max {
            for index in start..<end where word &>> UInt64(index - start) & 1 == 0 {
              logits[index] = -.infinity
            }
          }
          start += 64
        }
        if start < count { logits[start..<count].update(repeating: -.infinity) }
      }
    }
    for (index, logit) in kept { logits[index] = logit }
  }
}
