import Foundation
import TestSupport
import Testing

@Suite struct Signals {
  @Test func interruptPrintsWhatThereIsAndExitsWith130() throws {
    let directory = try TemporaryDirectory()
    let lines = (0..<4000).map { "\"Tale \($0)\"\n" }.joined()
    let file = try directory.write(Array(lines.utf8), to: "p.jsonl")
    let running = try DecodeProcess.Running(
      executable: DecodeProcess.path,
      ["--prompts", file, "-n", "60", "--ignore-eos", "-s", "1", "-t", "1"], input: nil,
      environment: [:])
    while running.output.isEmpty, running.process.isRunning { usleep(2000) }
    running.process.interrupt()
    let result = try running.finish()
    #expect(result.code == 130 && !result.isSignal)
    #expect(result.errors.isEmpty)
    // The first group had run to its length; what was under way is there as far as it had come.
    let objects = try result.lines.map(ProcessResult.object)
    #expect(objects.count < 4000 && result.output.hasSuffix("}\n"))
    let reasons = try objects.map { object in
      let sequence = try #require((object["sequences"] as? [[String: Any]])?.first)
      let tokens = try #require(sequence["tokens"] as? [Int])
      let reason = try #require(sequence["finish_reason"] as? String)
      #expect(reason == "length" ? tokens.count == 60 : tokens.count < 60)
      return reason
    }
    #expect(Set(reasons).isSubset(of: ["length", "cancelled"]) && reasons.first == "length")
  }

  @Test func interruptTellsTheSeedThatWasDrawn() throws {
    let running = try DecodeProcess.Running(
      executable: DecodeProcess.path, ["-n", "500", "--ignore-eos", "-t", "1", "Once"], input: nil,
      environment: [:])
    while running.output.isEmpty, running.process.isRunning { usleep(500) }
    running.process.interrupt()
    let result = try running.finish()
    #expect(result.code == 130 && !result.isSignal)
    let seed = try #require(result.errors.firstMatch(of: #/^seed ([0-9]+)\n$/#)?.1)
    // The seed gives the text again.
    let again = try DecodeProcess.run("-n 500 --ignore-eos -q Once -s \(seed)")
    #expect(again.output.hasPrefix(result.output.dropLast()) && again.output != result.output)
  }

  @Test func closedPipeEndsItSilently() throws {
    let directory = try TemporaryDirectory()
    // More than any pipe holds, so that the writer is still writing when the reader leaves.
    let text = String(repeating: "Once upon a time. ", count: 40_000)
    let file = try directory.write(Array(text.utf8), to: "long.txt")
    for prefix in ["", "trap '' PIPE; "] {
      let result = try DecodeProcess.shell(
        "\(prefix)( $D tokenize -f \(file); echo \"code $?\" >&2 ) | head -c1")
      #expect(result.output == "1")
      #expect(result.errors == "code 141\n")
    }
  }
}
