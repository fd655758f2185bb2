import Foundation
import Testing

@Suite struct ContrastiveSearchOnTheCommandLine {
  private func object(_ arguments: String) throws -> [String: Any] {
    let result = try DecodeProcess.run(arguments + " -p Once --json")
    #expect(result.code == 0, "\(arguments): \(result.errors)")
    return try result.object()
  }

  private func tokens(_ arguments: String) throws -> [Int] {
    let sequences = try #require(try object(arguments)["sequences"] as? [[String: Any]])
    #expect(sequences.count == 1)
    return try #require(sequences[0]["tokens"] as? [Int])
  }

  @Test func penaltyAlphaWithTopKIsContrastiveSearch() throws {
    let object = try object("--penalty-alpha 0.6 --top-k 4 -n 6")
    let settings = try #require(object["settings"] as? [String: Any])
    #expect(settings["strategy"] as? String == "contrastive")
    #expect(settings["penalty_alpha"] as? Double == 0.6)
    #expect(settings["top_k"] as? Int == 4)
    #expect(settings["temperature"] == nil && settings["num_beams"] == nil)
    #expect(object["seed"] is NSNull)
  }

  @Test func noPenaltyOrOneCandidateIsGreedy() throws {
    let greedy = try tokens("--temp 0 -n 30")
    #expect(try tokens("--strategy contrastive --penalty-alpha 0 --top-k 5 -n 30") == greedy)
    #expect(try tokens("--penalty-alpha 0.8 --top-k 1 -n 30") == greedy)
    #expect(try tokens("--penalty-alpha 0.8 --top-k 6 -n 30") != greedy)
  }

  @Test func textIsStreamedAsItIsPrinted() throws {
    let arguments = "--penalty-alpha 0.6 --top-k 4 -n 24 -p Once"
    let streamed = try DecodeProcess.run(arguments)
    #expect(!streamed.output.isEmpty)
    #expect(try DecodeProcess.run(arguments + " --no-stream").output == streamed.output)
  }

  @Test func threadsAndTheBatchChangeNothing() throws {
    let arguments = "--penalty-alpha 0.6 --top-k 4 -n 16 --logprobs 1"
    func run(_ threads: Int) throws -> Substring {
      let output = try DecodeProcess.run(arguments + " -t \(threads) -p Once --json").output
      return output[..<(try #require(output.range(of: "\"timings\""))).lowerBound]
    }
    #expect(try run(1) == run(2))
    let alone = try tokens(arguments)
    let batch = try DecodeProcess.run(
      arguments + " --prompts -", input: "\"Once\"\n\"There was\"\n\"Once\"\n")
    for (line, isFirst) in zip(batch.lines, [true, false, true]) where isFirst {
      let object = try ProcessResult.object(line)
      let sequences = try #require(object["sequences"] as? [[String: Any]])
      #expect(sequences[0]["tokens"] as? [Int] == alone)
    }
  }

  @Test func whatItWouldIgnoreIsRefused() throws {
    for (arguments, sentence) in [
      ("--penalty-alpha 0.6", "contrastive search needs a number of candidates; give top_k"),
      ("--strategy contrastive", "give penalty_alpha and top_k, such as 0.6 and 4"),
      (
        "--penalty-alpha 0.6 --top-k 4 --num-beams 4", "num_beams 4 has no effect under contrastive"
      ),
      ("--penalty-alpha 0.6 --top-k 4 --temp 0.5", "or leave penalty_alpha out"),
      ("--penalty-alpha 0.6 --top-k 4 --num-return-sequences 2", "num_return_sequences 2 has no"),
      ("--penalty-alpha 0.6 --strategy sample", "or choose --strategy contrastive"),
      ("--penalty-alpha 1.5 --top-k 4", "penalty_alpha is a number from 0 (off) to 1"),
      ("--penalty-alpha 0.6 --top-k 2000", "contrastive search takes at most 1024 candidates"),
    ] {
      let result = try DecodeProcess.run(arguments + " -n 2 Once")
      #expect(result.code == 64, "\(arguments)")
      #expect(result.errors.contains(sentence), "\(arguments): \(result.errors)")
    }
  }
}
