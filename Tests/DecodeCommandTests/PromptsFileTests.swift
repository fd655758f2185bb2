import Foundation
import TestSupport
import Testing

/// Files of prompts: what their lines say, what becomes of bad ones, and going on after a stop.
@Suite struct PromptsFiles {
  /// The lines of a result without what differs from run to run.
  private func reproducible(_ output: String) -> [Substring] {
    output.split(separator: "\n").map { line in
      line.range(of: #", "timings""#).map { line[..<$0.lowerBound] } ?? line
    }
  }

  @Test func badLinesStandAsErrorsAndTheOthersGoOn() throws {
    let directory = try TemporaryDirectory()
    let long = String(repeating: "once upon a time ", count: 200)
    let bad: [(line: String, reason: String)] = [
      (#"{"promt": "a"}"#, "“promt” means nothing here; did you mean “prompt”?"),
      (#"{"prompt": "a", "x": 1}"#, "“x” means nothing here; leave it out, or give --ignore"),
      (#"{"prompt": "a", "top_k": 1}"#, "“top_k” is a setting; write \"settings\": {\"top_k\": …}"),
      (#"{"prompt": "a", "prompt": "b"}"#, "the key “prompt” is there twice"),
      (#"{"prompt": 1}"#, "“prompt” is a text; it can't be a number"),
      (#"{"id": 1}"#, "is neither {\"prompt\": \"…\"} nor a JSON string"),
      (#"{"prompt": "a", "prompt_tokens": [1]}"#, "each give the prompt"),
      (#"{"prompt_tokens": []}"#, "at least one"),
      (#"{"prompt_tokens": [1, -2]}"#, "holds -2, which is no token id"),
      (#"{"prompt_tokens": [99999999]}"#, "token id 99999999 is outside the vocabulary"),
      (#"{"messages": []}"#, "“messages” is a list"),
      (#"{"messages": [{"role": "user"}]}"#, "message 1: “role” and “content” are texts"),
      (#"{"messages": [{"role": "user", "content": "a"}]}"#, "“messages” need a chat template"),
      (#"{"prompt": "a", "settings": 1}"#, "“settings” is an object"),
      (#"{"prompt": "a", "settings": {"top_q": 1}}"#, "did you mean “top_k”?"),
      (#"{"prompt": "a", "settings": {"top_p": 7}}"#, "top_p is a number above 0"),
      (
        #"{"prompt": "a", "settings": {"temperature": 0, "top_k": 4}}"#,
        "top_k 4 has no effect on greedy decoding"
      ),
      ("[1]", "is neither"), ("{", "is not JSON: byte 1"), ("nonsense", "is not JSON: byte 0"),
      (#"{"prompt": "\#(long)"}"#, "tokens and the context holds 512; shorten it"),
    ]
    let good = #"{"id": "good", "prompt": "Once"}"#
    let lines = [good, ""] + bad.flatMap { [$0.line, good] }
    let file = try directory.write(Array(lines.joined(separator: "\n").utf8), to: "p.jsonl")
    let result = try DecodeProcess.run("--prompts \(file) -n 2 -s 1")
    #expect(result.code == 1)
    #expect(
      result.errors
        == "error: \(bad.count) of \(2 * bad.count + 1) prompts couldn't run; in the place of each"
        + " stands a line with “error”\n")
    let objects = try result.lines.map(ProcessResult.object)
    try #require(objects.count == 2 * bad.count + 1)
    let alone = try DecodeProcess.run(
      ["--prompts", "-", "-n", "2", "-s", "1"], input: Array(good.utf8))
    let expected = reproducible(alone.output)
    for (index, (line, reason)) in bad.enumerated() {
      let error = try #require(objects[2 * index + 1]["error"] as? String, "\(line)")
      #expect(
        error.hasPrefix("\(file), line \(2 * index + 3)") && error.contains(reason), "\(error)")
      #expect(reproducible(String(result.lines[2 * index + 2])) == expected)
    }
  }

  @Test func errorsKeepTheNameAndMetadataOfTheirLine() throws {
    let result = try DecodeProcess.run(
      "--prompts -", input: #"{"id": 7, "metadata": {"b": 1, "a": []}, "prompt": 1}"# + "\n")
    #expect(
      result.output.hasPrefix(#"{"schema": 1, "id": 7, "metadata": {"b": 1, "a": []}, "error": "#))
  }

  @Test func aByteOrderMarkIsNoPartOfTheFirstLine() throws {
    let directory = try TemporaryDirectory()
    let line = #"{"prompt": "Once"}"# + "\n"
    let marked = try directory.write(Array("\u{FEFF}\(line)\(line)".utf8), to: "p.jsonl")
    let plain = try directory.write(Array("\(line)\(line)".utf8), to: "q.jsonl")
    let settings = try directory.write(Array("\u{FEFF}{\"seed\": 4}".utf8), to: "s.json")
    let result = try DecodeProcess.run("--prompts \(marked) -n 3 --config \(settings)")
    #expect(result.code == 0, "\(result.errors)")
    let expected = try DecodeProcess.run("--prompts \(plain) -n 3 -s 4")
    #expect(reproducible(result.output) == reproducible(expected.output))
  }

  @Test func metadataComesBackUntouched() throws {
    let result = try DecodeProcess.run(
      "--prompts - -n 1 -s 1", input: #"{"prompt": "a", "metadata": {"b": 1.50, "a": null}}"#)
    #expect(result.code == 0 && result.output.contains(#""metadata": {"b": 1.5, "a": null}"#))
  }

  @Test func settingsOfALineTakeThePlaceOfTheFlags() throws {
    let lines = """
      {"prompt": "Once", "settings": {"seed": 9, "max_new_tokens": 3, "temperature": 0.5}}
      {"prompt": "Once", "settings": {"num_beams": 2, "max_new_tokens": 3}}
      {"prompt": "Once"}
      {"prompt_tokens": [1, 403], "settings": {"max_new_tokens": 3}}

      """
    let result = try DecodeProcess.run("--prompts - -n 6 -s 5", input: lines)
    #expect(result.code == 0, "\(result.errors)")
    let alone = try [
      "-p Once -n 3 -s 9 --temperature 0.5 --json", "-p Once -n 3 -s 5 --num-beams 2 --json",
      "-p Once -n 6 -s 5 --json", "--prompt-tokens 1,403 -n 3 -s 5 --json",
    ].map { try DecodeProcess.run($0).output }
    #expect(reproducible(result.output) == alone.flatMap(reproducible))
  }

  @Test func membersOfDataSetsCanBeIgnored() throws {
    let line = #"{"prompt": "a", "label": 1, "temperature": 3}"#
    #expect(try DecodeProcess.run("--prompts - -n 1 -s 1", input: line).code == 1)
    let result = try DecodeProcess.run("--prompts - -n 1 -s 1 --ignore-unknown-keys", input: line)
    #expect(result.code == 0 && !result.output.contains(#""temperature": 3"#))
  }

  @Test func aFileWithoutPromptsIsRefused() throws {
    let result = try DecodeProcess.run("--prompts -", input: "\n \n")
    #expect(result.code == 1 && result.errors.contains("holds no prompts; write one"))
  }

  @Test func lineIsAnsweredBeforeTheNextIsThere() throws {
    let directory = try TemporaryDirectory()
    let result = try DecodeProcess.shell(
      """
      cd \(directory.path) && mkfifo in && { $D --prompts - -n 2 -s 1 <in >out & }
      exec 3>in; echo '"a"' >&3
      i=0; while [ ! -s out ] && [ $i -lt 600 ]; do sleep 0.05; i=$((i + 1)); done
      wc -l <out; echo '"b"' >&3; exec 3>&-; wait; wc -l <out
      """)
    #expect(
      result.output.split(whereSeparator: \.isWhitespace) == ["1", "2"], "\(result.errors)")
  }

  @Test func resumedRunEndsLikeOneThatWasNeverStopped() throws {
    let directory = try TemporaryDirectory()
    let lines = ["\"One\"", "", "\"Two\"", "{", "\"Four\"", "\"Five\""].joined(separator: "\n")
    let file = try directory.write(Array(lines.utf8), to: "p.jsonl")
    let out = directory.file("out.jsonl")
    let whole = try DecodeProcess.run("--prompts \(file) -n 4 -s 3")
    let expected = reproducible(whole.output)
    #expect(expected.count == 5)
    let cancelled = whole.lines[2].replacing(
      #"{"schema": 1, "#, with: #"{"schema": 1, "sequences": [{"finish_reason": "cancelled"}], "#)
    for kept in [
      "", whole.lines[..<1].joined(separator: "\n") + "\n",
      // A line that isn't whole, and one that the user cut off.
      whole.lines[..<4].joined(separator: "\n"),
      whole.lines[..<2].joined(separator: "\n") + "\n\(cancelled)\n\(whole.lines[3])\n",
      whole.output,
    ] {
      try directory.write(Array(kept.utf8), to: "out.jsonl")
      let resumed = try DecodeProcess.run("--prompts \(file) -n 4 -s 3 --out \(out) --resume")
      #expect(resumed.output.isEmpty)
      let text = try String(contentsOfFile: out, encoding: .utf8)
      #expect(reproducible(text) == expected, "\(kept)")
    }
    try directory.write(Array("a diary\n".utf8), to: "out.jsonl")
    let refused = try DecodeProcess.run("--prompts \(file) --out \(out) --resume")
    #expect(refused.code == 1 && refused.errors.contains("line 1: is no result of --prompts"))
    #expect(try String(contentsOfFile: out, encoding: .utf8) == "a diary\n")
  }
}
