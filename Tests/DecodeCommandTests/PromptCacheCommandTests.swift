import Foundation
import TestSupport
import Testing

/// `--prompt-cache`, and `score --texts`.
@Suite struct PromptCacheCommandTests {
  private static let tale =
    "Once upon a time there was a poor miller who had three sons, and the youngest had a cat."

  @Test func aPromptThatIsThereIsNotReadAndTheTextIsTheSame() throws {
    let folder = try TemporaryDirectory()
    let cache = folder.file("a.cache")
    for (text, restored) in [(Self.tale, 0), (Self.tale, 20), (Self.tale + " He said: go.", 18)] {
      let flags = ["-n", "12", "-s", "4", text]
      let result = try DecodeProcess.run(["-v", "--prompt-cache", cache] + flags)
      let plain = try DecodeProcess.run(flags)
      #expect(result.code == 0 && result.output == plain.output)
      let count = try #require(
        result.errors.firstMatch(of: #/prompt cache: ([0-9]+) of/#).flatMap { Int($0.1) })
      #expect(count >= restored && (restored > 0 || count == 0), "\(result.errors)")
    }
    let inspection = try DecodeProcess.run(["inspect", cache, "--json"]).object()
    #expect(inspection["format"] as? String == "prompt cache")
    let metadata = try #require(inspection["metadata"] as? [String: Any])
    #expect(metadata["model"] as? String == "storyteller" && (metadata["tokens"] as? Int ?? 0) > 22)
  }

  @Test func anotherModelsFileAndDamagedOnesStayAsTheyAre() throws {
    let folder = try TemporaryDirectory()
    let cache = folder.file("a.cache")
    _ = try DecodeProcess.run(["-n", "1", "--prompt-cache", cache, "-q", Self.tale])
    let bytes = try #require(FileManager.default.contents(atPath: cache))
    for (path, content, flags, reason) in [
      (cache, nil, ["--cache-type", "float16"], "the cache type float32, where float16"),
      (folder.file("text"), Data("a".utf8), [], "is no prompt cache"),
      (folder.file("cut"), bytes.dropLast(), [], "is damaged"),
    ] as [(String, Data?, [String], String)] {
      if let content { try content.write(to: URL(fileURLWithPath: path)) }
      let before = FileManager.default.contents(atPath: path)
      let result = try DecodeProcess.run(
        ["-n", "1", "--prompt-cache", path, Self.tale] + flags)
      #expect(result.code == 1 && result.output.isEmpty)
      #expect(result.errors.hasPrefix("error: \(path): ") && result.errors.contains(reason))
      #expect(FileManager.default.contents(atPath: path) == before)
    }
    #expect(try DecodeProcess.run("--prompts x --prompt-cache y").code == 64)
  }

  @Test func killedInTheMiddleItLeavesTheOldOrTheNewOne() throws {
    let folder = try TemporaryDirectory()
    let cache = folder.file("a.cache")
    let flags = ["-n", "1", "--temp", "0", "-q", "--prompt-cache", cache]
    for round in 0..<12 {
      let running = try DecodeProcess.Running(
        executable: DecodeProcess.path, flags + ["\(round) " + Self.tale + Self.tale], input: nil,
        environment: [:])
      // Before, while and after it is written.
      usleep(UInt32(round) * 12_000)
      kill(running.process.processIdentifier, SIGKILL)
      _ = try running.finish()
      guard FileManager.default.fileExists(atPath: cache) else { continue }
      #expect(try DecodeProcess.run(["inspect", cache]).code == 0)
    }
    let result = try DecodeProcess.run(flags + [Self.tale])
    #expect(result.code == 0)
    #expect(
      result.output == (try DecodeProcess.run(["-n", "1", "--temp", "0", "-q", Self.tale])).output)
  }

  @Test func aStoppedScoringGoesOnAfterWhatIsThere() throws {
    let folder = try TemporaryDirectory()
    let texts = ["\"\(Self.tale)\"", "{}", #"{"text": "The wolf ran."}"#, "\"A king.\""]
    let file = try folder.write(Array(texts.joined(separator: "\n\n").utf8), to: "t.jsonl")
    let whole = try DecodeProcess.run(["score", "--texts", file, "--out", folder.file("whole")])
    #expect(whole.code == 1)
    let lines = try String(contentsOfFile: folder.file("whole"), encoding: .utf8)
      .split(separator: "\n").map(String.init)
    #expect(lines.count == 4)
    for kept in 0...4 {
      // The last line isn't whole.
      let out = try folder.write(
        Array((lines.prefix(kept).map { $0 + "\n" }.joined() + "{\"sch").utf8), to: "part")
      let rest = try DecodeProcess.run(["score", "--texts", file, "--out", out, "--resume"])
      #expect(rest.code == (kept > 1 ? 0 : 1))
      #expect(
        try String(contentsOfFile: out, encoding: .utf8)
          == String(contentsOfFile: folder.file("whole"), encoding: .utf8))
      // What all texts come to, those of before included.
      #expect(rest.errors.split(separator: "\n").first == whole.errors.split(separator: "\n").first)
    }
    let foreign = try folder.write(Array("{\"sequences\": []}\n".utf8), to: "foreign")
    let refused = try DecodeProcess.run(["score", "--texts", file, "--out", foreign, "--resume"])
    #expect(refused.code == 1 && refused.errors.contains("line 1: is no result of --texts"))
    #expect(try DecodeProcess.run(["score", "--texts", file, "--resume"]).code == 64)
    #expect(try DecodeProcess.run(["score", "--resume", "a"]).code == 64)
  }

  @Test func manyTextsAreScoredInOrderAndBadLinesStandAsErrors() throws {
    let folder = try TemporaryDirectory()
    let lines = [
      #"{"id": "a", "text": "\#(Self.tale)", "metadata": [1]}"#, "\"The wolf\"",
      #"{"context": "Once upon a", "continuation": " time"}"#, #"{"text": ""}"#, #"{"txt": "a"}"#,
      #"{"context": "a"}"#, "nonsense", #"{"id": 9, "text": "Once"}"#,
    ]
    let file = try folder.write(Array(lines.joined(separator: "\n").utf8), to: "t.jsonl")
    let result = try DecodeProcess.run(["score", "--texts", file])
    #expect(result.code == 1 && result.errors.contains("3 of 8 texts couldn't be scored"))
    #expect(result.errors.hasPrefix("5 texts, ") && result.errors.contains("perplexity"))
    let objects = try result.lines.map(ProcessResult.object)
    try #require(objects.count == 8)
    #expect(
      objects.map { $0["error"] == nil } == [true, true, true, true, false, false, false, true])
    #expect(objects[0]["id"] as? String == "a" && objects[0]["metadata"] as? [Int] == [1])
    #expect(objects[7]["id"] as? Int == 9)
    let error = try #require(objects[4]["error"] as? String)
    #expect(error.hasPrefix("\(file), line 5: “txt” means nothing here; did you mean “text”?"))
    let alone = try DecodeProcess.run(["score", "--json", Self.tale]).object()
    #expect(objects[0]["token_logprobs"] as? NSArray == alone["token_logprobs"] as? NSArray)
    #expect(objects[0]["perplexity"] as? Double == alone["perplexity"] as? Double)
    #expect(objects[0]["bytes"] as? Int == Self.tale.utf8.count)
    #expect(objects[2]["is_greedy"] as? Bool == true && objects[0]["is_greedy"] == nil)
  }

  @Test func aTextThatIsLongerThanTheContextIsReadInWindows() throws {
    let folder = try TemporaryDirectory()
    let text = String(repeating: Self.tale + " ", count: 60)
    let file = try folder.write(Array(text.utf8), to: "long.txt")
    let result = try DecodeProcess.run(["score", "-f", file, "--json"])
    let object = try result.object()
    #expect(result.code == 0 && object["window"] as? Int == 512 && object["stride"] as? Int == 256)
    let values = try #require(object["token_logprobs"] as? [Any])
    #expect(values.count == (object["tokens"] as? [Int])?.count && values.count > 1000)
    let lines = try JSONSerialization.data(withJSONObject: ["text": text])
    let texts = try folder.write(Array(lines), to: "t.jsonl")
    let many = try DecodeProcess.run(["score", "--texts", texts, "-q"]).object()
    #expect(many["token_logprobs"] as? NSArray == object["token_logprobs"] as? NSArray)
    for flags in ["--window 513", "--window 8 --stride 8", "--window 1", "--stride 0"] {
      #expect(try DecodeProcess.run("score --json \(flags) Once upon").code == 64, "\(flags)")
    }
  }
}
