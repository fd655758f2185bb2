import Decoding
import Foundation
import Generation
import TestSupport
import Testing

/// The settings of a report's best trial, as it prints them to be pasted.
@Suite struct SweepSettings {
  /// Settings that go together, as a sweep file has them. Each setting stands in one of them.
  private static let sets: [[(String, String)]] = [
    [
      ("do_sample", "true"), ("top_k", "40"), ("top_p", "0.9"), ("min_p", "0.01"),
      ("typical_p", "0.95"),
      ("epsilon_cutoff", "0.0001"), ("eta_cutoff", "0.0001"), ("top_n_sigma", "3"),
      ("top_h", "0.9"),
      ("xtc_probability", "0.1"), ("xtc_threshold", "0.2"), ("dynatemp_range", "0.1"),
      ("dynatemp_exp", "1.5"), ("filter_order", "llama.cpp"),
    ],
    [
      ("p_less", "true"), ("min_k", "3"), ("adaptive_p", "0.5"), ("adaptive_decay", "0.8"),
    ],
    [
      ("repetition_penalty", "1.1"), ("frequency_penalty", "-0.1"), ("presence_penalty", "0.1"),
      ("penalty_scope", "output"), ("repeat_last_n", "32"), ("dry_multiplier", "0.8"),
      ("dry_base", "1.5"),
      ("dry_allowed_length", "3"), ("dry_penalty_last_n", "-1"),
      ("dry_sequence_breakers", "[\"-\", \";\"]"),
      ("no_repeat_ngram_size", "4"), ("bad_words", "[wolf, -x]"), ("min_new_tokens", "1"),
      ("stop_strings", "[\"it's\", \"-n\"]"), ("ignore_eos", "true"),
    ],
    [("dry_multiplier", "0.8"), ("dry_sequence_breakers", "[]"), ("stop_strings", "null")],
    [("dry_multiplier", "0.8"), ("dry_sequence_breakers", "[none]")],
    [("prompt_lookup_num_tokens", "4")], [("jacobi_num_tokens", "4")], [("temperature", "0")],
    [("do_sample", "false")],
    [("mirostat", "2"), ("mirostat_tau", "4"), ("mirostat_eta", "0.2")],
    [("penalty_alpha", "0.6"), ("top_k", "4")],
    [("penalty_alpha", "0.6"), ("top_k", "4"), ("do_sample", "false")],
    [("num_beams", "3"), ("do_sample", "false")],
    [
      ("num_beams", "3"), ("length_penalty", "-0.5"), ("early_stopping", "never"),
      ("patience", "2"),
    ],
    [
      ("num_beams", "4"), ("num_beam_groups", "2"), ("diversity_penalty", "0.5"),
      ("pad_token_id", "0"),
      ("early_stopping", "true"),
    ],
    [("strategy", "beam-sample"), ("num_beams", "2"), ("num_return_sequences", "2")],
    [("strategy", "contrastive"), ("penalty_alpha", "0.6"), ("top_k", "4")],
    [("guidance_scale", "1.5"), ("negative_prompt", "\"\"")],
    [
      ("json_schema", "'{\"required\": [\"age\"]}'"), ("json_whitespace", "compact"),
      ("schema_lenient", "true"),
    ],
    [("grammar", "'root ::= [a-z]+'"), ("constrain_after", "'e '")],
    [("grammar_file", "letters.gbnf")], [("regex", "'[a-z ]+'")],
    [("choice", "[wolf, 'the king']"), ("select", "weight"), ("num_return_sequences", "2")],
    [("select", "mbr"), ("select_utility", "token-f1"), ("num_return_sequences", "3")],
    [("select", "vote"), ("select_answer", "text"), ("num_return_sequences", "3")],
    [
      ("logit_bias", "{5: -1.5}"), ("sequence_bias", "[[[10, 45], -0.5]]"),
      ("bad_words_ids", "[[7]]"),
      ("suppress_tokens", "[5]"), ("begin_suppress_tokens", "[6]"), ("forced_eos_token_id", "2"),
      ("exponential_decay_length_penalty", "[4, 1.05]"), ("eos_token_id", "[2]"),
    ],
  ]

  @Test func everySettingIsAmongThoseThatAreTried() {
    // The seed is the sweep's own, and every set has a limit.
    let tried = Set(Self.sets.joined().map(\.0)).union(["seed", "max_new_tokens"])
    #expect(tried == Set(SettingCatalogue.parameters.map(\.key)))
  }

  @Test(arguments: sets.indices) func whatTheReportPrintsIsAcceptedAndMeansTheSame(
    index: Int
  ) throws {
    let defaults = Self.sets[index].map { "  \($0): \($1)\n" }.joined()
    let files = try SweepFiles(
      """
      metric: {name: nll, goal: minimize}
      defaults:
      \(defaults)
      parameters: {max_new_tokens: {values: [3]}}

      """, prompts: #"{"prompt": "Once", "reference": "Once"}"# + "\n")
    _ = try files.directory.write("root ::= [a-z ]+".utf8, to: "letters.gbnf")
    let run = try files.run(into: "out")
    try #require(run.code == 0, "\(run.errors)")
    let page = try DecodeProcess.run(["sweep", "report", files.path("out"), "-o", "html"]).output
    let texts = page.components(separatedBy: "<pre>").dropFirst().map { part in
      part.components(separatedBy: "</pre>")[0].replacing("&quot;", with: "\"")
        .replacing("&#39;", with: "'").replacing("&lt;", with: "<").replacing("&gt;", with: ">")
        .replacing("&amp;", with: "&")
    }
    let command = try #require(texts.first { $0.hasPrefix("decode ") })
    let configuration = try #require(texts.first { $0.hasPrefix("{") })
    try files.directory.write(Array(configuration.utf8), to: "generation_config.json")
    let byCommand = try settings("\(command) --explain", in: files)
    let byFile = try settings("decode --config generation_config.json PROMPT --explain", in: files)
    #expect(byCommand == byFile)
    let isForFile = Self.sets[index].contains { key, value in
      Self.needsFile.contains(key) || value == "[none]"
    }
    #expect(command.contains("--config") == isForFile)
  }

  private static let needsFile: Set<String> = [
    "logit_bias", "sequence_bias", "bad_words_ids", "suppress_tokens", "begin_suppress_tokens",
    "forced_eos_token_id", "exponential_decay_length_penalty", "eos_token_id", "pad_token_id",
  ]

  /// The names and values that `--explain` lists for a line of a shell.
  private func settings(_ line: String, in files: SweepFiles) throws -> [String] {
    let result = try DecodeProcess.shell(
      "decode() { '\(DecodeProcess.path)' \"$@\"; }; cd '\(files.directory.path)' && " + line)
    #expect(result.code == 0, "\(line): \(result.errors)")
    let table = result.output.components(separatedBy: "\n\n")[0]
    return table.split(separator: "\n").dropFirst().filter { !$0.hasPrefix("do_sample ") }.map {
      $0.components(separatedBy: "  ").filter { !$0.isEmpty }.prefix(2)
        .map { $0.trimmingCharacters(in: .whitespaces) }.joined(separator: " ")
    }
  }
}
