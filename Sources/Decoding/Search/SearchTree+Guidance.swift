import LanguageModeling

extension SearchTree {
  /// Makes the scores that searches see those of guidance: scale · (c − u) + u, of the log-probabilities *c* in `logits`
  /// and *u* in `negative`, a row of each for each live hypothesis.
  mutating func guide(
    _ logits: Span<Float>, by negative: Span<Float>, scratch: inout Candidates
  ) throws(DecodingFailure) {
    guard let guidanceScale else { return }
    let width = logits.count / live.count
    guidedScores.resize(to: logits.count)
    for row in live.indices {
      let elements = row * width..<(row + 1) * width
      scratch.load(negative.extracting(elements))
      guard let summary = scratch.summary(entropy: false) else {
        throw .notFinite(length: negativePromptLength + length(of: live[row].hypothesis))
      }
      guide(
        elements, of: logits, by: negative,
        normalizers: (logNormalizerOfModel(row), summary.logNormalizer), scale: guidanceScale)
    }
  }

  /// Writes the guided scores of some elements.
  ///
  /// - Parameter normalizers: ln Σ exp of the logits and of the negative ones.
  mutating func guide(
    _ elements: Range<Int>, of logits: Span<Float>, by negative: Span<Float>,
    normalizers: (Double, Double), scale: Double
  ) {
    guidedScores.withUnsafeMutableBufferPointer { scores in
      logits.withUnsafeBufferPointer { logits in
        negative.withUnsafeBufferPointer { negative in
          for index in elements {
            scores[index] = Self.guided(
              Double(logits[index]) - normalizers.0, Double(negative[index]) - normalizers.1,
              scale: scale)
          }
        }
      }
    }
  }

  @inline(__always)
  private static func guided(_ c: Double, _ u: Double, scale: Double) -> Float {
    guard c > -.infinity, u > -.infinity else { return -.infinity }
    let greatest = Double(Float.greatestFiniteMagnitude)
    return Float(max(-greatest, min(greatest, scale * (c - u) + u)))
  }
}
