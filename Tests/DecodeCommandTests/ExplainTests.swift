import Foundation
import TestSupport
import Testing

@Suite struct Explanations {
  @Test func everySettingIsListedWithItsSource() throws {
    let directory = try TemporaryDirectory()
    let config = try directory.write(
      Array("top_p: 0.25 # a comment\nstop_strings: [\"a\\n\", b]\n".utf8), to: "c.yaml")
    let result = try DecodeProcess.run(
      "--explain -t 3 -c 64 --temp 0.5 --top-k 7 -n 9 --min-new-tokens 1 -s 5 "
        + "--num-return-sequences 2 --filter-order llama.cpp --config \(config)")
    #expect(result.code == 0 && result.errors.isEmpty)
    let expected = """
      setting               value         from
      model                 storyteller   default
      strategy              sample        temperature (--temperature)
      temperature           0.5           --temperature
      top_k                 7             --top-k
      top_p                 0.25          CONFIG
      min_p                 0.0           default
      typical_p             1.0           default
      epsilon_cutoff        0.0           default
      eta_cutoff            0.0           default
      top_n_sigma           0.0           default
      top_h                 null          default
      xtc_probability       0.0           default
      xtc_threshold         0.1           default
      dynatemp_range        0.0           default
      dynatemp_exp          1.0           default
      filter_order          llama.cpp     --filter-order
      repetition_penalty    1.0           default
      frequency_penalty     0.0           default
      presence_penalty      0.0           default
      penalty_scope         all           default
      repeat_last_n         -1            default
      no_repeat_ngram_size  0             default
      suppress_tokens       []            default
      max_new_tokens        9             --max-new-tokens
      min_new_tokens        1             --min-new-tokens
      stop_strings          ["a\\n", "b"]  CONFIG
      ignore_eos            false         default
      eos_token_id          [2]           the model's files
      num_return_sequences  2             --num-return-sequences
      select                null          default
      seed                  5             --seed
      compute_type          float32       default
      context_length        64            --context-length
      threads               3             --threads

      filters: top-k 7, then top-p 0.25, then temperature 0.5

      """
    let output = result.output.replacingOccurrences(of: config, with: "CONFIG")
    #expect(
      output.components(separatedBy: "\nfrom ")[0] + "" == expected || output.hasPrefix(expected))
  }

  @Test func beamsAreListedAndFiltersAreNot() throws {
    let result = try DecodeProcess.run(
      "--explain -t 3 -c 64 --num-beams 4 --num-beam-groups 2 -n 9")
    let expected = """
      setting               value         from
      model                 storyteller   default
      strategy              diverse-beam  num_beam_groups 2 (--num-beam-groups)
      num_beams             4             --num-beams
      num_beam_groups       2             --num-beam-groups
      diversity_penalty     0.0           default
      length_penalty        1.0           default
      early_stopping        false         default
      repetition_penalty    1.0           default
      frequency_penalty     0.0           default
      presence_penalty      0.0           default
      penalty_scope         all           default
      repeat_last_n         -1            default
      no_repeat_ngram_size  0             default
      suppress_tokens       []            default
      max_new_tokens        9             --max-new-tokens
      min_new_tokens        0             default
      stop_strings          []            default
      ignore_eos            false         default
      eos_token_id          [2]           the model's files
      num_return_sequences  1             default
      seed                  not needed    default
      compute_type          float32       default
      context_length        64            --context-length
      threads               3             --threads

      filters: none

      from the model's files, not applied:
      do_sample    true  num_beam_groups 2 (--num-beam-groups) asks for beams
      temperature  0.8   no effect under diverse beam search
      top_p        0.9   no effect under diverse beam search

      """
    #expect(result.output == expected)
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
        {"do_sample": true, "temperature": 0.5, "top_p": 0.9, "guidance_scale": 1.5,
         "eos_token_id": 2, "transformers_version": "4.51.3"}
        """)
    let environment = ["DECODE_MODEL": directory.path]
    let sampled = try DecodeProcess.run(["--explain"], environment: environment).output
    #expect(sampled.contains("DECODE_MODEL\n"))
    #expect(sampled.contains("filters: temperature 0.5, then top-p 0.9\n"))
    #expect(
      sampled.hasSuffix(
        "from the model's files, not applied:\nguidance_scale  1.5  not supported\n"))
    let greedy = try DecodeProcess.run(["--explain", "--temp", "0"], environment: environment)
      .output
    #expect(greedy.contains("strategy              greedy "))
    #expect(greedy.contains("filters: none\n"))
    #expect(greedy.contains("top_p           0.9   no effect on greedy decoding\n"))
  }

  @Test func flagOverrulesTheEnvironment() throws {
    let directory = try model(recommending: "{}")
    let output = try DecodeProcess.run(
      ["--explain", "-m", directory.path], environment: ["DECODE_MODEL": "/nope"]
    ).output
    #expect(output.contains("--model\n"))
  }
}
