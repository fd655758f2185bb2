public import Decoding

extension SettingCatalogue {
  // MARK: - Choosing among samples

  /// `select`
  public static let selection = Parameter<SelectionName?>(
    "select", .choice, neutral: nil, spelled: .null,
    "one of \(SelectionName.allCases.map(\.rawValue).joined(separator: ", "))",
    choices: SelectionName.allCases.map(\.rawValue),
    help:
      "Puts one of the samples first: mbr, the one most like all; vote, one with the most common"
      + " answer; weight, under a constraint, one drawn by the probability that it left.",
    flag: ParameterFlag("select", valueName: "how")
  ) { value in
    if case .text(let text) = value { SelectionName(rawValue: text).map { .some($0) } } else { nil }
  }

  /// `select_utility`
  public static let selectionUtility = Parameter<UtilityName>.choice(
    "select_utility", neutral: .chrF,
    help: "What --select mbr compares samples by: chrf, token-f1 or exact-match.")

  /// `select_answer`
  public static let selectionAnswer = Parameter<AnswerExtraction>.choice(
    "select_answer", neutral: .number,
    help: "What --select vote counts: number, the last in the text (the whole text where there is"
      + " none), or text.")

  /// `select_confidence`
  public static let selectionConfidence = Parameter<ConfidenceVote.Measure?>(
    "select_confidence", .choice, neutral: nil, spelled: .null,
    "one of \(ConfidenceVote.Measure.allCases.map(\.rawValue).joined(separator: ", "))",
    choices: ConfidenceVote.Measure.allCases.map(\.rawValue),
    help:
      "Lets each vote of --select vote count by how sure the model was of its sample: self-certainty,"
      + " over all tokens that could come; mean, over the 20 most probable; the same over the end of"
      + " the text (tail), or over the parts where it is lowest (bottom-group, lowest-group).",
    flag: ParameterFlag("select-confidence", valueName: "measure"), isYoung: true
  ) { value in
    if case .text(let text) = value {
      ConfidenceVote.Measure(rawValue: text).map { .some($0) }
    } else {
      nil
    }
  }

  /// `select_confidence_window`
  public static let selectionWindow = Parameter<Int>.integer(
    "select_confidence_window", neutral: 2048, "a whole number, 1 or above", in: 1...,
    help: "How many tokens the end and the parts have under --select-confidence tail, bottom-group"
      + " and lowest-group.",
    needs: [selectionConfidence.erased], isYoung: true)

  /// `select_confidence_top`
  public static let selectionTop = Parameter<Double>.number(
    "select_confidence_top", neutral: 1, "a number above 0, at most 1",
    help: "Under --select-confidence, only this share of the samples votes, the surest.",
    neutralWords: "all", needs: [selectionConfidence.erased], isYoung: true
  ) { $0 > 0 && $0 <= 1 }

  /// `select_borda_power`
  public static let selectionBordaPower = Parameter<Double>.number(
    "select_borda_power", neutral: 0, "a number, 0 or above",
    help:
      "Under --select-confidence, the votes of n samples count n^x for the surest, (n-1)^x for the"
      + " next, and so on (Borda).",
    neutralWords: "a vote counts the confidence itself", needs: [selectionConfidence.erased],
    isYoung: true
  ) { $0 >= 0 && $0.isFinite }

  static let selections: [AnyParameter] = [
    selection.erased, selectionUtility.erased, selectionAnswer.erased, selectionConfidence.erased,
    selectionWindow.erased, selectionTop.erased, selectionBordaPower.erased,
  ]
}

extension Parameters {
  /// How the samples of a prompt are ranked (`select`), best first; `nil` leaves them in the order of drawing. For more
  /// than one sample, used where each is drawn by itself.
  public var selection: SelectionName? {
    get { self[SettingCatalogue.selection] }
    set { self[SettingCatalogue.selection] = newValue }
  }

  /// What minimum Bayes risk compares samples with (`select_utility`).
  public var selectionUtility: UtilityName {
    get { self[SettingCatalogue.selectionUtility] }
    set { self[SettingCatalogue.selectionUtility] = newValue }
  }

  /// Where a vote finds the answers (`select_answer`).
  public var selectionAnswer: AnswerExtraction {
    get { self[SettingCatalogue.selectionAnswer] }
    set { self[SettingCatalogue.selectionAnswer] = newValue }
  }

  /// How much a vote counts (`select_confidence` and what belongs to it); `nil`: 1 each.
  public var selectionConfidence: ConfidenceVote? {
    self[SettingCatalogue.selectionConfidence].map {
      ConfidenceVote(
        $0, window: self[SettingCatalogue.selectionWindow],
        keptShare: self[SettingCatalogue.selectionTop],
        bordaPower: self[SettingCatalogue.selectionBordaPower])
    }
  }
}
