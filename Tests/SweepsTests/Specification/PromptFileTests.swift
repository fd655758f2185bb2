import Sweeps
import Testing

struct PromptFileTests {
  private func read(
    _ text: String, references: Bool = false, limit: Int? = nil
  ) throws(SweepError) -> PromptFile {
    var data = SweepSpecification.Data(prompts: "p.jsonl")
    if references { data.referenceKey = "reference" }
    data.limit = limit
    return try PromptFile(Array(text.utf8), data)
  }

  @Test func idsAreGivenOrLineNumbers() throws {
    let file = try read(
      "{\"prompt\": \"a\"}\n\n{\"id\": \"x\", \"prompt\": \"b\"}\r\n{\"id\": 7, \"prompt\": \"\"}")
    #expect(file.prompts.map(\.id) == ["1", "x", "7"])
    #expect(file.prompts.map(\.text) == ["a", "b", ""])
  }

  @Test func referencesAreOneOrSeveral() throws {
    let file = try read(
      """
      {"prompt": "a", "reference": "r"}
      {"prompt": "b", "reference": ["r", "s"]}
      """, references: true)
    #expect(file.prompts.map(\.references) == [["r"], ["r", "s"]])
  }

  @Test func theLimitStopsReading() throws {
    #expect(try read("{\"prompt\": \"a\"}\nnot JSON", limit: 1).prompts.count == 1)
  }

  @Test func theDigestIsThatOfWhatIsUsed() throws {
    let one = try read("{\"prompt\": \"a\", \"note\": 1}")
    #expect(try read("\n{\"id\": 1, \"prompt\": \"a\"}\n").digest == one.digest)
    #expect(try read("{\"prompt\": \"b\"}").digest != one.digest)
    #expect(one.digest.count == 64)
  }

  @Test(arguments: [
    ("{\"prompt\": \"a\"}\n{\"prompt\": ", 2, "is not JSON"),
    ("[1]", 1, "is a list, not an object"),
    ("{\"text\": \"a\"}", 1, "no text under “prompt”"),
    ("{\"prompt\": 1}", 1, "no text under “prompt”"),
    ("{\"id\": 1.5, \"prompt\": \"a\"}", 1, "id that is neither"),
    ("{\"id\": 2, \"prompt\": \"a\"}\n{\"prompt\": \"b\"}", 2, "id 2 is that of line 1"),
  ])
  func aWrongLineIsNamed(text: String, line: Int, reason: String) throws {
    let error = try #require(#expect(throws: SweepError.self) { try read(text) })
    #expect("\(error)".hasPrefix("p.jsonl, line \(line): "))
    #expect("\(error)".contains(reason), "\(error)")
  }

  @Test func missingReferencesAndNoPromptsAreRefused() {
    #expect(throws: SweepError.self) { try read("{\"prompt\": \"a\"}", references: true) }
    #expect(throws: SweepError.self) {
      try read("{\"prompt\": \"a\", \"reference\": []}", references: true)
    }
    #expect(throws: SweepError.self) { try read(" \n\n") }
  }

  @Test func invalidUTF8IsRefused() {
    #expect(throws: SweepError.self) {
      try PromptFile(
        Array("{\"prompt\": \"".utf8) + [0xFF] + Array("\"}".utf8),
        SweepSpecification.Data(prompts: "p.jsonl"))
    }
  }
}
