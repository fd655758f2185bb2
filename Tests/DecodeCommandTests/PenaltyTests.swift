import Foundation
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

  @Test func suppressedTokenNeverComes() throws {
    let free = try tokens("--temp 0")
    let first = try #require(free.first)
    #expect(try !tokens("--temp 0 --suppress-tokens \(first)").contains(first))
  }
}
