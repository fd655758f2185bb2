/// The decoding strategies that can be asked for by name.
public enum StrategyName: String, Hashable, Sendable, CaseIterable {
  /// The most probable token at each position.
  case greedy
  /// A token drawn from the filtered distribution at each position.
  case sample
  /// The most probable of a number of hypotheses that live side by side: ``Decoding/BeamSearch``.
  case beam
  /// Groups of beams that avoid each other's tokens: ``Decoding/DiverseBeamSearch``.
  case diverseBeam = "diverse-beam"
  /// Beams that draw their continuations: ``Decoding/BeamSampling``.
  case beamSample = "beam-sample"
  /// Different sequences, sampled without replacement: ``Decoding/StochasticBeamSearch``.
  case stochasticBeam = "stochastic-beam"
  /// Samples that keep their distance: ``Decoding/ArithmeticSampling``.
  case arithmetic
  /// A probable token that is unlike what stands before it: ``Decoding/ContrastiveSearch``.
  case contrastive

  /// Whether tokens are drawn, so that there are filters and a seed.
  public var draws: Bool {
    switch self {
    case .sample, .beamSample, .stochasticBeam, .arithmetic: true
    case .greedy, .beam, .diverseBeam, .contrastive: false
    }
  }

  /// Whether hypotheses compete, so that the sequences of a prompt come of one search and not of a sample each.
  public var ranks: Bool {
    switch self {
    case .beam, .diverseBeam, .beamSample, .stochasticBeam: true
    case .greedy, .sample, .arithmetic, .contrastive: false
    }
  }

  /// Whether tokens can be drafted: where each hypothesis is alone, so that its tokens can be checked ahead.
  public var takesDrafts: Bool {
    switch self {
    case .greedy, .sample, .arithmetic: true
    case .beam, .diverseBeam, .beamSample, .stochasticBeam, .contrastive: false
    }
  }

  /// The strategy at work, as half a sentence.
  var activity: String {
    switch self {
    case .greedy: "on greedy decoding"
    case .sample: "when sampling"
    case .beam: "under beam search"
    case .diverseBeam: "under diverse beam search"
    case .beamSample: "under beam sampling"
    case .stochasticBeam: "under stochastic beam search"
    case .arithmetic: "under arithmetic sampling"
    case .contrastive: "under contrastive search"
    }
  }
}
