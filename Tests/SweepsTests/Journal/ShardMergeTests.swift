import Foundation
import JSON
import Sweeps
import TestSupport
import Testing

struct ShardMergeTests {
  private static let grid = #""parameters": {"top_k": {"values": [1, 2]}}"#

  private func refusal(_ body: () throws -> Void) throws -> String {
    try "\(#require(#expect(throws: SweepError.self, performing: body)))"
  }

  @Test func aMissingShardIsNamed() throws {
    let folder = try TemporaryDirectory()
    let fixture = try SweepFixture(Self.grid)
    for shard in ["1/4", "3/4"] { try fixture.run(into: folder.path, shard: shard) }
    let message = try refusal { _ = try ShardMerge.results(of: [folder.path]) }
    #expect(message == "\(folder.path): lacks shards 2/4, 4/4")
    let empty = try TemporaryDirectory()
    #expect(
      try refusal { _ = try ShardMerge.results(of: [empty.path]) }
        == "\(empty.path): holds no shard of a sweep (a folder shard-I-of-N)")
  }

  @Test func anUnfinishedShardIsNamedWithWhatToDo() throws {
    let folder = try TemporaryDirectory()
    let fixture = try SweepFixture(Self.grid)
    #expect(throws: SweepError.self) {
      try fixture.run(
        into: folder.path, shard: "1/2", executor: FakeExecutor(killedAfter: 3))
    }
    try fixture.run(into: folder.path, shard: "2/2")
    let message = try refusal { _ = try ShardMerge.results(of: [folder.path]) }
    #expect(message.hasSuffix("is not finished; run it again with --shard 1/2 --resume"))
  }

  @Test func shardsOfDifferentSweepsAreNotMixed() throws {
    let folder = try TemporaryDirectory()
    try SweepFixture(Self.grid).run(into: folder.path + "/a", shard: "1/2")
    var other = try SweepFixture(Self.grid)
    other.modelDigest = "another model"
    try other.run(into: folder.path + "/b", shard: "2/2")
    let folders = [folder.path + "/a", folder.path + "/b"]
    #expect(
      try refusal { _ = try ShardMerge.results(of: folders) }.contains("belongs to another sweep"))
    try SweepFixture(Self.grid).run(into: folder.path + "/c", shard: "3/3")
    let counts = [folder.path + "/a", folder.path + "/c"]
    #expect(
      try refusal { _ = try ShardMerge.results(of: counts) }.contains("is one of 3 shards"))
  }

  @Test func theSameResultTwiceIsFineAndADifferentOneIsNot() throws {
    let folder = try TemporaryDirectory()
    try SweepFixture(Self.grid).run(into: folder.path)
    let journal = folder.path + "/shard-1-of-1/results.jsonl"
    let lines = try FileBytes.lines(journal)
    // A requeued shard may have written a line again, with another timing.
    let again = lines[4].replacing("0.25", with: "0.5")
    #expect(again != lines[4])
    try FileBytes.write(Array((lines + [again]).joined(separator: "\n").utf8) + [10], to: journal)
    #expect(try ShardMerge.results(of: [folder.path]).records.count == lines.count)
    let other = lines[4].replacing(#""finish_reason": "length""#, with: #""finish_reason": "eos""#)
    try FileBytes.write(Array((lines + [other]).joined(separator: "\n").utf8) + [10], to: journal)
    let message = try refusal { _ = try ShardMerge.results(of: [folder.path]) }
    #expect(message.hasPrefix("\(journal), line \(lines.count + 1): differs"))
  }

  @Test func conflictingCopiesOfAShardAreRefused() throws {
    let folder = try TemporaryDirectory()
    for name in ["/a", "/b"] { try SweepFixture(Self.grid).run(into: folder.path + name) }
    let folders = [folder.path + "/a", folder.path + "/b"]
    #expect(try ShardMerge.results(of: folders).records.count == 21)
    let journal = folders[1] + "/shard-1-of-1/results.jsonl"
    let lines = try FileBytes.lines(journal)
    let text = (lines.dropLast() + [lines[20].replacing(#""text": ""#, with: #""text": "!"#)])
      .joined(separator: "\n")
    try FileBytes.write(Array(text.utf8) + [10], to: journal)
    #expect(
      try refusal { _ = try ShardMerge.results(of: folders) }
        .contains("differs from another shard on trial"))
  }

  @Test func aLineThatIsNoResultIsNamed() throws {
    let folder = try TemporaryDirectory()
    try SweepFixture(Self.grid).run(into: folder.path)
    let journal = folder.path + "/shard-1-of-1/results.jsonl"
    let bytes = try FileBytes.read(journal)
    for (line, reason) in [
      ("{\"schema\": 1}", "is not a result that this version reads"), ("{]", "is not JSON"),
    ] {
      try FileBytes.write(Array("\(line)\n".utf8) + bytes, to: journal)
      let message = try refusal { _ = try ShardMerge.results(of: [folder.path]) }
      #expect(message.hasPrefix("\(journal), line 1: \(reason)"))
    }
  }

  @Test func resultsMergedIntoTheFolderOfTheShardsAreNotReadInTheirPlace() throws {
    let folder = try TemporaryDirectory()
    let fixture = try SweepFixture(Self.grid)
    try fixture.run(into: folder.path, executor: FakeExecutor(fails: { $0.prompt.id == "p2" }))
    try ShardMerge.write(SweepResults.read(folder.path), to: folder.path)
    try fixture.run(into: folder.path, resumes: true)
    #expect(try SweepResults.read(folder.path).failures.isEmpty)
    #expect(try SweepResults.read(folder.path).records.count == 21)
  }

  @Test func theMergedResultsOfAnotherSweepAreNotOverwritten() throws {
    let folder = try TemporaryDirectory()
    let merged = folder.path + "/merged"
    let fixture = try SweepFixture(Self.grid)
    try fixture.run(into: folder.path + "/a")
    var other = try SweepFixture(Self.grid)
    other.modelDigest = "another model"
    try other.run(into: folder.path + "/b")
    for _ in 0..<2 {
      try ShardMerge.write(SweepResults.read(folder.path + "/a"), to: merged)
    }
    let bytes = try FileBytes.read(merged + "/results.jsonl")
    let message = try refusal {
      try ShardMerge.write(SweepResults.read(folder.path + "/b"), to: merged)
    }
    #expect(message.hasPrefix("\(merged): holds the results of another sweep"))
    #expect(try FileBytes.read(merged + "/results.jsonl") == bytes)
  }

  @Test func aLineOfAnotherSweepIsNotCounted() throws {
    let folder = try TemporaryDirectory()
    try SweepFixture(Self.grid).run(into: folder.path)
    let whole = try SweepStatus.read(folder.path)
    #expect(whole.shards[0].done == 21 && whole.shards[0].expected == 21)
    let journal = folder.path + "/shard-1-of-1/results.jsonl"
    let lines = try FileBytes.lines(journal)
    let trial = try #require(lines[0].firstMatch(of: #/"trial": "([0-9a-f]+)"/#)?.1)
    let foreign = lines[0].replacing(trial, with: "0123456789ab")
    #expect(foreign != lines[0])
    try FileBytes.write(Array((lines + [foreign]).joined(separator: "\n").utf8) + [10], to: journal)
    let message = try refusal { _ = try SweepStatus.read(folder.path) }
    #expect(message.contains("holds a result of trial 0123456789ab"))
  }

  @Test func anEmptyFolderTakesMergedResults() throws {
    let folder = try TemporaryDirectory()
    let merged = try TemporaryDirectory()
    try SweepFixture(Self.grid).run(into: folder.path)
    try ShardMerge.write(SweepResults.read(folder.path), to: merged.path)
    try ShardMerge.write(SweepResults.read(folder.path), to: folder.path + "/new/deep")
    for path in [merged.path, folder.path + "/new/deep"] {
      let names = try FileManager.default.contentsOfDirectory(atPath: path).sorted()
      #expect(names == ["failures.jsonl", "index.sqlite", "manifest.json", "results.jsonl"])
      #expect(try SweepResults.read(path).records.count == 21)
    }
  }

  @Test func mergedResultsAreReadBackAsTheyWere() throws {
    let folder = try TemporaryDirectory()
    let fixture = try SweepFixture(Self.grid)
    try fixture.run(
      into: folder.path, executor: FakeExecutor(fails: { $0.prompt.id == "p2" }))
    let results = try SweepResults.read(folder.path)
    try ShardMerge.write(results, to: folder.path + "/merged")
    let again = try SweepResults.read(folder.path + "/merged")
    #expect(again.manifest == results.manifest)
    #expect(again.records == results.records)
    #expect(again.failures == results.failures)
    #expect(again.failures.count == 3)
  }
}
