/// The parameters that beam searches share.
public enum BeamParameters {
  /// `num_beams`
  public static let count = Parameter<Int>.integer(
    "num_beams", neutral: 1, "a whole number from 1 to 1024", in: 1...1024,
    help: "Number of hypotheses that compete; above 1 is beam search.",
    flag: ParameterFlag("num-beams", aliases: ["beam-size"], valueName: "n"))

  /// `length_penalty`
  public static let lengthPenalty = Parameter<Double>.number(
    "length_penalty", neutral: 1, "a number",
    help: "Beams are ranked by log-probability / length^x; x may be negative."
  ) { $0.isFinite }

  /// `early_stopping`
  public static let earlyStopping = Parameter<EarlyStopping>(
    "early_stopping", .choice, neutral: .heuristic, spelled: .bool(false), "false, true or never",
    choices: ["false", "true", "never"],
    help: "When a beam search with as many results as beams ends: true, at once; false, when a"
      + " better one is unlikely; never, when it is impossible.",
    flag: ParameterFlag("early-stopping", valueName: "when")
  ) { value in
    switch value {
    case .bool(let isImmediate): isImmediate ? .immediate : .heuristic
    case .text(let text): EarlyStopping(rawValue: text)
    default: nil
    }
  }

  /// `patience`
  public static let patience = Parameter<Double>.number(
    "patience", neutral: 1, "a number above 0 and at most 1024",
    help: "Number of results that a beam search collects before it may end, in multiples of its"
      + " beams."
  ) { $0 > 0 && $0 <= 1024 }

  /// What ranks the results of searches for the best.
  static let ranking: [AnyParameter] = [
    lengthPenalty.erased, earlyStopping.erased, patience.erased,
  ]

  /// More sequences than there are beams.
  static func problems(_ given: GivenParameters) -> [StrategyProblem] {
    guard let beams = given[count], let beamCount = beams.integer,
      let results = given[StrategyCatalogue.resultCount], let resultCount = results.integer,
      resultCount > beamCount
    else { return [] }
    return [
      .excess(
        StrategyCatalogue.resultCount.erased,
        refusal: "\(results.source): num_return_sequences \(resultCount) is more than num_beams"
          + " \(beamCount) (\(beams.source)); lower the one or raise the other",
        reason: "more than num_beams \(beamCount)")
    ]
  }
}

extension Parameters {
  /// The number of hypotheses that live at once (`num_beams`), 1 to 1024; used by the beam strategies.
  public var beamCount: Int {
    get { self[BeamParameters.count] }
    set { self[BeamParameters.count] = newValue }
  }

  /// The power of the length that beams' scores are divided by (`length_penalty`); finite, may be negative.
  public var lengthPenalty: Double {
    get { self[BeamParameters.lengthPenalty] }
    set { self[BeamParameters.lengthPenalty] = newValue }
  }

  /// When a beam search ends that has as many results as beams (`early_stopping`).
  public var earlyStopping: EarlyStopping {
    get { self[BeamParameters.earlyStopping] }
    set { self[BeamParameters.earlyStopping] = newValue }
  }

  /// How many results a beam search collects before it may end, in multiples of its beams (`patience`); above 0.
  public var patience: Double {
    get { self[BeamParameters.patience] }
    set { self[BeamParameters.patience] = newValue }
  }
}
