/// What all beam searches have in common.
struct BeamShape: Sendable {
  var beamCount: Int
  var scoring: BeamScoring
  var resultCount: Int
  /// How many results are collected, in multiples of the beams.
  var patience: Double

  /// One beam ends with its first result, whatever the stopping rule: it is greedy search, or plain sampling.
  init(
    beamCount: Int, lengthPenalty: Double, earlyStopping: EarlyStopping, resultCount: Int,
    patience: Double
  ) {
    self.beamCount = beamCount
    scoring = BeamScoring(
      lengthPenalty: lengthPenalty, earlyStopping: beamCount == 1 ? .immediate : earlyStopping)
    self.resultCount = resultCount
    self.patience = patience
  }

  /// How many results `beamCount` beams collect before they may end: round(*B* · patience), at least 1, and *B* where
  /// the patience is 1. (Kasai et al. 2022; Whisper's and CTranslate2's `max_candidates`.)
  func poolCapacity(beamCount: Int) -> Int {
    max(1, Int(min((Double(beamCount) * patience).rounded(), 0x1p53)))
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

  /// The greatest patience: each result that is collected is held to the end.
  static let maximumPatience = 1024.0

  /// Refuses numbers outside their ranges, and requests for samples.
  ///
  /// - Parameters:
  ///   - name: the strategy's, for a sentence.
  ///   - groupCount: the number of groups that the beams are split into.
  func validate(
    _ request: DecodingRequest, name: String, groupCount: Int = 1
  ) throws(DecodingFailure) {
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
    guard patience > 0, patience <= Self.maximumPatience else {
      throw .invalidParameter(
        "patience",
        reason: "is \(patience); it must be above 0 and at most \(Self.maximumPatience)")
    }
    guard patience == 1 || beamCount > 1 else {
      throw .conflict(
        "one beam ends with its first result, so that there is no patience to have;"
          + " ask for more beams, or leave the patience at 1")
    }
    guard scoring.lengthPenalty.isFinite else {
      throw .invalidParameter(
        "length penalty", reason: "is \(scoring.lengthPenalty); it must be a finite number")
    }
    let capacity = groupCount.multipliedReportingOverflow(
      by: poolCapacity(beamCount: beamCount / groupCount))
    guard capacity.overflow || resultCount <= capacity.partialValue else {
      throw .conflict(
        "with a patience of \(patience), \(beamCount) beams have at most \(capacity.partialValue)"
          + " results, not \(resultCount); ask for fewer, or for more patience")
    }
    guard request.samples.count == 1 else {
      throw .conflict(
        "\(name) runs once, not for \(request.samples.count) samples;"
          + " for several sequences ask it for more results, up to the number of beams")
    }
  }
}
