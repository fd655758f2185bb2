import Foundation
import Testing

@Suite struct SamplingStrategyCommands {
  private func object(_ arguments: String) throws -> [String: Any] {
    let result = try DecodeProcess.run(arguments + " -p Once --json")
    #expect(result.code == 0, "\(arguments): \(result.errors)")
    return try result.object()
  }

  private func sequences(_ arguments: String) throws -> [[String: Any]] {
    try #require(try object(arguments)["sequences"] as? [[String: Any]])
  }

  @Test func stochasticBeamsAreDifferentSequencesWithTheirDraws() throws {
    let arguments = "--strategy stochastic-beam --num-beams 5 -n 10 -s 3"
    let object = try object(arguments)
    let settings = try #require(object["settings"] as? [String: Any])
    #expect(settings["num_beams"] as? Int == 5 && settings["num_return_sequences"] as? Int == 5)
    #expect(settings["length_penalty"] == nil && settings["temperature"] != nil)
    #expect(object["seed"] as? Int == 3)
    let sequences = try #require(object["sequences"] as? [[String: Any]])
    #expect(Set(sequences.compactMap { $0["tokens"] as? [Int] }).count == 5)
    let scores = sequences.compactMap { $0["score"] as? Double }
    #expect(scores == scores.sorted(by: >))
    for (sequence, score) in zip(sequences, scores) {
      let draw = try #require(sequence["draw"] as? [String: Double])
      #expect(Set(draw.keys) == ["logprob", "perturbed_logprob", "threshold", "log_weight"])
      #expect(draw["perturbed_logprob"] == score)
      let (logprob, threshold) = (try #require(draw["logprob"]), try #require(draw["threshold"]))
      #expect(threshold < score)
      let weight = logprob - log(-expm1(-exp(logprob - threshold)))
      #expect(abs(try #require(draw["log_weight"]) - weight) < 1e-9)
    }
    #expect(
      try DecodeProcess.run(arguments + " -p Once").output.components(separatedBy: "\n---\n").count
        == 5)
  }

  @Test func temperatureOneWithoutFiltersDrawsFromTheModel() throws {
    for sequence in try sequences(
      "--strategy stochastic-beam --num-beams 3 -n 8 --temperature 1 --top-p 1 -s 1")
    {
      let draw = try #require(sequence["draw"] as? [String: Any])
      let drawn = try #require(draw["logprob"] as? Double)
      #expect(abs(drawn - (try #require(sequence["logprob"] as? Double))) < 1e-4)
    }
  }

  @Test func allSequencesHaveNoThreshold() throws {
    let sequences = try sequences(
      "--strategy stochastic-beam --num-beams 10 -n 1 --top-k 4 --top-p 1 -s 1")
    #expect(sequences.count == 4)
    for sequence in sequences {
      let draw = try #require(sequence["draw"] as? [String: Any])
      #expect(draw["threshold"] is NSNull)
      #expect(draw["log_weight"] as? Double == draw["logprob"] as? Double)
    }
  }

  @Test func arithmeticSamplesAreSpreadOut() throws {
    let sequences = try sequences("--strategy arithmetic --num-return-sequences 6 -n 10 -s 3")
    #expect(sequences.compactMap { $0["sample"] as? Int } == Array(0..<6))
    #expect(Set(sequences.compactMap { $0["tokens"] as? [Int] }).count > 1)
    for sequence in sequences {
      #expect(sequence["score"] as? Double == sequence["logprob"] as? Double)
      #expect(sequence["draw"] == nil)
    }
  }

  @Test(arguments: [
    "--strategy stochastic-beam --num-beams 3", "--strategy arithmetic --num-return-sequences 3",
  ])
  func seedDecidesAndThreadsDoNot(arguments: String) throws {
    func run(_ rest: String) throws -> Substring {
      let output = try DecodeProcess.run(
        arguments + rest + " -n 12 -p Once --json --logprobs 1"
      ).output
      return output[..<(try #require(output.range(of: "\"timings\""))).lowerBound]
    }
    #expect(try run(" -s 1 -t 1") == run(" -s 1 -t 2"))
    #expect(try run(" -s 1") != run(" -s 2"))
    let text = try DecodeProcess.run(arguments + " -n 4 -p Once")
    #expect(text.errors.hasPrefix("seed "))
  }

  @Test(arguments: [
    (
      "--strategy stochastic-beam --num-beams 3 --top-p 0.5",
      ["strategy stochastic-beam", "num_return_sequences 3 ", "top-p 0.5"]
    ),
    (
      "--strategy arithmetic --num-return-sequences 3 --temperature 1",
      ["strategy arithmetic", "seed random"]
    ),
  ])
  func explanationNamesStrategyAndFilters(arguments: String, parts: [String]) throws {
    let result = try DecodeProcess.run(arguments + " --explain")
    #expect(result.code == 0)
    let output = result.output.split(separator: " ").joined(separator: " ")
    for part in parts { #expect(output.contains(part), "\(output)") }
    #expect(!output.contains("\nlength_penalty"))
  }

  @Test func numberOfSequencesThatIsNotTheBeamsIsRefused() throws {
    let result = try DecodeProcess.run(
      "--strategy stochastic-beam --num-return-sequences 3 -p Once")
    #expect(result.code == 64 && result.errors.contains("give num_beams 3 instead"))
  }
}
