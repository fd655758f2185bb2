import JSON
import Sweeps
import TestSupport
import Testing

struct ShardJournalTests {
  private static let grid = #""parameters": {"top_k": {"values": [1, 2]}}"#

  private func refusal(_ body: () throws -> Void) throws -> String {
    try "\(#require(#expect(throws: SweepError.self, performing: body)))"
  }

  @Test func aFolderThatIsThereIsRefusedUnlessTheRunGoesOn() throws {
    let folder = try TemporaryDirectory()
    try SweepFixture(Self.grid).run(into: folder.path)
    let message = try refusal { try SweepFixture(Self.grid).run(into: folder.path) }
    #expect(message.hasSuffix("is there already; add --resume to go on, or write elsewhere"))
    #expect(
      try SweepFixture(Self.grid).run(into: folder.path, resumes: true) == .finished)
  }

  @Test func oneRunAtATimeWorksOnAShard() throws {
    let folder = try TemporaryDirectory()
    let fixture = try SweepFixture(Self.grid)
    var refusals: [String] = []
    try fixture.run(
      into: folder.path, shard: "1/2",
      isStopped: {
        for resumes in [false, true] where refusals.count < 2 {
          do {
            try fixture.run(into: folder.path, shard: "1/2", resumes: resumes)
          } catch {
            refusals.append("\(error)")
          }
        }
        // Another shard is another matter.
        return (try? fixture.run(into: folder.path, shard: "2/2", resumes: true)) == nil
      })
    #expect(refusals.count == 2)
    #expect(refusals.allSatisfy { $0.contains("another run works on this shard") })
    #expect(try ShardMerge.results(of: [folder.path]).records.count == 21)
    #expect(try fixture.run(into: folder.path, shard: "1/2", resumes: true) == .finished)
  }

  @Test func anEmptyManifestIsNone() throws {
    let folder = try TemporaryDirectory()
    let shard = folder.path + "/shard-1-of-1"
    try SweepFixture(Self.grid).run(into: folder.path)
    try FileBytes.write([], to: shard + "/manifest.json")
    let message = try refusal { try SweepFixture(Self.grid).run(into: folder.path, resumes: true) }
    #expect(message.contains("holds results without a manifest.json"))
    // Without results nothing was begun.
    try FileBytes.write([], to: shard + "/results.jsonl")
    #expect(try SweepFixture(Self.grid).run(into: folder.path, resumes: true) == .finished)
    #expect(try SweepStatus.read(folder.path).shards[0].done == 21)
  }

  @Test func aFolderWithoutANameIsRefused() throws {
    #expect(
      try refusal { try SweepFixture(Self.grid).run(into: "") } == "--out: is empty; give a folder")
  }

  @Test func aChangedSweepModelOrPromptIsRefused() throws {
    let folder = try TemporaryDirectory()
    try SweepFixture(Self.grid).run(into: folder.path)
    var model = try SweepFixture(Self.grid)
    model.modelDigest = "other"
    let changed = [
      model, try SweepFixture(Self.grid, promptCount: 6),
      try SweepFixture(#""parameters": {"top_k": {"values": [1, 3]}}"#),
      try SweepFixture(#""repeats": 2, "# + Self.grid),
      try SweepFixture(#""metrics": ["nll"], "# + Self.grid),
      try SweepFixture(Self.grid, data: #", "holdout": 0.5"#),
    ]
    for fixture in changed {
      #expect(
        try refusal { try fixture.run(into: folder.path, resumes: true) }
          .contains("belongs to another sweep"))
    }
    // A name changes nothing.
    let renamed = try SweepFixture(#""name": "other", "# + Self.grid)
    #expect(try renamed.run(into: folder.path, resumes: true) == .finished)
  }

  @Test func recordsAreReadBackAsTheyWereWritten() throws {
    let folder = try TemporaryDirectory()
    let fixture = try SweepFixture(
      #""metrics": ["entropy", "seq_rep_4", "chrf"], "# + Self.grid, promptCount: 1)
    try fixture.run(into: folder.path)
    let path = folder.path + "/shard-1-of-1/results.jsonl"
    for line in try JournalFile.lines(of: path) {
      let record = try #require(SampleRecord(line))
      #expect(record.json.text == line.text)
      #expect(line.members?.map(\.key).last == "timing")
    }
  }

  @Test func eachLineIsWrittenWholeAndATornOneIsCutOff() throws {
    let folder = try TemporaryDirectory()
    let path = folder.file("journal.jsonl")
    for round in 0..<4 {
      let journal = try JournalFile(appendingTo: path)
      try journal.append(.integer(round))
      try FileBytes.write(try FileBytes.read(path) + Array("{\"to".utf8), to: path)
      #expect(try JournalFile.lines(of: path) == (0...round).map(JSONValue.integer))
    }
    // A file of nothing but a torn line.
    let torn = try folder.write(Array(repeating: 0x20, count: 200_000), to: "torn")
    #expect(try JournalFile.lines(of: torn).isEmpty)
    try JournalFile(appendingTo: torn).append(.bool(true))
    #expect(try FileBytes.read(torn) == Array("true\n".utf8))
    #expect(try JournalFile.lines(of: folder.file("nothing")).isEmpty)
  }

  @Test func aFullDiskIsTold() throws {
    let journal = try JournalFile(appendingTo: "/dev/full")
    let error = try refusal { try journal.append(.string("text")) }
    #expect(error == "/dev/full: can't be written: No space left on device")
  }

  @Test func aFolderThatCantBeMadeIsTold() throws {
    let folder = try TemporaryDirectory()
    let file = try folder.write([1], to: "file")
    #expect(try refusal { try SweepFixture(Self.grid).run(into: file) }.hasPrefix(file))
  }

  @Test func shardsSplitThePromptsAndAreSpelledStrictly() throws {
    for count in 1...17 {
      for place in 0..<40 {
        let owners = (1...count).filter {
          Shard("\($0)/\(count)")?.contains(promptAt: place) ?? false
        }
        #expect(owners.count == 1)
      }
    }
    for text in [
      "0/3", "4/3", "1", "1/", "/3", "1/2/3", "a/3", "1/-2", "", "1/100001",
      "1/9223372036854775807",
    ] {
      #expect(Shard(text) == nil)
    }
    #expect(Shard("1/\(Shard.countLimit)")?.count == 100_000)
    #expect(Shard(folderName: "shard-2-of-5") == Shard("2/5"))
    #expect(Shard(folderName: "shard-02-of-5") == nil)
    #expect(Shard(folderName: "shard-6-of-5") == nil)
  }
}
