import Foundation
import LanguageModeling
import Testing

@Test func embeddedModelContinuesText() throws {
  let text = try continueText("Once upon a time")
  #expect(!text.isEmpty)
  #expect(try continueText("Once upon a time") == text)
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

@Test(arguments: ["ContinueText", "SampleOwnModel"])
func readmeShowsTheSourcesAsTheyAre(name: String) throws {
  let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  let file = folder.appendingPathComponent("\(name).swift")
  let source = try String(contentsOf: file, encoding: .utf8)
  let readme = try String(
    contentsOf: folder.deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("README.md"), encoding: .utf8)
  #expect(readme.contains("```swift\n\(source)```\n"))
}
