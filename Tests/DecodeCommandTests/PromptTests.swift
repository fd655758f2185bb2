import Foundation
import TestSupport
import Testing

@Suite struct Prompts {
  /// The prompt that a run read, and its tokens.
  private func prompt(
    _ arguments: [String], input: [UInt8]? = nil
  ) throws -> (text: String, tokens: [Int]) {
    let object = try DecodeProcess.run(
      ["-n", "1", "--temp", "0", "--json"] + arguments, input: input
    ).object()
    return (
      try #require(object["prompt"] as? String), try #require(object["prompt_tokens"] as? [Int])
    )
  }

  @Test func everySourceGivesTheSamePrompt() throws {
    let directory = try TemporaryDirectory()
    let text = "Once upon"
    let file = try directory.write(Array("\(text)\n".utf8), to: "p.txt")
    let expected = try prompt([text])
    #expect(expected.text == text)
    for (arguments, input) in [
      (["-p", text], nil), (["--prompt=\(text)"], nil),
      (["-f", file], nil),
      (["-"], "\(text)\n"), (["-p", "-"], text), (["-f", "-"], "\(text)\r\n"), ([], "\(text)\n"),
    ] as [([String], String?)] {
      #expect(try prompt(arguments, input: input.map { Array($0.utf8) }) == expected)
    }
  }

  @Test func onlyOneTrailingNewlineGoes() throws {
    #expect(try prompt(["-"], input: Array("a\n\n".utf8)).text == "a\n")
    #expect(try prompt(["a\n"]).text == "a\n")
  }

  @Test func whatIsPipedInComesBeforeThePrompt() throws {
    for arguments in [["a"], ["-p", "a"]] {
      #expect(try prompt(arguments, input: Array("b\nc\n".utf8)).text == "b\nc\na")
      #expect(try prompt(arguments, input: Array("\n".utf8)).text == "a")
    }
    let piped = try DecodeProcess.shell("printf 'b' | $D -n 1 --temp 0 --json a")
    #expect(try piped.object()["prompt"] as? String == "b\na")
    let device = try DecodeProcess.shell("$D -n 1 --temp 0 --json a </dev/zero")
    #expect(try device.object()["prompt"] as? String == "a")
  }

  @Test func pipedTextIsLeftAloneBesideFilesAndTokens() throws {
    let directory = try TemporaryDirectory()
    let file = try directory.write(Array("a".utf8), to: "p.txt")
    #expect(try prompt(["-f", file], input: Array("b".utf8)).text == "a")
    #expect(try prompt(["--prompt-tokens", "5,6"], input: Array("b".utf8)).tokens == [5, 6])
    let lines = try directory.write(Array("\"a\"\n".utf8), to: "p.jsonl")
    #expect(try prompt(["--prompts", lines], input: Array("b".utf8)).text == "a")
  }

  @Test func withoutAPromptTextBeginsAtTheBeginningOfTheSequence() throws {
    let none = try prompt([])
    #expect(none.text.isEmpty && none.tokens == [1])
    let closed = try DecodeProcess.shell("$D -n 1 --temp 0 --json <&-")
    #expect(closed.code == 0)
    #expect(try closed.object()["prompt_tokens"] as? [Int] == [1])
  }

  @Test func tokensAreFedAsTheyAre() throws {
    #expect(try prompt(["--prompt-tokens", "5, 6,7"]).tokens == [5, 6, 7])
  }

  @Test func brokenUTF8IsRepairedWithAWarning() throws {
    let result = try DecodeProcess.run(
      ["-", "-n", "1", "-s", "1", "--json"], input: [0x61, 0xFF, 0x62, 0x0A])
    #expect(result.code == 0)
    #expect(try result.object()["prompt"] as? String == "a\u{FFFD}b")
    #expect(
      result.errors
        == "warning: standard input: not all of it is UTF-8; what isn't was read as U+FFFD\n")
  }

  @Test func textThatLooksLikeAFlagNeedsADoubleDash() throws {
    #expect(try prompt(["--", "-n"]).text == "-n")
    #expect(try prompt(["-p", "-n"]).text == "-n")
  }

  @Test func generateFeedsWhatTokenizePrints() throws {
    let tokens = try prompt(["Once upon a time"]).tokens
    let printed = try DecodeProcess.run(["tokenize", "Once upon a time"]).output
    #expect(printed == tokens.map(String.init).joined(separator: " ") + "\n")
    let input = Array("Once".utf8)
    #expect(
      try DecodeProcess.run(["tokenize", "upon"], input: input).output
        == prompt(["upon"], input: input).tokens.map(String.init).joined(separator: " ") + "\n")
  }
}

@Suite struct TokensAndText {
  @Test(arguments: ["Once upon a time", "two  spaces", "naïve 😀 Ω", "tab\tand\nnewline", " lead"])
  func detokenizeUndoesTokenize(text: String) throws {
    let tokens = try DecodeProcess.run(["tokenize", text]).lines.first.map(String.init) ?? ""
    let back = try DecodeProcess.run(["detokenize"] + tokens.split(separator: " ").map(String.init))
    #expect(back.output == text + "\n")
    let commas = tokens.replacingOccurrences(of: " ", with: ",")
    #expect(try DecodeProcess.run(["detokenize", commas]).output == text + "\n")
    for arguments in [["detokenize"], ["detokenize", "-"]] {
      let input = Array((tokens.replacingOccurrences(of: " ", with: ", ") + "\n").utf8)
      #expect(try DecodeProcess.run(arguments, input: input).output == text + "\n")
    }
  }

  @Test func beginningOfSequenceCanBeLeftOut() throws {
    let with = try DecodeProcess.run(["tokenize", "Once"]).output
    let without = try DecodeProcess.run(["tokenize", "Once", "--no-bos"]).output
    #expect(with == "1 " + without)
  }

  @Test func specialTokensAreRecognisedUnlessTheyAreText() throws {
    let special = try DecodeProcess.run(["tokenize", "--no-bos", "</s>"]).output
    let plain = try DecodeProcess.run(["tokenize", "--no-bos", "--no-parse-special", "</s>"]).output
    #expect(special == "2\n")
    #expect(plain != special)
  }

  @Test func piecesAreListedInJSON() throws {
    let object = try DecodeProcess.run("tokenize Once --json").object()
    let tokens = try #require(object["tokens"] as? [[String: Any]])
    #expect(tokens.first?["id"] as? Int == 1)
    #expect(tokens.first?["piece"] as? String == "<s>")
    #expect(object["schema"] as? Int == 1)
  }
}
