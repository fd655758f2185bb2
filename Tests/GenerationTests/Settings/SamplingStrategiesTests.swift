import Decoding
import Generation
import Testing

@Suite struct SamplingStrategies {
  @Test func stochasticBeamSearchTakesBeamsAndFilters() throws {
    let resolved = try Given(
      flags: [("strategy", .text("stochastic-beam")), ("num_beams", .integer(5))],
      file: [("temperature", .number(0.5)), ("top_k", .integer(9))],
      model: [("length_penalty", .integer(2)), ("num_return_sequences", .integer(3))]
    ).resolve()
    #expect(resolved.dropped.map(\.key).sorted() == ["length_penalty", "num_return_sequences"])
    #expect(resolved.settings.returnSequenceCount == 5)
    #expect(resolved.filters.map(\.name) == ["temperature", "top-k"])
    let keys = resolved.entries.map(\.key)
    #expect(keys.contains("num_beams") && keys.contains("top_p"))
    #expect(!keys.contains("length_penalty") && !keys.contains("early_stopping"))
    let request = try resolved.settings.request(prompt: [1])
    #expect(request.samples == [0])
    let strategy = try #require(request.strategy as? StochasticBeamSearch)
    #expect(strategy.beamCount == 5)
    #expect(
      strategy.description == "stochastic-beam, 5 beams, temperature 0.5, top-k 9")
  }

  @Test func everyBeamOfAStochasticSearchIsASequence() throws {
    func given(_ beams: Int?, _ sequences: Int) -> Given {
      Given(
        flags: [
          ("strategy", .text("stochastic-beam")), ("num_return_sequences", .integer(sequences)),
        ]
          + (beams.map { [("num_beams", .integer($0))] } ?? []))
    }
    #expect(try given(4, 4).resolve().settings.returnSequenceCount == 4)
    #expect(try given(nil, 1).resolve().settings.beamCount == 1)
    for (beams, sequences) in [(4, 2), (2, 4), (nil, 4)] {
      let message = given(beams, sequences).failure() ?? "nothing"
      #expect(message.hasSuffix("give num_beams \(sequences) instead"), "\(message)")
    }
    let account = try Given(
      flags: [("strategy", .text("stochastic-beam")), ("num_beams", .integer(4))]
    ).resolve().entries.first { $0.key == "num_return_sequences" }
    #expect(
      account
        == Setting(
          StrategyCatalogue.resultCount.erased, .integer(4), from: .flag("--num_beams")))
  }

  @Test func arithmeticSamplingTakesSequencesAndFilters() throws {
    let resolved = try Given(
      flags: [("strategy", .text("arithmetic")), ("num_return_sequences", .integer(6))],
      file: [("top_p", .number(0.5))], model: [("num_beams", .integer(4))]
    ).resolve()
    #expect(resolved.dropped.map(\.key) == ["num_beams"])
    let request = try resolved.settings.request(prompt: [1])
    #expect(request.samples == Array(0..<6))
    #expect(request.strategy.description == "arithmetic, 6 codes, top-p 0.5")
  }

  @Test func modelsChoiceOfOneIsKeptUnderFilters() throws {
    for name in ["stochastic-beam", "arithmetic"] {
      let given = Given(flags: [("top_k", .integer(3))], model: [("strategy", .text(name))])
      #expect(try given.resolve().settings.strategy.name == name)
    }
  }

  @Test(arguments: [
    ("arithmetic", "num_beams", ParameterValue.integer(4), "choose --strategy beam-sample"),
    ("arithmetic", "length_penalty", .integer(2), "choose --strategy beam-sample"),
    ("arithmetic", "temperature", .integer(0), "or --strategy greedy"),
    ("stochastic-beam", "length_penalty", .integer(2), "choose --strategy beam-sample"),
    ("stochastic-beam", "early_stopping", .bool(true), "choose --strategy beam-sample"),
    ("stochastic-beam", "num_beam_groups", .integer(2), "choose --strategy diverse-beam"),
    ("stochastic-beam", "temperature", .integer(0), "or --strategy beam"),
  ])
  func conflictsNameWhatToWrite(
    strategy: String, key: String, value: ParameterValue, sentence: String
  ) {
    let message =
      Given(flags: [("strategy", .text(strategy)), (key, value)]).failure() ?? "nothing"
    #expect(message.hasSuffix(sentence), "\(message)")
  }
}
