import Decoding
import Foundation
import LanguageModeling
import Testing

@Test func embeddedModelContinuesText() throws {
  let text = try continueText("Once upon a time")
  #expect(!text.isEmpty)
  #expect(try continueText("Once upon a time") == text)
}

@Test func anAdapterGivesAnotherText() throws {
  let verse = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Vocab/adapters/verse").path
  let texts = try continueText("Once upon a time", withAdapterAt: verse)
  #expect(texts.count == 2 && texts[0] != texts[1] && texts.allSatisfy { !$0.isEmpty })
  #expect(try continueText("Once upon a time", withAdapterAt: verse) == texts)
}

@Test func aStreamIsReadAndLeft() async throws {
  let words = try await firstWords(3, after: "Once upon a time")
  #expect((3...5).contains(words.split(separator: " ").count))
}

@Test func aStreamIsCancelled() async throws {
  // A text of bounded length, so that it ends also where nobody comes to cancel it.
  let text = try await write(after: "Once upon a time", until: .now + .milliseconds(300))
  #expect(!text.contains("</s>"))
}

@Test func valuesAreWritten() async throws {
  for seed in 1...5 as ClosedRange<UInt64> {
    let someone = try invent(seed: seed)
    #expect((1...20).contains(someone.name.unicodeScalars.count) && (1...99).contains(someone.age))
    // The name grows to what it is in the end, for the same seed.
    let names = try await watchName(seed: seed)
    #expect(names.last == someone.name)
    for (before, after) in zip(names, names.dropFirst()) { #expect(after.hasPrefix(before)) }
  }
}

@Test func textsAreRankedByWhatTheModelExpects() throws {
  let texts = ["mat the on sat cat The.", "Once upon a time there was a king."]
  #expect(try rank(texts) == texts.reversed())
}

@Test func ownModelIsSampledUnderTheFilters() throws {
  let letters = try sampleLetters(seed: 1)
  #expect(letters.count == 128)
  #expect(try sampleLetters(seed: 1) == letters)
  #expect(try sampleLetters(seed: 2) != letters)
  // At temperature 0.8 the successor has e^3.75 times the weight of each other letter, of which ties keep all 25.
  let likely = zip([0] + letters, letters).filter { ($0 + 1) % 26 == $1 }.count
  #expect((50...110).contains(likely))
}

@Test(arguments: [
  "ContinueText", "UseAdapter", "ReadStream", "WriteValues", "RankTexts", "SampleOwnModel",
])
func readmeShowsTheSourcesAsTheyAre(name: String) throws {
  let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  let file = folder.appendingPathComponent("\(name).swift")
  let source = try String(contentsOf: file, encoding: .utf8)
  let readme = try String(
    contentsOf: folder.deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("README.md"), encoding: .utf8)
  #expect(readme.contains("```swift\n\(source)```\n"))
}

/// Token 0 ends; after 1 come 2 and 3, after 2 the end or 1, after 3 mostly the end.
private let bigrams = Bigrams(rows: [
  [0, 0, 0, 0], [-4, -4, 1, 0.6], [0.5, 0.4, -4, -4], [2, 0, -4, -4],
])

@Test func tableIsSearchedByEveryStrategyInOneBatch() throws {
  let results = try compare([1], over: bigrams)
  #expect(results.map(\.count) == [1, 3, 3])
  #expect(results[0][0].tokens.map(\.token) == [2, 0])
  let scores = results[1].map(\.score)
  #expect(scores == scores.sorted(by: >))
  #expect(Set(results[2].map { $0.tokens.map(\.token) }).count == 3)
}

@Test func ownFilterKeepsWhatItSays() throws {
  // Σ p² of 0.5, 0.3, 0.2 is 0.38, and where all are equal each is just enough.
  for (p, kept) in [([0.5, 0.3, 0.2], 1), ([0.25, 0.25, 0.25, 0.25], 4)] {
    let row = p.map { Float(log($0)) }
    var candidates = Candidates(vocabularyCount: row.count)
    candidates.load(row.span)
    Agreement().apply(to: &candidates)
    #expect(candidates.count == kept)
  }
}

@Test(arguments: ["YourOwnModel", "YourOwnModel+Requests", "YourOwnModel+Filter"])
func articleShowsTheSourcesAsTheyAre(name: String) throws {
  let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  let source = try String(
    contentsOf: folder.appendingPathComponent("\(name).swift"), encoding: .utf8)
  let article = try String(
    contentsOf: folder.deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Sources/Decoding/Decoding.docc/YourOwnModel.md"), encoding: .utf8)
  #expect(article.contains("```swift\n\(source)```\n"))
}

@Test func textsAreScoredAsTheArticleOnMetricsShows() throws {
  #expect(corpusChrF(of: [("The cat sat.", "The cat sat."), ("", "x")]) > 95)
  #expect(try #require(distinctPairs) == 2.0 / 3)
  let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  let source = try String(
    contentsOf: folder.appendingPathComponent("ScoreTexts.swift"), encoding: .utf8)
  let article = try String(
    contentsOf: folder.deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Sources/Metrics/Metrics.docc/Metrics.md"), encoding: .utf8)
  #expect(article.contains("```swift\n\(source)```\n"))
}
