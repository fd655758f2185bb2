import Decoding
import Generation
import Testing

@Suite struct DraftSettings {
  @Test func promptLookupArrivesAndDecidesNoStrategy() throws {
    let resolved = try Given(file: [("prompt_lookup_num_tokens", .integer(10))]).resolve()
    #expect(resolved.settings.promptLookupCount == 10)
    #expect(resolved.settings.strategy == .sample && resolved.strategyReason == "default")
    #expect(try resolved.settings.request(prompt: [1]).draftLimit == 10)
    let greedy = try Given(
      flags: [("temperature", .integer(0))], model: [("prompt_lookup_num_tokens", .integer(3))]
    ).resolve()
    #expect(greedy.settings.strategy == .greedy && greedy.settings.promptLookupCount == 3)
  }

  @Test func jacobiIterationArrives() throws {
    let resolved = try Given(file: [("jacobi_num_tokens", .integer(5))]).resolve()
    let request = try resolved.settings.request(prompt: [1])
    #expect(request.draftLimit == 5 && request.drafter is JacobiIteration)
    #expect(try GenerationSettings().request(prompt: [1]).drafter == nil)
  }

  @Test func oneWayToDraftIsChosen() throws {
    let both: [(String, ParameterValue)] = [
      ("prompt_lookup_num_tokens", .integer(4)), ("jacobi_num_tokens", .integer(2)),
    ]
    #expect(
      Given(flags: both).failure()
        == "--jacobi_num_tokens: jacobi_num_tokens 2 and prompt_lookup_num_tokens 4 "
        + "(--prompt_lookup_num_tokens) would both draft; give one of them")
    // What the user asks for stands, and what the model's files recommend goes.
    for (user, other) in [(both[0], both[1]), (both[1], both[0])] {
      let resolved = try Given(flags: [user], model: [other]).resolve()
      #expect(resolved.dropped.map(\.key) == [other.0])
      #expect(resolved.dropped.map(\.reason) == ["\(user.0) drafts"])
    }
    #expect(try Given(model: both).resolve().dropped.map(\.key) == ["jacobi_num_tokens"])
    var settings = GenerationSettings()
    (settings.promptLookupCount, settings.jacobiCount) = (4, 2)
    #expect(throws: DecodingFailure.self) { try settings.request(prompt: [1]) }
  }

  @Test func promptLookupUnderBeamsIsRefusedOrDropped() throws {
    let message = Given(flags: [
      ("num_beams", .integer(2)), ("prompt_lookup_num_tokens", .integer(4)),
    ])
    .failure()
    #expect(
      message
        == "--prompt_lookup_num_tokens: prompt_lookup_num_tokens 4 has no effect under beam search, "
        + "chosen by num_beams 2 (--num_beams); leave it out, or choose --strategy greedy or sample"
    )
    #expect(
      Given(flags: [("num_beams", .integer(2)), ("prompt_lookup_num_tokens", .integer(0))])
        .failure() == nil)
    let resolved = try Given(
      flags: [("num_beams", .integer(2))], model: [("prompt_lookup_num_tokens", .integer(4))]
    ).resolve()
    #expect(resolved.settings.promptLookupCount == 0)
    #expect(resolved.dropped.map(\.key) == ["prompt_lookup_num_tokens"])
  }

  @Test func promptLookupUnderGuidanceIsRefusedOrDropped() throws {
    let message = Given(flags: [
      ("guidance_scale", .number(1.5)), ("prompt_lookup_num_tokens", .integer(4)),
    ])
    .failure()
    #expect(
      message
        == "--prompt_lookup_num_tokens: drafted tokens can't be checked under guidance_scale 1.5 "
        + "(--guidance_scale); leave one of them out")
    let resolved = try Given(
      flags: [("guidance_scale", .number(1.5))], model: [("prompt_lookup_num_tokens", .integer(4))]
    ).resolve()
    #expect(resolved.settings.promptLookupCount == 0)
    #expect(resolved.dropped.map(\.key) == ["prompt_lookup_num_tokens"])
  }
}
