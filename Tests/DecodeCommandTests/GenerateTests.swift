import Foundation
import TestSupport
import Testing

@Suite struct GeneratedText {
  @Test func textIsTheContinuationAlone() throws {
    let text = try DecodeProcess.run("-n 6 -s 1 -p Once")
    let json = try DecodeProcess.run("-n 6 -s 1 -p Once --json").object()
    let sequences = try #require(json["sequences"] as? [[String: Any]])
    #expect(text.code == 0)
    #expect(text.output == "\(try #require(sequences[0]["text"] as? String))\n")
    #expect(text.errors.isEmpty)
  }

  @Test func streamingChangesNothing() throws {
    let arguments = ["-n", "20", "-s", "3", "Once upon a time"]
    #expect(
      try DecodeProcess.run(arguments).output
        == DecodeProcess.run(arguments + ["--no-stream"]).output)
  }

  @Test func echoPutsThePromptFirst() throws {
    let plain = try DecodeProcess.run("-n 5 -s 1 -p Once").output
    #expect(try DecodeProcess.run("-n 5 -s 1 -p Once --echo").output == "Once" + plain)
    #expect(
      try DecodeProcess.run("-n 5 -s 1 -p Once --echo --color always").output
        == "\u{1B}[2mOnce\u{1B}[0m" + plain)
  }

  @Test func severalSequencesAreSeparated() throws {
    let result = try DecodeProcess.run("-n 4 -s 1 -p Once --num-return-sequences 3")
    let json = try DecodeProcess.run("-n 4 -s 1 -p Once --num-return-sequences 3 --json").object()
    let sequences = try #require(json["sequences"] as? [[String: Any]])
    let texts = sequences.compactMap { $0["text"] as? String }
    #expect(texts.count == 3)
    #expect(sequences.compactMap { $0["sample"] as? Int } == [0, 1, 2])
    #expect(result.output == texts.joined(separator: "\n---\n") + "\n")
  }

  @Test func randomSeedIsReportedAndRepeatsTheRun() throws {
    let first = try DecodeProcess.run("-n 12 -p Once")
    let words = first.errors.split(whereSeparator: \.isWhitespace)
    #expect(words.count == 2 && words.first == "seed")
    let second = try DecodeProcess.run("-n 12 -p Once -s \(try #require(words.last))")
    #expect(second.output == first.output)
    #expect(try DecodeProcess.run("-n 2 -p Once -q").errors.isEmpty)
    #expect(try DecodeProcess.run("-n 2 -p Once --temp 0").errors.isEmpty)
  }

  @Test func stopStringEndsTheTextBeforeIt() throws {
    let full = try DecodeProcess.run("-n 30 --temp 0 -p Once").output
    let word = try #require(full.split(whereSeparator: { !$0.isLetter }).dropFirst(3).first)
    let stopped = try DecodeProcess.run(
      ["-n", "30", "--temp", "0", "-p", "Once", "--stop", String(word), "--json"]
    ).object()
    let sequence = try #require((stopped["sequences"] as? [[String: Any]])?.first)
    #expect(sequence["finish_reason"] as? String == "stop")
    let text = try #require(sequence["text"] as? String)
    #expect(!text.contains(word))
    #expect(full.hasPrefix(text + word))
  }

  @Test func outWritesToTheFileAlone() throws {
    let directory = try TemporaryDirectory()
    let result = try DecodeProcess.run("-n 3 --temp 0 -p Once --out \(directory.file("t"))")
    #expect(result.output.isEmpty)
    let written = try String(contentsOfFile: directory.file("t"), encoding: .utf8)
    #expect(try written == DecodeProcess.run("-n 3 --temp 0 -p Once").output)
  }

  @Test func failedRunLeavesTheFileOfOutAlone() throws {
    let directory = try TemporaryDirectory()
    let file = try directory.write(Array(repeating: UInt8(ascii: "x"), count: 4096), to: "t")
    #expect(try DecodeProcess.run("-n 3 -m /nope --out \(file) y").code == 1)
    #expect(FileManager.default.contents(atPath: file)?.count == 4096)
    let text = try DecodeProcess.run("-n 3 --temp 0 -p Once").output
    #expect(try DecodeProcess.run("-n 3 --temp 0 -p Once --out \(file)").code == 0)
    #expect(FileManager.default.contents(atPath: file) == Data(text.utf8))
  }

  @Test func verboseTellsTimingsOnStandardErrorAlone() throws {
    let result = try DecodeProcess.run("-n 3 --temp 0 -p Once -v")
    #expect(result.errors.contains("loaded in") && result.errors.contains("tokens/s"))
    #expect(try result.output == DecodeProcess.run("-n 3 --temp 0 -p Once").output)
  }
}

@Suite struct GeneratedJSON {
  /// The names of an object's members in the order of the text.
  private static func keys(of text: String) -> [String] {
    var keys: [String] = []
    var depth = 0
    var isString = false
    var escaped = false
    var current = ""
    var last = ""
    for character in text {
      if isString {
        if escaped {
          escaped = false
        } else if character == "\\" {
          escaped = true
        } else if character == "\"" {
          isString = false
          last = current
          continue
        }
        current.append(character)
        continue
      }
      switch character {
      case "\"":
        isString = true
        current = ""
      case "{", "[": depth += 1
      case "}", "]": depth -= 1
      case ":" where depth == 1: keys.append(last)
      default: break
      }
    }
    return keys
  }

  @Test func shapeIsTheContracts() throws {
    let result = try DecodeProcess.run("-n 4 -s 42 -p Once --json")
    #expect(
      Self.keys(of: result.output) == [
        "schema", "model", "prompt", "prompt_tokens", "settings", "seed", "sequences", "timings",
      ])
    let object = try result.object()
    #expect(object["schema"] as? Int == 1)
    #expect(object["prompt"] as? String == "Once")
    #expect(object["seed"] as? Int == 42)
    let settings = try #require(object["settings"] as? [String: Any])
    #expect(settings["strategy"] as? String == "sample")
    #expect(settings["max_new_tokens"] as? Int == 4)
    #expect(settings["compute_type"] as? String == "float32")
    let sequence = try #require((object["sequences"] as? [[String: Any]])?.first)
    #expect(
      Set(sequence.keys) == [
        "text", "tokens", "score", "logprob", "token_logprobs", "finish_reason", "sample",
      ])
    let logprobs = try #require(sequence["token_logprobs"] as? [Double])
    #expect(logprobs.count == 4 && logprobs.allSatisfy { $0 <= 0 })
    let sum = try #require(sequence["logprob"] as? Double)
    #expect(abs(sum - logprobs.reduce(0, +)) < 1e-12)
    #expect(sequence["finish_reason"] as? String == "length")
    let timings = try #require(object["timings"] as? [String: Any])
    #expect(
      Set(timings.keys) == [
        "threads", "load_seconds", "prompt_tokens", "prompt_seconds", "generated_tokens",
        "generate_seconds",
      ])
  }

  @Test func logprobsListAlternativesAtEachPosition() throws {
    let object = try DecodeProcess.run("-n 3 -s 1 -p Once --json --logprobs 2").object()
    let sequence = try #require((object["sequences"] as? [[String: Any]])?.first)
    let top = try #require(sequence["top_logprobs"] as? [[[String: Any]]])
    #expect(top.count == 3)
    for alternatives in top {
      #expect(alternatives.count == 2)
      let values = alternatives.compactMap { $0["logprob"] as? Double }
      #expect(values == values.sorted(by: >))
      #expect(alternatives.allSatisfy { $0["piece"] is String && $0["id"] is Int })
    }
    #expect((sequence["processed_logprobs"] as? [Double])?.count == 3)
    #expect((sequence["entropies"] as? [Double])?.count == 3)
  }

  @Test func everythingBeforeTimingsIsAFunctionOfTheSeed() throws {
    func run(_ seed: Int, _ threads: Int, _ more: String = "") throws -> Substring {
      let output = try DecodeProcess.run(
        "-n 24 -s \(seed) -t \(threads) -p Once --json --num-return-sequences 3 --logprobs 1\(more)"
      ).output
      return output[..<(try #require(output.range(of: "\"timings\""))).lowerBound]
    }
    let first = try run(7, 1)
    #expect(try run(7, 1) == first)
    #expect(try run(7, 2) == first)
    #expect(try run(8, 2) != first)
  }

  @Test func promptDoesNotDependOnItsNeighbours() throws {
    let directory = try TemporaryDirectory()
    let file = try directory.write(
      Array(#"{"prompt": "Once"}"#.utf8) + Array("\n\"There was\"\n\n".utf8)
        + Array(#"{"id": "x", "prompt": "A \ud83d\ude00", "reference": 1}"#.utf8), to: "p.jsonl")
    let batch = try DecodeProcess.run("--prompts \(file) -n 8 -s 5 --ignore-unknown-keys")
    #expect(batch.code == 0)
    #expect(batch.lines.count == 3)
    let objects = try batch.lines.map(ProcessResult.object)
    #expect(objects.map { $0["prompt"] as? String } == ["Once", "There was", "A 😀"])
    #expect(objects.map { $0["id"] as? String } == [nil, nil, "x"])
    let alone = try DecodeProcess.run("-p Once -n 8 -s 5 --json").output
    func reproducible(_ text: some StringProtocol) -> String? {
      text.range(of: "\"timings\"").map { String(text[..<$0.lowerBound]) }
    }
    #expect(reproducible(batch.lines[0]) == reproducible(alone))
  }

  @Test func progressIsToldForEachPrompt() throws {
    let directory = try TemporaryDirectory()
    let file = try directory.write(Array("\"a\"\n\"b\"\n".utf8), to: "p.jsonl")
    let plain = try DecodeProcess.run("--prompts \(file) -n 2 -s 5 --progress plain")
    #expect(
      plain.errors.hasPrefix("1/2 prompts, 2 tokens") && plain.errors.contains("\n2/2 prompts"))
    let json = try DecodeProcess.run("--prompts \(file) -n 2 -s 5 --progress json")
    let last = try #require(json.errors.split(separator: "\n").last)
    #expect(try ProcessResult.object(last)["done"] as? Int == 2)
    #expect(try DecodeProcess.run("--prompts \(file) -n 2 -s 5").errors.isEmpty)
  }
}
