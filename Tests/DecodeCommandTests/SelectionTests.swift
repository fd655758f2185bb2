import Foundation
import Testing

@Suite struct Selections {
  private func sequences(_ arguments: String) throws -> [[String: Any]] {
    let result = try DecodeProcess.run(arguments + " -n 16 -s 3 -p Once --json")
    #expect(result.code == 0, "\(arguments): \(result.errors)")
    return try #require(try result.object()["sequences"] as? [[String: Any]])
  }

  @Test(arguments: [
    "--select mbr", "--select mbr --select-utility token-f1",
    "--select mbr --select-utility exact-match", "--select vote",
    "--select vote --select-answer text", "--select vote --select-confidence self-certainty",
    "--select vote --select-confidence lowest-group --select-confidence-window 4",
    "--select vote --select-confidence mean --select-borda-power 0.5 --select-confidence-top 0.5",
  ])
  func samplesAreTheSameBestFirst(selection: String) throws {
    let plain = try sequences("--num-return-sequences 6")
    let ranked = try sequences("--num-return-sequences 6 " + selection)
    let scores = ranked.compactMap { $0["score"] as? Double }
    #expect(scores.count == 6 && scores == scores.sorted(by: >))
    let top = selection.contains("mbr") && !selection.contains("-utility") ? 100.0 : 1
    #expect(scores.allSatisfy { (0...top).contains($0) })
    #expect(Set(ranked.compactMap { $0["sample"] as? Int }) == Set(0..<6))
    for sequence in ranked {
      #expect((sequence["confidence"] is Double) == selection.contains("-confidence"))
      let sample = plain[try #require(sequence["sample"] as? Int)]
      for key in ["text", "finish_reason"] {
        #expect(sequence[key] as? String == sample[key] as? String)
      }
      #expect(sequence["tokens"] as? [Int] == sample["tokens"] as? [Int])
      #expect(sequence["logprob"] as? Double == sample["logprob"] as? Double)
    }
  }

  @Test func textIsPrintedWhenItIsChosenBestFirst() throws {
    let ranked = try sequences("--num-return-sequences 3 --select mbr")
    let texts = ranked.compactMap { $0["text"] as? String }
    let text = try DecodeProcess.run(
      "--num-return-sequences 3 --select mbr -n 16 -s 3 -p Once")
    #expect(text.output == texts.joined(separator: "\n---\n") + "\n")
    #expect(text.errors.isEmpty)
  }

  @Test func settingsSayWhatWasChosenBy() throws {
    func settings(_ arguments: String) throws -> [String: Any] {
      let object = try DecodeProcess.run(
        arguments + " --num-return-sequences 2 -n 1 -p Once --json"
      ).object()
      return try #require(object["settings"] as? [String: Any])
    }
    let mbr = try settings("--select mbr")
    #expect(mbr["select"] as? String == "mbr" && mbr["select_utility"] as? String == "chrf")
    #expect(mbr["select_answer"] == nil)
    let vote = try settings("--select vote")
    #expect(vote["select"] as? String == "vote" && vote["select_answer"] as? String == "number")
    #expect(vote["select_utility"] == nil)
    let none = try settings("")
    #expect(none["select"] is NSNull && none["select_utility"] == nil)
  }

  @Test func explanationNamesTheSelection() throws {
    let output = try DecodeProcess.run(
      "--explain --num-return-sequences 4 --select mbr --select-utility token-f1"
    ).output.split(separator: " ").joined(separator: " ")
    #expect(output.contains("\nselect mbr --select\n"))
    #expect(output.contains("\nselect_utility token-f1 --select-utility\n"))
    #expect(!output.contains("select_answer"))
  }

  @Test func eachPromptOfAFileIsSelectedForItself() throws {
    let alone = try sequences("--num-return-sequences 4 --select mbr")
    let result = try DecodeProcess.run(
      "--num-return-sequences 4 --select mbr -n 16 -s 3 --prompts -",
      input: "\"There was\"\n\"Once\"\n")
    let line = try #require(result.lines.last)
    let batch = try #require(try ProcessResult.object(line)["sequences"] as? [[String: Any]])
    #expect(batch.compactMap { $0["sample"] as? Int } == alone.compactMap { $0["sample"] as? Int })
    #expect(
      batch.compactMap { $0["score"] as? Double } == alone.compactMap { $0["score"] as? Double })
  }

  @Test func threadsChangeNothing() throws {
    func run(_ threads: Int) throws -> Substring {
      let output = try DecodeProcess.run(
        "--num-return-sequences 5 --select mbr -t \(threads) -s 3 -n 16 -p Once --json"
      ).output
      return output[..<(try #require(output.range(of: "\"timings\""))).lowerBound]
    }
    #expect(try run(1) == run(2))
  }
}
