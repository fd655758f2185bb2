public import Decoding

extension GenerationSettings {
  /// The filters that say which tokens could come next: those of sampling, the best token alone of greedy search, the
  /// best few of contrastive search, none of beams. `nil` under mirostat, whose candidates depend on what came before.
  ///
  /// - Throws: ``DecodingError/invalidParameter(_:reason:)`` for a value out of its range.
  public func supportFilters() throws(DecodingError) -> [any Filter]? {
    switch strategy {
    case .greedy: [try TopK(1)]
    case .contrastive: [try TopK(topK)]
    case .beam, .diverseBeam: []
    case .sample where mirostat != nil: nil
    case .sample, .beamSample, .stochasticBeam, .arithmetic: try filterOrder.filters(filterSettings)
    }
  }
}
