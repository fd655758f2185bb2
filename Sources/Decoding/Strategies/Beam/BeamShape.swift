/// What all beam searches have in common.
struct BeamShape: Sendable {
  var beamCount: Int
  var scoring: BeamScoring
  var resultCount: Int

  /// One beam ends with its first result, whatever the stopping rule: it is greedy search, or plain sampling.
  init(
    beamCount: Int, lengthPenalty: Double, earlyStopping: EarlyStopping, resultCount: Int
  ) {
    self.beamCount = beamCount
    scoring = BeamScoring(
      lengthPenalty: lengthPenalty, earlyStopping: beamCount == 1 ? .immediate : earlyStopping)
    self.resultCount = resultCount
  }

  /// What processors see: log-probabilities under beams, as in transformers; logits under one beam, which is greedy
  /// search or plain sampling.
  var scale: ScoreScale { beamCount == 1 ? .logits : .logProbabilities }

  /// How many continuations a step looks at: one for one beam.
  func continuationLimit(for request: DecodingRequest) -> Int {
    beamCount == 1 ? 1 : Self.continuationLimit(beamCount: beamCount, request)
  }

  /// How many continuations are enough for each of `beamCount` beams to go on, although it may end with any of the
  /// end-of-sequence tokens. (transformers: `max(2, 1 + n_eos) * num_beams`.)
  static func continuationLimit(beamCount: Int, _ request: DecodingRequest) -> Int {
    let endCount =
      request.stopRules.ignoresEndOfSequence ? 0 : request.stopRules.endOfSequence.count
    let product = beamCount.multipliedReportingOverflow(by: max(2, 1 + endCount))
    return product.overflow ? .max : product.partialValue
  }

  /// Refuses numbers outside their ranges, and requests for samples.
  ///
  /// - Parameter name: the strategy's, for a sentence.
  func validate(_ request: DecodingRequest, name: String) throws(DecodingError) {
    guard beamCount >= 1 else {
      throw .invalidParameter("beams", reason: "is \(beamCount); it must be at least 1")
    }
    guard resultCount >= 1 else {
      throw .invalidParameter("results", reason: "is \(resultCount); it must be at least 1")
    }
    guard resultCount <= beamCount else {
      throw .conflict(
        "\(beamCount) beams have at most \(beamCount) results, not \(resultCount);"
          + " ask for fewer, or for \(resultCount) beams")
    }
    guard scoring.lengthPenalty.isFinite else {
      throw .invalidParameter(
        "length penalty", reason: "is \(scoring.lengthPenalty); it must be a finite number")
    }
    guard request.samples.count == 1 else {
      throw .conflict(
        "\(name) runs once, not for \(request.samples.count) samples;"
          + " for several sequences ask it for more results, up to the number of beams")
    }
  }
}
