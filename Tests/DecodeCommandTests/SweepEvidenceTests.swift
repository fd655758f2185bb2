import Foundation
import TestSupport
import Testing

@Suite struct SweepEvidence {
  @Test func replayProvesEveryLineAndFindsTheOneThatWasChanged() throws {
    let files = try SweepFiles()
    #expect(try files.run(into: "out", ["-t", "1"]).code == 0)
    let all = try DecodeProcess.run(["sweep", "replay", files.path("out"), "-t", "2"])
    #expect(all.code == 0, "\(all.errors)")
    #expect(all.output == "75 lines are the same\n")
    let one = try DecodeProcess.run(["sweep", "replay", files.path("out"), "1"])
    #expect(one.code == 0)
    #expect(one.output.hasSuffix(" lines are the same\n") && one.output != all.output)
    // One digit of one log-probability.
    let journal = files.path("out/shard-1-of-1/results.jsonl")
    var text = try String(contentsOfFile: journal, encoding: .utf8)
    let place = try #require(text.range(of: "\"token_logprobs\": [-"))
    text.replaceSubrange(place.upperBound..<text.index(after: place.upperBound), with: "9")
    try text.write(toFile: journal, atomically: true, encoding: .utf8)
    let changed = try DecodeProcess.run(["sweep", "replay", files.path("out")])
    #expect(changed.code == 1)
    #expect(changed.output.contains("logprob differs: "))
    #expect(changed.output.contains("74 lines are the same"))
    let other = try DecodeProcess.run([
      "sweep", "replay", files.path("out"), "--compute-type", "int8",
    ])
    #expect(other.code == 1)
    #expect(other.errors.contains("is not the model that the sweep ran on"))
    #expect(try DecodeProcess.run(["sweep", "replay", files.path("out"), "99"]).code == 64)
  }

  @Test func aRunThatIsNotFinishedIsReportedAsFarAsItIs() throws {
    let files = try SweepFiles()
    #expect(try files.run(into: "out", ["--shard", "1/2"]).code == 0)
    for format in ["table", "md", "html", "csv"] {
      let report = try DecodeProcess.run(["sweep", "report", files.path("out"), "-o", format])
      #expect(report.code == 0)
      #expect(report.output.contains("The run is not finished") == (format != "csv"))
    }
    #expect(try files.merge("out", into: "merged").code == 1)
  }

  @Test func languagesAndBaseModelsAreMetrics() throws {
    let adapter = try EmbeddedAdapter.make()
    let files = try SweepFiles(
      """
      metrics:
        - nll
        - base_nll
        - win_rate_nll
        - {name: is_json, json_schema: true}
        - {name: is_text, regex: '(?s).*[a-z].*'}
      metric: {name: base_nll, goal: minimize}
      defaults: {max_new_tokens: 8, temperature: 0}
      parameters: {lora: {values: [none, \(adapter.path)]}}

      """)
    let run = try files.run(into: "out")
    #expect(run.code == 0, "\(run.errors)")
    #expect(try files.merge("out", into: "merged").code == 0)
    for line in try files.results("merged") {
      let record = try ProcessResult.object(line + "}")
      let metrics = try #require(record["metrics"] as? [String: Any])
      let (own, base) = (
        try #require(metrics["nll"] as? Double), try #require(metrics["base_nll"] as? Double)
      )
      let settings = try #require(record["settings"] as? [String: Any])
      #expect((own == base) == (settings["lora"] == nil))
      #expect(metrics["is_json"] as? Double == 0 && metrics["is_text"] as? Double == 1)
    }
    let replay = try DecodeProcess.run(["sweep", "replay", files.path("out")])
    #expect(replay.code == 0, "\(replay.errors)")
    let bad = try SweepFiles(
      """
      metrics: [{name: x, regex: '('}]
      parameters: {temperature: {values: [0.5, 1.5]}}

      """)
    let refused = try bad.run(into: "out")
    #expect(refused.code == 64)
    #expect(refused.errors.contains("metrics has x, which can't be judged"))
  }

  @Test func theFormatOfTheSweepFileIsAPageOfTheHelp() throws {
    let page = try DecodeProcess.run(["help", "sweep-file"])
    #expect(page.code == 0)
    #expect(page.output.contains("early_terminate.level"))
  }

  @Test func aJobForKubernetesHoldsTheSweep() throws {
    let files = try SweepFiles()
    let job = try DecodeProcess.run([
      "sweep", "kubernetes", files.file, "--shards", "8", "--image", "registry/decode:1",
      "--throttle", "3", "--cpus", "2",
    ])
    #expect(job.code == 0)
    #expect(job.output.contains("completions: 8") && job.output.contains("parallelism: 3"))
    let refused = try DecodeProcess.run([
      "sweep", "kubernetes", files.file, "--shards", "0", "--image", "x",
    ])
    #expect(refused.code == 64)
  }

  @Test func watchingShowsTheRankingSoFar() throws {
    let files = try SweepFiles()
    let run = try files.run(into: "out", ["--watch", "--progress", "none"])
    #expect(run.code == 0)
    #expect(run.errors.contains("rank  trial"))
  }
}
