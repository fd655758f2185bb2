import Foundation
import TestSupport
import Testing

/// A folder with a sweep file and its prompts.
struct SweepFiles {
  let directory: TemporaryDirectory
  /// The sweep file.
  let file: String

  static let prompts = """
    {"prompt": "Once upon a time", "reference": "Once upon a time there was a king."}
    {"id": "wolf", "prompt": "The wolf said to the little girl", "reference": "The wolf said: good day."}
    {"prompt": "", "reference": "It was night."}
    {"prompt": "In a village there lived a miller who", "reference": ["A miller had a cat.", "He slept."]}
    {"prompt": "The king had three daughters, and the youngest of them", "reference": "was fair."}

    """

  static let fields = """
    name: tales
    seed: 7
    repeats: 2
    metric: {name: chrf, goal: maximize}
    metrics: [nll, distinct_2, self_bleu, entropy, tokens_per_second]
    defaults: {max_new_tokens: 14}
    grids:
      - temperature: {values: [0, 0.7, 1.1]}
        top_p: {values: [0.8, 1.0]}
      - num_beams: {values: [3]}
        length_penalty: {values: [0, 2.0]}
        num_return_sequences: {values: [2]}

    """

  init(_ fields: String = Self.fields, prompts: String = Self.prompts) throws {
    directory = try TemporaryDirectory()
    try directory.write(Array(prompts.utf8), to: "prompts.jsonl")
    file = try directory.write(
      Array(
        ("version: 1\ndata: {prompts: prompts.jsonl, reference_key: reference}\n" + fields).utf8),
      to: "sweep.yaml")
  }

  /// A path in the folder.
  func path(_ name: String) -> String { directory.file(name) }

  /// Starts `sweep run`.
  func start(into output: String, _ flags: [String] = []) throws -> DecodeProcess.Running {
    try DecodeProcess.Running(
      executable: DecodeProcess.path, ["sweep", "run", file, "--out", path(output)] + flags,
      input: nil, environment: [:])
  }

  /// Runs `sweep run` to its end.
  func run(into output: String, _ flags: [String] = []) throws -> ProcessResult {
    try start(into: output, flags).finish()
  }

  /// Merges what lies in a folder.
  func merge(_ output: String, into merged: String) throws -> ProcessResult {
    try DecodeProcess.run(["sweep", "merge", path(output), "--out", path(merged)])
  }

  /// The lines of a merged `results.jsonl`, without timings.
  func results(_ merged: String) throws -> [String] {
    let text = try String(contentsOfFile: path(merged) + "/results.jsonl", encoding: .utf8)
    return try text.split(separator: "\n").map { line in
      let end = try #require(line.range(of: #", "timing": "#))
      return String(line[..<end.lowerBound])
    }
  }
}
