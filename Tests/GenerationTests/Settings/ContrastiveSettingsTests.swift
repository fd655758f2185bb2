import Decoding
import Generation
import Testing

@Suite struct ContrastiveSettings {
  @Test(arguments: [
    (
      Given(flags: [("penalty_alpha", .number(0.6)), ("top_k", .integer(4))]),
      StrategyEntry.contrastive
    ),
    (
      Given(flags: [("penalty_alpha", .number(0.6))], file: [("top_k", .integer(4))]), .contrastive
    ),
    (
      Given(flags: [("penalty_alpha", .number(0.6))], model: [("top_k", .integer(4))]), .contrastive
    ),
    (
      Given(
        flags: [("penalty_alpha", .number(0.6)), ("top_k", .integer(4))],
        model: [("do_sample", .bool(true)), ("num_beams", .integer(4)), ("top_p", .number(0.5))]),
      .contrastive
    ),
    (
      Given(
        flags: [("penalty_alpha", .number(0.6)), ("top_k", .integer(4))],
        file: [("do_sample", .bool(false))]),
      .contrastive
    ),
    (Given(flags: [("penalty_alpha", .integer(0)), ("top_k", .integer(4))]), .sample),
    (
      Given(flags: [
        ("strategy", .text("contrastive")), ("penalty_alpha", .integer(0)), ("top_k", .integer(1)),
      ]),
      .contrastive
    ),
    // The model's own choice, as transformers dispatches.
    (Given(model: [("penalty_alpha", .number(0.6)), ("top_k", .integer(4))]), .contrastive),
    (
      Given(
        file: [("do_sample", .bool(false))],
        model: [("penalty_alpha", .number(0.6)), ("top_k", .integer(4))]),
      .contrastive
    ),
    (
      Given(
        flags: [("top_k", .integer(6))],
        model: [("penalty_alpha", .number(0.6)), ("top_k", .integer(4))]),
      .contrastive
    ),
    (Given(model: [("penalty_alpha", .number(0.6))]), .sample),
    (Given(model: [("strategy", .text("contrastive"))]), .sample),
    (
      Given(model: [
        ("penalty_alpha", .number(0.6)), ("top_k", .integer(4)), ("do_sample", .bool(true)),
      ]),
      .sample
    ),
    (
      Given(
        flags: [("top_p", .number(0.9))],
        model: [("penalty_alpha", .number(0.6)), ("top_k", .integer(4))]),
      .sample
    ),
    (
      Given(
        flags: [("temperature", .integer(0))],
        model: [("penalty_alpha", .number(0.6)), ("top_k", .integer(4))]),
      .greedy
    ),
    (
      Given(
        flags: [("num_beams", .integer(3))],
        model: [("penalty_alpha", .number(0.6)), ("top_k", .integer(4))]),
      .beam
    ),
  ])
  func firstRuleThatHoldsWins(given: Given, expected: StrategyEntry) throws {
    #expect(try given.resolve().settings.strategy == expected)
  }

  @Test func bothNumbersArrive() throws {
    let resolved = try Given(
      flags: [("penalty_alpha", .number(0.6)), ("top_k", .integer(4))],
      model: [("temperature", .number(0.5)), ("top_p", .number(0.5))]
    ).resolve()
    #expect(resolved.settings.penaltyAlpha == 0.6 && resolved.settings.topK == 4)
    #expect(resolved.dropped.map(\.key).sorted() == ["temperature", "top_p"])
    #expect(resolved.filters.isEmpty)
    let strategy = try resolved.settings.decodingStrategy()
    #expect(strategy.sequenceCount(for: DecodingRequest(prompt: [1])) == 4)
    #expect(
      strategy as? ContrastiveSearch == ContrastiveSearch(penaltyAlpha: 0.6, candidateCount: 4))
  }

  @Test(arguments: [
    (Given(flags: [("penalty_alpha", .number(0.6))]), "needs a number of candidates; give top_k"),
    (
      Given(flags: [("strategy", .text("contrastive")), ("top_k", .integer(4))]),
      "--strategy: contrastive search needs a penalty; give penalty_alpha and top_k"
    ),
    (
      Given(flags: [
        ("penalty_alpha", .number(0.6)), ("top_k", .integer(4)), ("num_beams", .integer(4)),
      ]),
      "num_beams 4 has no effect under contrastive search, chosen by penalty_alpha 0.6 "
        + "(--penalty_alpha); leave it out, or leave penalty_alpha out"
    ),
    (
      Given(
        flags: [("penalty_alpha", .number(0.6)), ("top_k", .integer(4))],
        file: [("do_sample", .bool(true))]),
      "do_sample true asks for sampling, and penalty_alpha 0.6 (--penalty_alpha) is contrastive "
        + "search; leave one of them out"
    ),
    (
      Given(flags: [
        ("strategy", .text("contrastive")), ("penalty_alpha", .number(0.6)), ("top_k", .integer(4)),
        ("top_p", .number(0.9)),
      ]),
      "leave it out, or choose --strategy sample"
    ),
    (
      Given(flags: [("strategy", .text("beam")), ("penalty_alpha", .number(0.6))]),
      "penalty_alpha 0.6 has no effect under beam search, chosen by --strategy; leave it out, or "
        + "choose --strategy contrastive"
    ),
    (
      Given(flags: [("penalty_alpha", .number(1.1))]), "penalty_alpha is a number from 0 (off) to 1"
    ),
  ])
  func conflictsNameWhatToWrite(given: Given, sentence: String) {
    let message = given.failure() ?? "nothing"
    #expect(message.contains(sentence), "\(message)")
  }
}
