import Decoding
import Generation
import Metrics
import Testing

@Suite struct SelectionSettings {
  private let four: [(String, ParameterValue)] = [("num_return_sequences", .integer(4))]

  @Test func selectionReachesTheRequest() throws {
    let mbr = try Given(
      flags: four + [("select", .text("mbr"))], file: [("select_utility", .text("token-f1"))]
    ).resolve()
    #expect(mbr.settings.selection == .minimumBayesRisk)
    let risk = try #require(mbr.settings.request(prompt: [1]).selection as? MinimumBayesRisk)
    #expect(risk.utility is TokenF1 && risk.weighting == .uniform)
    #expect(try mbr.settings.request(prompt: [1]).samples == [0, 1, 2, 3])
    let vote = try Given(
      flags: four + [("select", .text("vote")), ("select_answer", .text("text"))]
    ).resolve()
    let consistency = try #require(
      vote.settings.request(prompt: [1]).selection as? SelfConsistency)
    #expect(consistency.answer("So 5") == "so 5" && consistency.confidence == nil)
    let sure = try Given(
      flags: four + [
        ("select", .text("vote")), ("select_confidence", .text("tail")),
        ("select_confidence_window", .integer(9)), ("select_confidence_top", .number(0.5)),
        ("select_borda_power", .number(0.3)),
      ]
    ).resolve().settings.request(prompt: [1])
    #expect(sure.decoding.report.confidence == .mostProbable(20))
    #expect(
      (sure.selection as? SelfConsistency)?.confidence
        == ConfidenceVote(.tail, window: 9, keptShare: 0.5, bordaPower: 0.3))
    #expect(try Given(flags: four).resolve().settings.request(prompt: [1]).selection == nil)
  }

  @Test func everyUtilityHasItsName() {
    #expect(UtilityName.chrF.utility is ChrF && UtilityName.tokenF1.utility is TokenF1)
    #expect(UtilityName.exactMatch.utility as? ExactMatch == ExactMatch(trimsWhitespace: true))
  }

  @Test func accountListsTheParametersOfTheWayTaken() throws {
    for (way, listed) in [
      ("mbr", ["select", "select_utility"]), ("vote", ["select", "select_answer"]),
    ] {
      let entries = try Given(flags: four + [("select", .text(way))]).resolve().entries
      #expect(entries.map(\.key).filter { $0.hasPrefix("select") } == listed)
    }
  }

  @Test func selectionAsksForSampling() throws {
    let given = Given(
      flags: four + [("select", .text("mbr"))], model: [("do_sample", .bool(false))])
    #expect(try given.resolve().settings.strategy == .sample)
    let beams = Given(
      flags: four + [("select", .text("mbr"))], model: [("num_beams", .integer(4))])
    #expect(try beams.resolve().settings.strategy == .sample)
  }

  @Test func nonsenseIsRefusedWithWhatToWrite() {
    let mbr: (String, ParameterValue) = ("select", .text("mbr"))
    let vote: (String, ParameterValue) = ("select", .text("vote"))
    let cases: [(Given, String)] = [
      (
        Given(flags: [mbr]),
        "--select: select mbr chooses among several samples, and num_return_sequences is 1 (default)"
      ),
      (
        Given(flags: [mbr, ("num_return_sequences", .integer(1))]),
        "num_return_sequences is 1 (--num_return_sequences); give num_return_sequences 2 or more"
      ),
      (
        Given(flags: [mbr, ("temperature", .integer(0))]),
        "select mbr has no effect on greedy decoding, chosen by temperature 0 (--temperature); "
          + "leave it out, or give a temperature above 0"
      ),
      (
        Given(flags: [mbr, ("strategy", .text("greedy"))]),
        "leave it out, or choose --strategy sample"
      ),
      (
        Given(flags: [mbr, ("strategy", .text("beam-sample"))]),
        "has no effect under beam sampling, chosen by --strategy; leave it out, or choose "
          + "--strategy sample"
      ),
      (
        Given(flags: four + [mbr, ("num_beams", .integer(4))]),
        "has no effect under beam search, chosen by num_beams 4 (--num_beams); leave it out, or "
          + "leave the beams out"
      ),
      (
        Given(flags: four + [mbr, ("select_answer", .text("text"))]),
        "--select_answer: select_answer text has no effect without select vote; give that too, or "
          + "leave it out"
      ),
      (
        Given(flags: four + [mbr, ("select_confidence", .text("mean"))]),
        "--select_confidence: select_confidence mean has no effect without select vote; give that too"
      ),
      (
        Given(flags: four + [vote, ("select_borda_power", .number(1))]),
        "--select_borda_power: select_borda_power 1.0 has no effect without select_confidence"
      ),
      (
        Given(
          flags: four + [
            vote, ("select_confidence", .text("mean")), ("select_confidence_window", .integer(8)),
          ]),
        "select_confidence_window 8 has no effect under select_confidence mean, which has no window"
      ),
      (
        Given(
          flags: four + [
            vote, ("select_confidence", .text("mean")), ("select_confidence_top", .integer(0)),
          ]),
        "select_confidence_top is a number above 0, at most 1; it can't be 0"
      ),
      (
        Given(file: [("select", .text("oracle"))]),
        "c.yaml: select is one of mbr, vote, weight; it can't be “oracle”"
      ),
      (
        Given(flags: four + [("select", .text("weight"))]),
        "--select: select weight draws by what a constraint left, and there is none; give a constraint"
      ),
    ]
    for (given, sentence) in cases {
      let message = given.failure() ?? "nothing"
      #expect(message.contains(sentence), "\(message)")
    }
  }

  @Test func neutralValuesNeverConflict() {
    #expect(
      Given(flags: [
        ("select_utility", .text("chrf")), ("select_answer", .text("number")),
        ("strategy", .text("greedy")),
      ]).failure() == nil)
  }

  @Test func modelsSelectionThatDoesNotApplyIsDropped() throws {
    let resolved = try Given(model: [
      ("select", .text("mbr")), ("select_utility", .text("token-f1")),
    ]).resolve()
    #expect(resolved.settings.selection == nil)
    #expect(resolved.settings.selectionUtility == .chrF)
    #expect(resolved.dropped.map(\.key) == ["select", "select_utility"])
  }
}
