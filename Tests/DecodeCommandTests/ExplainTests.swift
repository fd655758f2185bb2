import Foundation
import TestSupport
import Testing

@Suite struct Explanations {
  /// The table's rows whose values aren't defaults, their columns a single space apart.
  private func given(_ output: String, part: Int = 0) -> [String] {
    output.components(separatedBy: "\n\n")[part].split(separator: "\n").map { line in
      line.split(separator: " ").joined(separator: " ")
    }.filter { !$0.hasSuffix(" default") }
  }

  /// What stands after `name` in the lines below the table.
  private func line(_ name: String, of output: String) -> String? {
    output.components(separatedBy: "\n").first { $0.hasPrefix(name + ": ") }
      .map { String($0.dropFirst(name.count + 2)) }
  }

  @Test func settingsAreListedWithTheirSources() throws {
    let directory = try TemporaryDirectory()
    let config = try directory.write(
      Array("top_p: 0.25 # a comment\nstop_strings: [\"a\\n\", b]\n".utf8), to: "c.yaml")
    let result = try DecodeProcess.run(
      "--explain -t 3 -c 64 --temp 0.5 --top-k 7 -n 9 --min-new-tokens 1 -s 5 "
        + "--num-return-sequences 2 --samplers top_k;top_p;temperature --config \(config)")
    #expect(result.code == 0 && result.errors.isEmpty)
    let output = result.output.replacingOccurrences(of: config, with: "CONFIG")
    #expect(
      given(output) == [
        "setting value from", "strategy sample temperature (--temperature)",
        "temperature 0.5 --temperature", "top_k 7 --top-k", "top_p 0.25 CONFIG",
        "filter_order top-k;top-p;temperature --filter-order", "max_new_tokens 9 --max-new-tokens",
        "min_new_tokens 1 --min-new-tokens", "stop_strings [\"a\\n\", \"b\"] CONFIG",
        "eos_token_id [2] the model's files", "num_return_sequences 2 --num-return-sequences",
        "seed 5 --seed", "context_length 64 --context-length", "threads 3 --threads",
      ])
    #expect(line("penalties", of: output) == "none")
    #expect(line("filters", of: output) == "top-k 7, then top-p 0.25, then temperature 0.5")
    #expect(
      line("stops", of: output)
        == "at the token 2 with at least 1 before it, or before \"a\\n\", or before \"b\","
        + " or at 9 new tokens, or at 64 tokens with the prompt")
  }

  @Test(arguments: [
    "--temp 0.5", "--temp 0", "--num-beams 2", "--num-beams 2 --num-beam-groups 2",
    "--strategy beam-sample --num-beams 2", "--strategy stochastic-beam --num-beams 2",
    "--strategy arithmetic", "--mirostat 2",
  ])
  func everySettingOfTheJSONIsExplained(arguments: String) throws {
    let table = try DecodeProcess.run("--explain -s 1 " + arguments).output
      .components(separatedBy: "\n\n")[0]
    var names = Set(
      table.split(separator: "\n").dropFirst().compactMap { $0.split(separator: " ").first })
    let object = try DecodeProcess.run("--json -n 1 -s 1 -p Once " + arguments).object()
    let settings = try #require(object["settings"] as? [String: Any])
    names.subtract(["model", "seed", "threads"])
    #expect(names.map(String.init).sorted() == settings.keys.sorted())
  }

  @Test func penaltiesAndMirostatAreToldInOrder() throws {
    let output = try DecodeProcess.run([
      "--explain", "--dry-multiplier", "0.8", "--dry-sequence-breaker", "none",
      "--suppress-tokens", "5", "--logit-bias", "7=-inf", "--logit-bias", "8=1.5",
      "--sequence-bias", "4,5=-2", "--no-repeat-ngram-size", "3", "--repetition-penalty", "1.2",
      "--mirostat", "2", "--temp", "0.7", "--mirostat-tau", "4", "--ignore-eos", "-n", "5",
      "-c", "64",
    ]).output
    #expect(
      line("penalties", of: output)
        == "logit bias 7=-inf, 8=1.5, then sequence bias 4,5=-2.0, then repetition penalty 1.2,"
        + " then DRY 0.8, base 1.75, allowed length 2, then no-repeat-ngram-size 3,"
        + " then suppressed tokens 5")
    #expect(
      line("filters", of: output)
        == "temperature 0.7, then mirostat 2 to 4.0 bits at rate 0.1")
    #expect(line("stops", of: output) == "at 5 new tokens, or at 64 tokens with the prompt")
    let rows = given(output)
    let expected: Set = [
      "logit_bias {\"7\": \"-inf\", \"8\": 1.5} --logit-bias",
      "sequence_bias {\"4,5\": -2} --sequence-bias",
      "dry_sequence_breakers [] --dry-sequence-breaker",
    ]
    #expect(expected.isSubset(of: rows))
    #expect(output.hasSuffix("top_p  0.9  mirostat takes the place of filters\n"))
  }

  @Test func beamsAreListedAndFiltersAreNot() throws {
    let output = try DecodeProcess.run(
      "--explain -t 3 -c 64 --num-beams 4 --num-beam-groups 2 -n 9 --patience 2"
    ).output
    #expect(
      given(output) == [
        "setting value from", "strategy diverse-beam num_beam_groups 2 (--num-beam-groups)",
        "num_beams 4 --num-beams", "num_beam_groups 2 --num-beam-groups", "patience 2 --patience",
        "max_new_tokens 9 --max-new-tokens", "eos_token_id [2] the model's files",
        "context_length 64 --context-length", "threads 3 --threads",
      ])
    #expect(!output.components(separatedBy: "\n\n")[0].contains("\ntemperature "))
    #expect(line("filters", of: output) == "none")
    #expect(
      output.hasSuffix(
        """
        from the model's files, not applied:
        do_sample    true  num_beam_groups 2 (--num-beam-groups) asks for beams
        temperature  0.8   no effect under diverse beam search
        top_p        0.9   no effect under diverse beam search

        """))
  }

  /// A copy of the embedded model that recommends `defaults`.
  private func model(recommending defaults: String) throws -> TemporaryDirectory {
    let source = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Vocab/storyteller")
    let directory = try TemporaryDirectory()
    for name in try FileManager.default.contentsOfDirectory(atPath: source.path) {
      try FileManager.default.createSymbolicLink(
        atPath: directory.file(name), withDestinationPath: source.appendingPathComponent(name).path)
    }
    try? FileManager.default.removeItem(atPath: directory.file("generation_config.json"))
    try directory.write(Array(defaults.utf8), to: "generation_config.json")
    return directory
  }

  @Test func modelsRecommendationsHoldUnlessTheyDoNotApply() throws {
    let directory = try model(
      recommending: """
        {"do_sample": true, "temperature": 0.5, "top_p": 0.9, "dola_layers": "low",
         "eos_token_id": 2, "transformers_version": "4.51.3"}
        """)
    let environment = ["DECODE_MODEL": directory.path]
    let sampled = try DecodeProcess.run(["--explain"], environment: environment).output
    #expect(sampled.contains("DECODE_MODEL\n"))
    #expect(sampled.contains("filters: temperature 0.5, then top-p 0.9\n"))
    #expect(
      sampled.hasSuffix(
        "from the model's files, not applied:\ndola_layers  low  not supported\n"))
    let greedy = try DecodeProcess.run(["--explain", "--temp", "0"], environment: environment)
      .output
    #expect(given(greedy).contains { $0.hasPrefix("strategy greedy ") })
    #expect(greedy.contains("filters: none\n"))
    #expect(given(greedy, part: 2).contains("top_p 0.9 no effect on greedy decoding"))
  }

  @Test func flagOverrulesTheEnvironment() throws {
    let directory = try model(recommending: "{}")
    let output = try DecodeProcess.run(
      ["--explain", "-m", directory.path], environment: ["DECODE_MODEL": "/nope"]
    ).output
    #expect(output.contains("--model\n"))
  }
}
