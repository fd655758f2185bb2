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

  /// Whether tokens are drawn, so that there are filters and a seed.
  public var draws: Bool {
    switch self {
    case .sample, .beamSample: true
    case .greedy, .beam, .diverseBeam: false
    }
  }

  /// Whether hypotheses compete, so that the sequences of a prompt are the best ones and not samples.
  public var ranks: Bool {
    switch self {
    case .beam, .diverseBeam, .beamSample: true
    case .greedy, .sample: false
    }
  }

  /// Whether tokens can be drafted: where each hypothesis is alone, so that its tokens can be checked ahead.
  public var takesDrafts: Bool {
    switch self {
    case .greedy, .sample: true
    case .beam, .diverseBeam, .beamSample: false
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
    }
  }
}
