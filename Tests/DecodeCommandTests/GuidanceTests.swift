import Foundation
import Testing

@Suite struct GuidanceOnTheCommandLine {
  private func object(_ arguments: [String]) throws -> [String: Any] {
    let result = try DecodeProcess.run(arguments + ["-p", "Once", "--json"])
    #expect(result.code == 0, "\(arguments): \(result.errors)")
    return try result.object()
  }

  private func tokens(_ arguments: [String]) throws -> [Int] {
    let sequences = try #require(try object(arguments)["sequences"] as? [[String: Any]])
    return try #require(sequences[0]["tokens"] as? [Int])
  }

  @Test func aScaleOfZeroContinuesTheNegativePrompt() throws {
    let plain = try DecodeProcess.run(["There was a", "--temp", "0", "-n", "12"]).output
    let guided = try DecodeProcess.run([
      "Once", "--temp", "0", "-n", "12", "--guidance-scale", "0", "--negative-prompt",
      "There was a",
    ]).output
    #expect(guided == plain)
  }

  @Test func aScaleOfOneChangesNothingAndOthersDo() throws {
    let plain = try tokens(["--temp", "0", "-n", "20"])
    #expect(try tokens(["--temp", "0", "-n", "20", "--guidance-scale", "1"]) == plain)
    #expect(
      try tokens([
        "--temp", "0", "-n", "20", "--guidance-scale", "4", "--negative-prompt", "Once upon a time",
      ]) != plain)
    #expect(try tokens(["--temp", "0", "-n", "20", "--guidance-scale=-3"]) != plain)
  }

  @Test func settingsEchoBoth() throws {
    let object = try object([
      "--guidance-scale", "1.5", "--negative-prompt", "a \"sad\"\nday", "-n", "2", "-s", "1",
    ])
    let settings = try #require(object["settings"] as? [String: Any])
    #expect(settings["guidance_scale"] as? Double == 1.5)
    #expect(settings["negative_prompt"] as? String == "a \"sad\"\nday")
    let plain = try self.object(["-n", "2", "-s", "1"])["settings"] as? [String: Any]
    #expect(plain?["negative_prompt"] == nil && plain?["guidance_scale"] != nil)
    let explained = try DecodeProcess.run([
      "--explain", "--guidance-scale", "1.5", "--negative-prompt", "a \"sad\"\nday",
    ]).output.split(separator: " ").joined(separator: " ")
    #expect(explained.contains("\nguidance_scale 1.5 --guidance-scale\n"))
    #expect(
      explained.contains("\nnegative_prompt \"a \\\"sad\\\"\\nday\" --negative-prompt\n"))
  }

  @Test(arguments: [
    ["--temp", "0"], ["-s", "5"], ["--num-beams", "3"], ["--penalty-alpha", "0.5", "--top-k", "3"],
    ["--num-beams", "4", "--num-beam-groups", "2", "--diversity-penalty", "0.5"],
  ])
  func threadsAndTheBatchChangeNothing(strategy: [String]) throws {
    let arguments =
      strategy + ["--guidance-scale", "2", "--negative-prompt", "There was", "-n", "12"]
    func run(_ threads: Int) throws -> Substring {
      let output = try DecodeProcess.run(
        arguments + ["-t", "\(threads)", "-p", "Once", "--json", "--logprobs", "1"]
      ).output
      return output[..<(try #require(output.range(of: "\"timings\""))).lowerBound]
    }
    #expect(try run(1) == run(2))
    let batch = try DecodeProcess.run(
      arguments + ["--prompts", "-"], input: Array("\"There was\"\n\"Once\"\n".utf8))
    #expect(batch.lines.count == 2)
    let line = try #require(batch.lines.last)
    let sequences = try #require(try ProcessResult.object(line)["sequences"] as? [[String: Any]])
    #expect(sequences[0]["tokens"] as? [Int] == (try tokens(arguments)))
  }

  @Test func whatItWouldIgnoreIsRefused() throws {
    for (arguments, sentence) in [
      (["--negative-prompt", "x"], "negative_prompt x has no effect without guidance_scale"),
      (["--guidance-scale", "high"], "guidance_scale is a number; 1 is off"),
      (
        [
          "-c", "5", "--guidance-scale", "2", "--negative-prompt",
          "one two three four five six seven",
        ],
        "the negative prompt has"
      ),
    ] {
      let result = try DecodeProcess.run(arguments + ["-n", "2", "Once"])
      #expect(result.code == 64, "\(arguments)")
      #expect(result.errors.contains(sentence), "\(arguments): \(result.errors)")
    }
  }
}
