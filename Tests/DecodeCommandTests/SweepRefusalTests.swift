import Foundation
import TestSupport
import Testing

@Suite struct SweepRefusals {
  /// Fields of a sweep file, and what the one line on standard error says of them.
  private static let files: [(String, String)] = [
    (
      "parameters: {temprature: {values: [1]}}",
      "parameters.temprature is no setting; did you mean `temperature`?"
    ),
    ("paramters: {}", "did you mean `parameters`?"),
    (
      "parameters: {temperature: {values: [1, warm]}}",
      "temperature is a number, 0 or above; it can't be “warm”"
    ),
    (
      "parameters: {top_k: {values: [1.5]}}",
      "top_k is a whole number, 0 (off) or above; it can't be 1.5"
    ),
    ("parameters: {temperature: {values: []}}", "parameters.temperature.values is empty"),
    ("parameters: {}", "parameters is empty"),
    (
      "parameters: {temperature: {min: 0.1, max: 1}}",
      "is a range without steps, which a grid can't list"
    ),
    ("parameters: {top_p: {values: [0]}}", "top_p is a number above 0"),
    ("parameters: {strategy: {value: sample}, temperature: {value: 0}}", "temperature 0 is greedy"),
    ("parameters: {num_beams: {value: 4}, num_beam_groups: {values: [3]}}", "num_beams"),
    ("parameters: {num_return_sequences: {values: [2, 3]}}", "give `repeats: 2` instead"),
    (
      "parameters: {suppress_tokens: {values: [[1, 99999]]}}",
      "token id 99999 is outside the vocabulary"
    ),
    ("parameters: {lora: {values: [nowhere]}}", "nowhere"),
    ("parameters: {lora: {values: [none, [none]]}}", "none is the base model and stands alone"),
    (
      "parameters: {top_k: {min: 0, max: 1000000000}}",
      "parameters has more than 1000000 combinations"
    ),
    ("parameters: {seed: {values: [1]}}", "parameters.seed is the sweep's own"),
    ("metrics: [chrg]\nparameters: {top_k: {values: [1]}}", "did you mean “chrf”?"),
    ("metrics: [self_bleu]\nparameters: {top_k: {values: [1]}}", "give repeats above 1"),
    (
      "method: bayes\nparameters: {top_k: {values: [1]}}", "method must be one of grid, random, tpe"
    ),
    ("repeats: many\nparameters: {top_k: {values: [1]}}", "repeats must be a whole number"),
    ("model: {path: no-such.gguf}\nparameters: {top_k: {values: [1]}}", "no-such.gguf"),
    ("parameters: {top_k: {values: [1]}", "is not YAML"),
  ]

  @Test(arguments: files) func aSweepFileThatIsWrongIsToldInOneLine(
    fields: String, message: String
  ) throws {
    let files = try SweepFiles(fields + "\n")
    let result = try files.run(into: "out")
    #expect(result.code == (fields.contains("nowhere") || fields.contains("no-such") ? 1 : 64))
    #expect(result.errors.contains(message))
    #expect(result.errors.hasPrefix("error: ") && result.errors.split(separator: "\n").count == 1)
    #expect(result.output.isEmpty)
    #expect(!FileManager.default.fileExists(atPath: files.path("out")))
  }

  @Test(arguments: [
    (
      "{\"prompt\": \"a\", \"reference\": \"b\"}\n{\"prompt\": \n",
      "prompts.jsonl, line 2: is not JSON"
    ),
    (
      "{\"prompt\": \"a\", \"reference\": \"b\"}\n{\"text\": \"c\"}\n",
      "line 2: has no text under “prompt”"
    ),
    ("{\"prompt\": \"a\"}\n", "line 1: has no text under “reference” (data.reference_key)"),
    ("\n\n", "holds no prompt"), ("[1]\n", "line 1: is a list, not an object"),
  ]) func promptsThatAreWrongAreToldWithTheirLine(prompts: String, message: String) throws {
    let files = try SweepFiles("parameters: {top_k: {values: [1]}}\n", prompts: prompts)
    let result = try files.run(into: "out")
    #expect(result.code == 1)
    #expect(result.errors.contains(message))
    #expect(result.errors.split(separator: "\n").count == 1)
  }

  @Test func wrongFlagsExitWith64() throws {
    let files = try SweepFiles()
    let prompts = files.path("prompts.jsonl")
    let cases: [([String], String)] = [
      (["run", files.file], "give --out DIR"),
      (["run", files.file, "--out", "x", "--shard", "3/2"], "write I/N with I from 1 to N"),
      (["run", files.file, "--out", "x", "--temperature", "1,2"], "--temperature: "),
      (["run", files.file, "--out", "x", "--draft-model", "m"], "Unknown option '--draft-model'"),
      (["run", "--out", "x"], "give a sweep file, or --prompts"),
      (["run", "--prompts", prompts, "--out", "x"], "there is nothing to try"),
      (["run", "--prompts", prompts, "--out", "x", "--top-k", "1,two"], "it can't be “two”"),
      (
        ["run", "--prompts", prompts, "--out", "x", "--top-k", "1,2", "--metric", "length"],
        "which way is better? Give length:maximize or length:minimize"
      ),
      (["run", files.file, "--out", "x", "--max-failures", "-1"], "--max-failures"),
      (["run", files.file, "--out", "x", "--shard", "1/100001"], "and N at most 100000"),
      (["run", files.file, "--out", ""], "--out is empty; give a folder"),
      (["merge", files.path("x"), "--out", ""], "--out is empty; give a folder"),
      (["sbatch", files.file, "--shards", "2", "--out", ""], "--out is empty; give a folder"),
      (["sbatch", files.file, "--shards", "0"], "--shards: 0 is out of range"),
    ]
    for (arguments, message) in cases {
      let result = try DecodeProcess.run(["sweep"] + arguments)
      #expect(result.code == 64, "\(arguments)")
      #expect(result.errors.contains(message), "\(arguments): \(result.errors)")
    }
    let tpe = try SweepFiles(
      """
      method: tpe
      run_cap: 5
      metric: {name: nll, goal: minimize}
      parameters: {temperature: {min: 0.1, max: 1}}

      """)
    let shard = try tpe.run(into: "out", ["--shard", "1/2"])
    #expect(shard.code == 64)
    #expect(shard.errors.contains("method tpe needs all prompts at once"))
    #expect(try DecodeProcess.run(["sweep", "sbatch", tpe.file, "--shards", "2"]).code == 64)
  }

  @Test func aSweepFileThatIsAllEndingHasAFolderForItsResults() throws {
    let files = try SweepFiles()
    let hidden = files.path(".yaml")
    try FileManager.default.copyItem(atPath: files.file, toPath: hidden)
    let result = try DecodeProcess.run(["sweep", "sbatch", hidden, "--shards", "2"])
    #expect(result.code == 0)
    #expect(result.output.contains(" --out sweep --shard "))
  }

  @Test func foldersThatDontFitAreRefusedAndLeftAlone() throws {
    let files = try SweepFiles()
    #expect(try files.run(into: "out").code == 0)
    let again = try files.run(into: "out")
    #expect(again.code == 1)
    #expect(again.errors.contains("is there already; add --resume to go on, or write elsewhere"))
    let changed = try DecodeProcess.run([
      "sweep", "run", "--prompts", files.path("prompts.jsonl"), "--top-k", "1,2", "--out",
      files.path("out"), "--resume",
    ])
    #expect(changed.code == 1)
    #expect(changed.errors.contains("belongs to another sweep"))
    let unwritable = try files.run(into: "prompts.jsonl/out")
    #expect(unwritable.code == 1)
    #expect(unwritable.errors.contains("prompts.jsonl"))
    let missing = try DecodeProcess.run(["sweep", "report", files.path("nothing")])
    #expect(missing.code == 1)
    #expect(missing.errors.contains("nothing"))
  }
}
