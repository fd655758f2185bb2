import Foundation
import Sweeps
import Testing

struct SweepFileGuideTests {
  /// `DECODE_WRITE_ARTICLES=1` writes it anew.
  @Test func theArticleIsTheGuide() throws {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../../Sources/Sweeps/Sweeps.docc/SweepFile.md").standardized
    if ProcessInfo.processInfo.environment["DECODE_WRITE_ARTICLES"] != nil {
      try SweepFileGuide.article.write(to: file, atomically: true, encoding: .utf8)
    }
    #expect(try String(contentsOf: file, encoding: .utf8) == SweepFileGuide.article)
  }

  @Test func everyKeyHasAnExampleThatHoldsIt() {
    let keys = SweepFileGuide.sections.flatMap(\.keys)
    #expect(Set(keys.map(\.path)).count == keys.count)
    for key in keys {
      #expect(!key.meaning.isEmpty)
      for name in key.path.components(separatedBy: ", ") {
        #expect(
          key.example.contains((name.split(separator: ".").last ?? "") + ":"), "\(key.path)")
      }
    }
    for line in SweepFileGuide.text.split(separator: "\n") { #expect(line.count <= 110) }
  }

  /// What the reader refuses names what it knows; the guide must have all of it.
  @Test(arguments: [
    ("", #"{"version": 1, "nonsense": 1}"#),
    ("data.", #"{"version": 1, "data": {"prompts": "p", "nonsense": 1}}"#),
    (
      "early_terminate.",
      #"{"version": 1, "data": {"prompts": "p"}, "parameters": {"top_k": {"value": 1}}, "metric": {"name": "nll", "goal": "minimize"}, "early_terminate": {"type": "halving", "nonsense": 1}}"#
    ),
  ])
  func theGuideHasEveryKeyThatIsRead(prefix: String, json: String) throws {
    let error = try #require(throws: SweepError.self) { try SweepSpecification(json: json) }
    let known = try #require("\(error)".components(separatedBy: "known are ").dropFirst().first)
      .components(separatedBy: ", ")
    let paths = SweepFileGuide.sections.flatMap(\.keys).map(\.path)
    for key in known {
      #expect(
        paths.contains { $0 == prefix + key || $0.hasPrefix(prefix + key + ".") }, "\(key)")
    }
  }
}
