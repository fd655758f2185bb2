import Foundation
import TestSupport
import Testing

@Suite struct Sweeps {
  @Test func aSweepGivesWhatSingleRunsGive() throws {
    let files = try SweepFiles()
    #expect(try files.run(into: "out").code == 0)
    #expect(try files.merge("out", into: "merged").code == 0)
    var checked = 0
    for line in try files.results("merged") {
      let record = try ProcessResult.object(line + "}")
      let settings = try #require(record["settings"] as? [String: Any])
      let sample = try #require(record["sample"] as? Int)
      let prompt = try #require(
        [
          "1": "Once upon a time", "wolf": "The wolf said to the little girl", "3": "",
          "4": "In a village there lived a miller who",
          "5": "The king had three daughters, and the youngest of them",
        ][record["prompt"] as? String ?? ""])
      guard prompt.isEmpty || sample == 1 else { continue }
      var flags = [prompt, "-n", "14", "-s", "7", "--json"]
      switch settings["strategy"] as? String {
      case "greedy": flags += ["--temperature", "0"]
      case "sample":
        flags += [
          "--temperature", "\(settings["temperature"] ?? "")", "--top-p",
          "\(settings["top_p"] ?? "")", "--num-return-sequences", "2",
        ]
      case "beam":
        flags += [
          "--num-beams", "3", "--length-penalty", "\(settings["length_penalty"] ?? "")",
          "--num-return-sequences", "2",
        ]
      default: Issue.record("\(settings)")
      }
      let object = try DecodeProcess.run(flags).object()
      let sequences = try #require(object["sequences"] as? [[String: Any]])
      let sequence = sequences[min(sample, sequences.count - 1)]
      #expect(sequence["text"] as? String == record["text"] as? String)
      #expect(sequence["tokens"] as? [Int] == record["tokens"] as? [Int])
      #expect(sequence["logprob"] as? Double == record["logprob"] as? Double)
      #expect(sequence["finish_reason"] as? String == record["finish_reason"] as? String)
      checked += 1
    }
    #expect(checked > 30)
  }

  @Test func aRunThatIsKilledAtRandomMomentsAndResumedEqualsOneThatIsNot() throws {
    // Long enough to be killed in the middle.
    let files = try SweepFiles(
      SweepFiles.fields.replacing("max_new_tokens: 14", with: "max_new_tokens: 60")
        .replacing("repeats: 2", with: "repeats: 12"))
    let begin = ContinuousClock.now
    #expect(try files.run(into: "whole", ["-t", "1"]).code == 0)
    let time = (ContinuousClock.now - begin) / .microseconds(1)
    #expect(try files.merge("whole", into: "whole-merged").code == 0)
    let whole = try files.results("whole-merged")
    let journal = files.path("killed/shard-1-of-1/results.jsonl")
    func lineCount() -> Int {
      (try? String(contentsOfFile: journal, encoding: .utf8))?.split(separator: "\n").count ?? 0
    }
    var random = SystemRandomNumberGenerator()
    var kills = 0
    var partial = 0
    for life in 0..<400 where kills < 10 {
      // The first starts are fresh; a run that came to its end by itself is begun anew.
      let running = try files.start(
        into: "killed", ["-t", "1"] + (life > 0 ? ["--resume"] : []))
      // Every other life gets as far as writing something, however slow the machine is.
      let known = lineCount()
      while life.isMultiple(of: 2), running.process.isRunning, lineCount() == known { usleep(1000) }
      usleep(UInt32.random(in: 0..<UInt32(time / 4), using: &random))
      kill(running.process.processIdentifier, SIGKILL)
      let result = try running.finish()
      if result.isSignal { kills += 1 }
      let lines = lineCount()
      if lines > 0, lines < whole.count { partial += 1 }
    }
    #expect(kills == 10)
    #expect(partial > 0)
    #expect(try files.run(into: "killed", ["--resume"]).code == 0)
    #expect(try files.merge("killed", into: "killed-merged").code == 0)
    #expect(try files.results("killed-merged") == whole)
  }

  @Test func anyNumberOfShardsAndThreadsGivesTheSameBytes() throws {
    let files = try SweepFiles()
    var expected: [String]?
    for count in [1, 2, 3, 5] {
      for index in 1...count {
        let result = try files.run(
          into: "run-\(count)", ["--shard", "\(index)/\(count)", "-t", "\(1 + count % 2)"])
        #expect(result.code == 0)
        #expect(result.output.isEmpty == (count > 1))
      }
      #expect(try files.merge("run-\(count)", into: "merged-\(count)").code == 0)
      let results = try files.results("merged-\(count)")
      #expect(results.count == 5 * (1 + 2 * 5 + 2 * 2))
      if expected == nil { expected = results }
      #expect(results == expected)
    }
    let status = try DecodeProcess.run(
      ["sweep", "status", files.path("run-3"), "--json"]
    ).object()
    #expect(
      (status["shards"] as? [[String: Any]])?.compactMap { $0["finished"] as? Bool } == [
        true, true, true,
      ])
  }

  @Test func terminationEndsTheBatchAndExitsWith75AndInterruptionAtOnceWith130() throws {
    let prompts = (0..<400).map { "{\"prompt\": \"Tale number \($0)\"}\n" }.joined()
    let files = try SweepFiles(
      """
      defaults: {max_new_tokens: 40}
      parameters: {temperature: {values: [0.5, 1, 1.5, 2]}}

      """, prompts: prompts.replacing("\"}", with: "\", \"reference\": \"x\"}"))
    for (signal, code, flags) in [
      (SIGTERM, Int32(75), [String]()), (SIGTERM, 75, ["--resume"]), (SIGINT, 130, ["--resume"]),
    ] {
      let running = try files.start(into: "out", flags)
      let journal = files.path("out/shard-1-of-1/results.jsonl")
      let size = {
        (try? FileManager.default.attributesOfItem(atPath: journal))?[.size] as? Int ?? 0
      }
      let before = size()
      while size() == before, running.process.isRunning { usleep(2000) }
      kill(running.process.processIdentifier, signal)
      let result = try running.finish()
      #expect(result.code == code && !result.isSignal)
      #expect(result.errors.contains("go on with --resume") == (code == 75))
      let text = try String(contentsOfFile: journal, encoding: .utf8)
      #expect(text.hasSuffix("}\n"))
    }
    let status = try DecodeProcess.run(["sweep", "status", files.path("out")])
    #expect(status.output.contains("unfinished"))
    // What isn't whole isn't merged.
    let merge = try files.merge("out", into: "merged")
    #expect(merge.code == 1)
    #expect(merge.errors.contains("is not finished; run it again with --shard 1/1 --resume"))
  }

  @Test(arguments: [(SIGTERM, 75), (SIGINT, 130)] as [(Int32, Int32)])
  func aSignalToTheWholeGroupStopsTheSweepAndFailsNoScorer(signal: Int32, code: Int32) throws {
    let prompts = (0..<400).map { "{\"prompt\": \"Tale \($0)\", \"reference\": \"x\"}\n" }.joined()
    let files = try SweepFiles(
      """
      metrics: [{name: size, command: [sh, -c, 'while read -r line; do sleep 0.01; echo 1; done']}]
      defaults: {max_new_tokens: 20}
      parameters: {temperature: {values: [0.5, 1, 1.5, 2]}}

      """, prompts: prompts)
    let running = try files.start(into: "out")
    let process = running.process.processIdentifier
    try #require(getpgid(process) == process)
    let journal = files.path("out/shard-1-of-1/results.jsonl")
    while (try? Data(contentsOf: URL(fileURLWithPath: journal)))?.isEmpty ?? true,
      running.process.isRunning
    {
      usleep(2000)
    }
    kill(-process, signal)
    let result = try running.finish()
    #expect(result.code == code && !result.isSignal, "\(result.errors)")
    #expect(!result.errors.contains("which scores size"))
  }

  @Test func oneLineTakesListsJoinedByCommas() throws {
    let files = try SweepFiles()
    let flags = [
      "sweep", "run", "--prompts", files.path("prompts.jsonl"), "--temperature", "0.5,1", "--top-k",
      "0,5", "--strategy", "sample", "-n", "6", "-s", "3", "--metric", "nll",
    ]
    let plan = try DecodeProcess.run(flags + ["--dry-run"])
    #expect(plan.code == 0)
    #expect(
      plan.errors == "4 trials, 5 prompts, 20 continuations\n" || plan.errors.contains("4 trials"))
    #expect(plan.lines.count == 1 + 5)
    let run = try DecodeProcess.run(flags + ["--out", files.path("line")])
    #expect(run.code == 0)
    #expect(run.lines[0].hasPrefix("rank  trial  temperature  top_k    nll"))
    #expect(!FileManager.default.fileExists(atPath: files.path("sweep")))
  }

  @Test func theNumbersOfAUsersProgramAreRankedBy() throws {
    let files = try SweepFiles(
      """
      metric: {name: size, goal: maximize}
      metrics: [{name: size, command: [sh, -c, 'while read -r line; do echo "{\\"score\\": ${#line}}"; done']}]
      defaults: {max_new_tokens: 8}
      parameters: {temperature: {values: [0.5, 1.5]}}

      """)
    let result = try files.run(into: "out")
    #expect(result.code == 0)
    #expect(result.lines[0].contains("size"))
    let bad = try SweepFiles(
      """
      metrics: [{name: size, command: [sh, -c, 'read -r line; echo x1; while read -r line; do echo 1; done']}]
      defaults: {max_new_tokens: 8}
      parameters: {temperature: {values: [0.5, 1.5]}}

      """)
    // One bad answer is one failed continuation.
    let refused = try bad.run(into: "out")
    #expect(refused.code == 3)
    #expect(refused.errors.contains("1 continuations failed"))
    let failures = try String(
      contentsOfFile: bad.path("out/shard-1-of-1/failures.jsonl"), encoding: .utf8)
    #expect(failures.contains("answered “x1”, not JSON"))
    #expect(failures.split(separator: "\n").count == 1)
    let gone = try SweepFiles(
      """
      metrics: [{name: size, command: [no-such-program]}]
      parameters: {temperature: {values: [0.5, 1.5]}}

      """)
    let missing = try gone.run(into: "out")
    #expect(missing.code == 1)
    #expect(missing.errors.contains("no-such-program: can't be started to score size"))
  }

  @Test func selectionsArithmeticAndBeamSamplesAreSweptToo() throws {
    let files = try SweepFiles(
      """
      repeats: 3
      seed: 5
      metrics: [nll]
      defaults: {max_new_tokens: 8}
      grids:
        - {select: {value: mbr}, num_return_sequences: {values: [4]}}
        - {strategy: {values: [arithmetic]}}
        - {strategy: {values: [beam-sample, stochastic-beam]}, num_beams: {value: 3}}
        - {mirostat: {values: [1, 2]}}
        - {penalty_alpha: {values: [0.4, 0.6]}, top_k: {value: 4}}
        - {temperature: {value: 0.9}, repetition_penalty: {values: [1.1, 1.3]}}

      """)
    #expect(try files.run(into: "out").code == 0)
    #expect(try files.merge("out", into: "merged").code == 0)
    let records = try files.results("merged").map { try ProcessResult.object($0 + "}") }
    // The baseline and seven trials of three samples, one of three beams, and two that leave nothing to chance.
    let perPrompt = 8 * 3 + 3 + 2
    #expect(records.count == 5 * perPrompt)
    // Repeats of a search differ, and so do the choices among samples of their own.
    for (name, value) in [
      ("strategy", "beam-sample"), ("select", "mbr"), ("strategy", "arithmetic"),
    ] {
      let texts = records.filter {
        ($0["settings"] as? [String: Any])?[name] as? String == value
          && $0["prompt"] as? String == "wolf"
      }.compactMap { $0["text"] as? String }
      #expect(texts.count == 3)
      #expect(Set(texts).count > 1)
    }
    let single = try DecodeProcess.run(
      [
        "The wolf said to the little girl", "-n", "8", "-s", "5", "--strategy", "arithmetic",
        "--num-return-sequences", "3", "--json",
      ]
    ).object()
    let expected = (single["sequences"] as? [[String: Any]])?.compactMap { $0["text"] as? String }
    let texts = records.filter {
      ($0["settings"] as? [String: Any])?["strategy"] as? String == "arithmetic"
        && $0["prompt"] as? String == "wolf"
    }.compactMap { $0["text"] as? String }
    #expect(texts == expected)
    for alpha in [0.4, 0.6] {
      let single = try DecodeProcess.run([
        "The wolf said to the little girl", "-n", "8", "--penalty-alpha", "\(alpha)", "--top-k",
        "4",
      ])
      let record = records.first {
        ($0["settings"] as? [String: Any])?["penalty_alpha"] as? Double == alpha
          && $0["prompt"] as? String == "wolf"
      }
      #expect(single.output == (record?["text"] as? String ?? "") + "\n")
    }
  }

  @Test func adaptersAndTheirScalesAreParameters() throws {
    let adapter = try EmbeddedAdapter.make()
    let files = try SweepFiles(
      """
      metrics: [nll]
      defaults: {max_new_tokens: 16, temperature: 0}
      parameters:
        lora: {values: [none, \(adapter.path)]}
        lora_scale: {values: [0, 1]}

      """)
    let plan = try files.run(into: "out", ["--dry-run"])
    #expect(plan.lines.count == 1 + 3)
    #expect(try files.run(into: "out").code == 0)
    #expect(try files.merge("out", into: "merged").code == 0)
    var texts: [Double?: [String]] = [:]
    for line in try files.results("merged") {
      let record = try ProcessResult.object(line + "}")
      let settings = try #require(record["settings"] as? [String: Any])
      texts[settings["lora_scale"] as? Double, default: []].append(
        try #require(record["text"] as? String))
    }
    #expect(texts[nil] == texts[0])
    #expect(texts[nil] != texts[1])
    let single = try DecodeProcess.run([
      "Once upon a time", "--lora", adapter.path, "--temp", "0", "-n", "16",
    ])
    #expect(single.output == (texts[1]?.first ?? "") + "\n")
    // An adapter whose weights have changed is another one.
    let weights = adapter.file("adapter_model.safetensors")
    var bytes = try Data(contentsOf: URL(fileURLWithPath: weights))
    bytes[bytes.count - 2] ^= 1
    try bytes.write(to: URL(fileURLWithPath: weights))
    let changed = try files.run(into: "out", ["--resume"])
    #expect(changed.code == 1)
    #expect(changed.errors.contains("belongs to another sweep"))
  }

  @Test func referencesAreReadUnderTheFiltersOfEachTrial() throws {
    let files = try SweepFiles(
      """
      metric: {name: support_coverage, goal: maximize}
      defaults: {max_new_tokens: 4, temperature: 1}
      grids:
        - {top_p: {value: 1}, top_k: {values: [1, 8, 64, 0]}}
        - {num_beams: {value: 2}, temperature: {value: 1}}
        - {temperature: {value: 0}}

      """)
    #expect(try files.run(into: "out").code == 0)
    let table = try DecodeProcess.run(["sweep", "report", files.path("out"), "-o", "csv"])
    var coverage: [String: Double] = [:]
    let rows = table.output.split(separator: "\r\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    let header = try #require(rows.first)
    let (strategy, topK, score) = (
      try #require(header.firstIndex(of: "strategy")), try #require(header.firstIndex(of: "top_k")),
      try #require(header.firstIndex(of: "support_coverage"))
    )
    for row in rows.dropFirst() { coverage[row[strategy] + row[topK]] = Double(row[score]) }
    let values = ["sample1", "sample8", "sample64", "sample0"].map { coverage[$0] ?? -1 }
    #expect(values == values.sorted() && values[0] < values[2])
    #expect(values[3] == 1 && coverage["beam"] == 1)
    // Greedy search takes what top-k 1 leaves.
    #expect(coverage["greedy"] == values[0] && values[0] > 0)
  }

  @Test func aPromptThatTheContextCantHoldFailsAloneAndTheRunExitsWith3() throws {
    let files = try SweepFiles()
    let first = try files.run(into: "out", ["-c", "9"])
    #expect(first.code == 3)
    #expect(first.errors.contains("continuations failed; see"))
    let failures = try String(
      contentsOfFile: files.path("out/shard-1-of-1/failures.jsonl"), encoding: .utf8)
    #expect(failures.contains("tokens and the context holds 9"))
    let merge = try files.merge("out", into: "merged")
    #expect(merge.code == 0)
    #expect(merge.errors.contains("continuations failed"))
    let limited = try files.run(into: "limited", ["-c", "9", "--max-failures", "2"])
    #expect(limited.code == 1)
    #expect(limited.errors.contains("3 samples failed and 2 are allowed"))
  }

  @Test func aDiskThatIsFullIsToldAndTheJournalStaysWhole() throws {
    let files = try SweepFiles()
    #expect(try files.run(into: "whole").code == 0)
    #expect(try files.merge("whole", into: "whole-merged").code == 0)
    // No file may grow beyond 24 blocks of 512 bytes.
    let result = try DecodeProcess.shell(
      "trap '' XFSZ; ulimit -f 24; $D sweep run \(files.file) --out \(files.path("out"))")
    #expect(result.code == 1)
    #expect(result.errors.contains("results.jsonl: can't be written: File too large"))
    let resumed = try files.run(into: "out", ["--resume"])
    #expect(resumed.code == 0)
    #expect(try files.merge("out", into: "merged").code == 0)
    #expect(try files.results("merged") == files.results("whole-merged"))
  }

  @Test func theScriptForSlurmIsPrinted() throws {
    let files = try SweepFiles()
    let result = try DecodeProcess.run(
      ["sweep", "sbatch", files.file, "--shards", "8", "--throttle", "2", "--cpus", "4"])
    #expect(result.code == 0)
    #expect(result.output.hasPrefix("#!/bin/bash\n"))
    #expect(result.output.contains("--array=0-7%2\n"))
    #expect(result.output.contains("/8\""))
  }
}
