import Foundation
import Sweeps
import TestSupport
import Testing

struct SweepIndexTests {
  @Test func theIndexHoldsWhatTheJournalDoesAndIsMadeAnew() throws {
    let folder = try TemporaryDirectory()
    let fixture = try SweepFixture(
      #""metrics": ["nll", "chrf"], "parameters": {"top_k": {"values": [1, 2]}}"#)
    try fixture.run(into: folder.path, executor: FakeExecutor(fails: { $0.prompt.id == "p2" }))
    let results = try SweepResults.read(folder.path)
    for _ in 0..<2 { try SweepIndex.write(results, to: folder.path) }
    let counts = try SweepIndex.rowCounts(of: folder.path + "/index.sqlite")
    #expect(
      counts == [
        "sweep": 1, "trials": 3, "prompts": 7, "samples": 18, "metrics": 36, "failures": 3,
      ])
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(!names.contains { $0.hasPrefix("index.sqlite.") || $0.hasPrefix("index.sqlite-") })
  }

  @Test func aFolderThatIsNotThereIsTold() throws {
    let folder = try TemporaryDirectory()
    try SweepFixture(#""parameters": {"top_k": {"values": [1]}}"#).run(into: folder.path)
    let results = try SweepResults.read(folder.path)
    #expect(throws: SweepError.self) {
      try SweepIndex.write(results, to: folder.path + "/nothing")
    }
  }
}
