import LanguageModeling

/// Samples sequences without replacement: stochastic beam search (Kool, van Hoof and Welling, “Stochastic beams and
/// where to find them: the Gumbel-top-k trick for sampling sequences without replacement”, ICML 2019, arXiv 1903.06059).
///
/// The results are ``beamCount`` different sequences, in the order in which drawing one after the other from the whole
/// sequences' distribution, without putting any back, would give them. The distribution is the one that ``Sampling``
/// draws from: penalties and masks over the logits, then ``filters``, renormalised at each token. One beam is ancestral
/// sampling. Where there are fewer sequences than beams, all of them are the results.
///
/// Each sequence has a log-probability perturbed by Gumbel noise, and the results are those with the greatest. A
/// hypothesis stands for all sequences that begin with it and carries the greatest perturbed log-probability among
/// them; its continuations' are Gumbel numbers around their log-probabilities, given that maximum. A step keeps the
/// ``beamCount`` greatest of all continuations and of the sequences that have ended, so that nothing is lost that could
/// be a result.
///
/// The noise of a hypothesis' continuations is `CounterNoise` of the tokens of prompt and hypothesis together, of the
/// request's one sample. A sequence's perturbed log-probability is therefore its own, whatever the number of beams: fewer
/// beams give the first of the results of more. The prompt's perturbed log-probability is a Gumbel number too, that of
/// the first position. (The paper lets it be 0, which changes no sample, but its estimator is unbiased only so.)
///
/// ``Hypothesis/score`` is the perturbed log-probability, and ``Hypothesis/draw`` is what an estimate of an expectation
/// needs. The threshold of the estimator is the greatest perturbed log-probability that any step dropped: no beam
/// beyond ``beamCount`` is needed to know it. A cancelled search gives a sample of the sequences cut off where it stood.
///
///     // over a model whose every text is one token and the end, with probabilities 0.5, 0.3, 0.2
///     StochasticBeamSearch(beamCount: 2)  // gives two different texts; the most probable is the first with 0.5
///
/// - Complexity: one row of logits for each live hypothesis a step; for each, a few passes, and a quarter of a Philox
///   block for each candidate that the filters leave.
public struct StochasticBeamSearch: DecodingStrategy {
  /// The number of sequences to draw, at least 1.
  public var beamCount: Int
  /// What is done to the logits before the draw, in order. One that leaves something to chance does so for each
  /// hypothesis anew.
  public var filters: [any Filter]

  /// A sample of `beamCount` sequences from the model's own distribution unless filters are given.
  public init(beamCount: Int, filters: [any Filter] = []) {
    self.beamCount = beamCount
    self.filters = filters
  }

  /// `stochastic-beam`, the number of beams and the filters.
  public var description: String {
    (["stochastic-beam, \(beamCount) beams"] + filters.map(\.description)).joined(separator: ", ")
  }

  /// Refuses fewer than one beam, and requests for several samples: each would be a search of its own.
  public func validate(_ request: DecodingRequest) throws(DecodingFailure) {
    guard beamCount >= 1 else {
      throw .invalidParameter("beams", reason: "is \(beamCount); it must be at least 1")
    }
    guard request.samples.count == 1 else {
      throw .conflict(
        "stochastic beam search draws its sequences together, one for each beam, not for"
          + " \(request.samples.count) samples; ask for as many beams as sequences")
    }
  }

  /// The beams.
  public func sequenceCount(for request: DecodingRequest) -> Int { beamCount }

  /// A search with the prompt as its only beam.
  public func makeSearch(for request: DecodingRequest) -> some DecodingSearch {
    StochasticBeams(beamCount: beamCount, filters: filters, request: request)
  }
}

extension StrategyEntry {
  /// Different sequences, sampled without replacement: ``StochasticBeamSearch``.
  public static let stochasticBeam = StrategyEntry(
    "stochastic-beam", activity: "under stochastic beam search", results: .beams,
    filters: [.ordered, .last], parameters: [BeamParameters.count.erased],
    problems: { given in
      guard let beams = given[BeamParameters.count],
        let results = given[StrategyCatalogue.resultCount], results.value != beams.value
      else { return [] }
      return [
        .mismatch(
          StrategyCatalogue.resultCount.erased, with: BeamParameters.count.erased,
          refusal: "\(results.source): under stochastic beam search every beam is a sequence, and"
            + " num_beams is \(beams.value) (\(beams.source)); give num_beams \(results.value)"
            + " instead",
          reason: "every one of \(beams.value) beams is one")
      ]
    }
  ) { (parameters, _) throws(DecodingFailure) in
    StochasticBeamSearch(
      beamCount: parameters.beamCount, filters: try parameters.filterOrder.filters(parameters))
  }
}
