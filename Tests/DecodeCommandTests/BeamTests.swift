import Foundation
import Testing

@Suite struct Beams {
  private func sequences(_ arguments: String) throws -> [[String: Any]] {
    let result = try DecodeProcess.run(arguments + " -p Once --json")
    #expect(result.code == 0, "\(arguments): \(result.errors)")
    return try #require(try result.object()["sequences"] as? [[String: Any]])
  }

  @Test(arguments: [1.0, 0.5, 0, -1])
  func bestStandsFirstAndScoreIsLengthPenalised(power: Double) throws {
    let sequences = try sequences(
      "--num-beams 4 --num-return-sequences 4 -n 12 --length-penalty \(power)")
    #expect(sequences.count == 4)
    let scores = sequences.compactMap { $0["score"] as? Double }
    #expect(scores == scores.sorted(by: >))
    for sequence in sequences {
      let logprob = try #require(sequence["logprob"] as? Double)
      let length = try #require(sequence["tokens"] as? [Int]).count
      let score = try #require(sequence["score"] as? Double)
      #expect(abs(score - logprob / pow(Double(length), power)) < 1e-4)
    }
  }

  @Test func moreBeamsFindWhatIsAtLeastAsProbable() throws {
    let greedy = try #require(try sequences("--temp 0 -n 6")[0]["logprob"] as? Double)
    let beam = try #require(
      try sequences("--num-beams 64 -n 6 --length-penalty 0 --ignore-eos")[0]["logprob"] as? Double)
    #expect(beam >= greedy)
  }

  @Test func oneBeamIsGreedy() throws {
    let greedy = try DecodeProcess.run("--strategy greedy -n 30 -p Once")
    for strategy in ["beam", "diverse-beam"] {
      let beam = try DecodeProcess.run("--strategy \(strategy) -n 30 -p Once")
      #expect(beam.output == greedy.output && beam.errors.isEmpty)
    }
  }

  @Test func sequencesAreTheBestAndNotSamples() throws {
    let all = try sequences("--num-beams 4 --num-return-sequences 4 -n 10")
    let texts = all.compactMap { $0["text"] as? String }
    #expect(Set(all.compactMap { $0["tokens"] as? [Int] }).count == 4)
    #expect(all.compactMap { $0["sample"] as? Int } == [0, 1, 2, 3])
    let one = try DecodeProcess.run("--num-beams 4 -n 10 -p Once")
    #expect(one.output == texts[0] + "\n")
    let two = try DecodeProcess.run("--num-beams 4 --num-return-sequences 2 -n 10 -p Once")
    #expect(two.output == texts[0] + "\n---\n" + texts[1] + "\n")
  }

  @Test func groupsBeginDifferentlyUnderAHeavyPenalty() throws {
    let arguments = "--num-beams 3 --num-beam-groups 3 --num-return-sequences 3 -n 5"
    let apart = try sequences(arguments + " --diversity-penalty 100")
    #expect(Set(apart.compactMap { ($0["tokens"] as? [Int])?.first }).count == 3)
    let together = try sequences(arguments + " --diversity-penalty 0")
    #expect(Set(together.compactMap { $0["tokens"] as? [Int] }).count == 1)
  }

  @Test(arguments: [
    "--num-beams 4 --num-return-sequences 3",
    "--num-beams 4 --num-beam-groups 2 --diversity-penalty 0.5 --num-return-sequences 3",
    "--strategy beam-sample --num-beams 4 --num-return-sequences 3 -s 7",
  ])
  func threadsChangeNothing(arguments: String) throws {
    func run(_ threads: Int) throws -> Substring {
      let output = try DecodeProcess.run(
        arguments + " -t \(threads) -n 16 -p Once --json --logprobs 1"
      ).output
      return output[..<(try #require(output.range(of: "\"timings\""))).lowerBound]
    }
    #expect(try run(1) == run(2))
  }

  @Test func seedDecidesBeamSampling() throws {
    let arguments = "--strategy beam-sample --num-beams 3 --temperature 1.3 -n 24 -p Once"
    let first = try DecodeProcess.run(arguments + " -s 1").output
    #expect(try DecodeProcess.run(arguments + " -s 1").output == first)
    #expect(try DecodeProcess.run(arguments + " -s 2").output != first)
    #expect(try DecodeProcess.run(arguments).errors.hasPrefix("seed "))
  }

  @Test func settingsHoldWhatTheStrategyHeeds() throws {
    let object = try DecodeProcess.run(
      "--num-beams 2 --early-stopping never -n 2 -p Once --json"
    ).object()
    let settings = try #require(object["settings"] as? [String: Any])
    #expect(settings["strategy"] as? String == "beam")
    #expect(settings["num_beams"] as? Int == 2)
    #expect(settings["early_stopping"] as? String == "never")
    #expect(settings["temperature"] == nil && settings["num_beam_groups"] == nil)
    #expect(object["seed"] is NSNull)
  }

  @Test func batchIsAsEachPromptAlone() throws {
    let alone = try sequences("--num-beams 3 -n 8")
    let result = try DecodeProcess.run(
      "--num-beams 3 -n 8 --prompts -", input: "\"Once\"\n\"There was\"\n")
    let line = try #require(result.lines.first)
    let batch = try #require(try ProcessResult.object(line)["sequences"] as? [[String: Any]])
    #expect(batch[0]["tokens"] as? [Int] == alone[0]["tokens"] as? [Int])
    #expect(batch[0]["score"] as? Double == alone[0]["score"] as? Double)
  }
}
