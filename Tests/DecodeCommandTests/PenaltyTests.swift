import Foundation
import TestSupport
import Testing

@Suite struct PenalisedText {
  private func tokens(_ arguments: String) throws -> [Int] {
    let object = try DecodeProcess.run(arguments + " -p Once -n 120 --ignore-eos --json").object()
    let sequence = try #require((object["sequences"] as? [[String: Any]])?.first)
    return try #require(sequence["tokens"] as? [Int])
  }

  @Test(arguments: ["--temp 0", "--num-beams 3", "-s 1 --temp 0.5"])
  func noBigramComesTwice(strategy: String) throws {
    let free = try tokens(strategy)
    let tokens = try tokens(strategy + " --no-repeat-ngram-size 2")
    let pairs = zip(tokens, tokens.dropFirst()).map { [$0, $1] }
    #expect(Set(pairs).count == pairs.count)
    #expect(strategy != "--temp 0" || tokens != free)
  }

  @Test func heavyPenaltyLetsNoTokenComeTwice() throws {
    let tokens = try tokens("--temp 0 --presence-penalty 1000 --penalty-scope output")
    #expect(Set(tokens).count == tokens.count)
  }

  /// The words of the continuation.
  private func text(_ arguments: [String]) throws -> String {
    let result = try DecodeProcess.run(
      ["-p", "Once upon a time", "-n", "40", "--ignore-eos", "--temp", "0"] + arguments)
    #expect(result.code == 0, "\(arguments): \(result.errors)")
    return result.output
  }

  @Test func badWordNeverComes() throws {
    let free = try text([])
    let words = Set(free.split(whereSeparator: { !$0.isLetter }).map(String.init))
    for word in words.sorted().prefix(4) where word.count > 1 {
      let left = try text(["--bad-word", word])
      #expect(!left.split(whereSeparator: { !$0.isLetter }).contains(Substring(word)))
    }
  }

  @Test func biasDecidesTheNextToken() throws {
    #expect(
      try tokens("--temp 0 --logit-bias 300=100 --logit-bias 301=-inf").allSatisfy { $0 == 300 })
    // After 300 comes 301 alone, and 300 after anything else.
    let pairs = try tokens("--temp 0 --logit-bias 300=100 --sequence-bias 300,301=200")
    #expect(pairs == (0..<120).map { $0.isMultiple(of: 2) ? 300 : 301 })
  }

  @Test func dryEndsARepetitionThatNothingElseWould() throws {
    // A bias that would say the same for ever; the penalty grows beyond it.
    let bias = "--temp 0 --logit-bias 300=20 --prompt-tokens 1,300"
    func count(_ arguments: String) throws -> Int {
      let object = try DecodeProcess.run(
        "\(bias) -n 20 --ignore-eos --json \(arguments)"
      ).object()
      let sequence = try #require((object["sequences"] as? [[String: Any]])?.first)
      return try #require(sequence["tokens"] as? [Int]).prefix { $0 == 300 }.count
    }
    #expect(try count("") == 20)
    let dry = try count("--dry-multiplier 1")
    #expect(dry > 2 && dry < 10)
    #expect(try count("--dry-multiplier 1 --dry-allowed-length 6") > dry)
    let piece = try DecodeProcess.run("detokenize 300").output
      .trimmingCharacters(in: .whitespacesAndNewlines)
    #expect(try count("--dry-multiplier 1 --dry-sequence-breaker \(piece)") == 20)
  }

  @Test func settingsThatJSONEchoesCanBeGivenBack() throws {
    let arguments = [
      "-p", "Once", "-n", "12", "-s", "3", "--json", "--dry-multiplier", "0.8",
      "--dry-sequence-breaker", "\n", "--logit-bias", "300=-inf", "--logit-bias", "301=1.5",
      "--sequence-bias", "300,301=-2", "--bad-word", "princess", "--samplers", "top_k;temperature",
      "--top-k", "20", "--top-p", "1",
    ]
    let first = try DecodeProcess.run(arguments).object()
    var settings = try #require(first["settings"] as? [String: Any])
    for key in ["compute_type", "cache_type", "context_length"] { settings[key] = nil }
    let directory = try TemporaryDirectory()
    let config = try directory.write(
      Array(JSONSerialization.data(withJSONObject: settings)), to: "settings.json")
    let second = try DecodeProcess.run(
      ["-p", "Once", "-s", "3", "--json", "--config", config]
    ).object()
    #expect(first["settings"] as? NSDictionary == second["settings"] as? NSDictionary)
    #expect(first["sequences"] as? NSArray == second["sequences"] as? NSArray)
  }

  @Test func theLastTokenIsTheForcedOne() throws {
    let directory = try TemporaryDirectory()
    let config = try directory.write(
      Array("forced_eos_token_id: 2\nbegin_suppress_tokens: [300]\n".utf8), to: "c.yaml")
    let result = try DecodeProcess.run([
      "-p", "Once upon a time there", "-n", "5", "--temp", "0", "--json", "--config", config,
    ]).object()
    let sequence = try #require((result["sequences"] as? [[String: Any]])?.first)
    #expect((sequence["tokens"] as? [Int])?.last == 2)
    #expect(sequence["finish_reason"] as? String == "eos")
  }

  @Test func suppressedTokenNeverComes() throws {
    let free = try tokens("--temp 0")
    let first = try #require(free.first)
    #expect(try !tokens("--temp 0 --suppress-tokens \(first)").contains(first))
  }
}
