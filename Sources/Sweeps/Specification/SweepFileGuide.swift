/// The format of the sweep file: every key with what it means and an example. `decode help sweep-file` prints it, and the
/// article <doc:SweepFile> is made of it.
public enum SweepFileGuide {
  /// A key of the file.
  public struct Key: Hashable, Sendable {
    /// Where it stands, such as `data.prompts`.
    public var path: String
    /// What it means, with its default.
    public var meaning: String
    /// Lines of a sweep file with the key in it.
    public var example: String
  }

  /// A group of keys.
  public struct Section: Hashable, Sendable {
    /// What they are about.
    public var title: String
    /// The keys.
    public var keys: [Key]
  }

  /// What comes before the keys.
  static let introduction =
    "A sweep file is YAML, or JSON where its name ends in .json. It is read in the order in which it is written: of a grid, the last parameter varies fastest. Relative paths are relative to the file. A key that isn't known is an error."

  /// A small file with all that is needed.
  public static let smallest = """
    version: 1
    data: {prompts: prompts.jsonl, reference_key: reference}
    metric: {name: chrf, goal: maximize}
    parameters:
      temperature: {values: [0.5, 0.7, 1.0]}
      top_p: {values: [0.8, 1.0]}
    """

  /// All keys.
  public static let sections: [Section] = [
    Section(
      title: "The sweep",
      keys: [
        Key(
          path: "version", meaning: "The version of the format: 1. Needed.", example: "version: 1"),
        Key(
          path: "name", meaning: "A name for reports. Default: sweep.",
          example: "name: Settings for tales"),
        Key(
          path: "seed",
          meaning:
            "Decides the search, the noise and what is held out: a whole number. Default: 0.",
          example: "seed: 42"),
        Key(
          path: "method",
          meaning:
            "How trials are chosen: grid (all combinations), random, or tpe (a tree-structured Parzen estimator, which looks where earlier trials were good; it needs metric). Default: grid.",
          example: "method: random"),
        Key(
          path: "run_cap",
          meaning:
            "The number of trials of random and tpe, where it is needed; of a grid the most.",
          example: "run_cap: 200"),
        Key(
          path: "repeats",
          meaning:
            "Samples for each prompt; a strategy that leaves nothing to chance has one. Default: 1.",
          example: "repeats: 2"),
        Key(
          path: "noise",
          meaning:
            "shared: all trials draw with the same random numbers, so that their differences vary less. independent: each with its own. Default: shared.",
          example: "noise: independent"),
      ]),
    Section(
      title: "Metrics",
      keys: [
        Key(
          path: "metric",
          meaning:
            "The metric that ranks trials, by name and goal (maximize or minimize). Without it, nothing is ranked.",
          example: "metric: {name: chrf, goal: maximize}"),
        Key(
          path: "metrics",
          meaning:
            "The metrics to compute: names, or a program of one's own with name and command, which reads a JSON object a line and answers each with a number; or name with regex, json_schema or grammar, the share of texts in that language. win_rate_M is how often a trial beats the baseline by the metric M.",
          example: """
            metrics:
              - nll
              - win_rate_sentence_chrf
              - {name: words, command: [python3, words.py]}
              - {name: is_json, json_schema: true}
            """),
      ]),
    Section(
      title: "Model and data",
      keys: [
        Key(
          path: "model.path",
          meaning: "The model; the flag -m goes before it. Default: the embedded model.",
          example: "model: {path: model.gguf}"),
        Key(
          path: "data.prompts",
          meaning:
            "A file with one JSON object a line: the prompt, or a conversation under messages, with an optional id. Needed.",
          example: "data: {prompts: prompts.jsonl}"),
        Key(
          path: "data.prompt_key",
          meaning: "The member that holds the prompt. Default: prompt.",
          example: "data: {prompts: prompts.jsonl, prompt_key: question}"),
        Key(
          path: "data.reference_key",
          meaning:
            "The member that holds what a good continuation would be: a text, or a list of texts. Metrics that compare with references need it.",
          example: "data: {prompts: prompts.jsonl, reference_key: answer}"),
        Key(
          path: "data.cluster_key",
          meaning:
            "The member that says what a prompt belongs to, such as a document: prompts of one cluster count together in intervals, tests and holdout.",
          example: "data: {prompts: prompts.jsonl, cluster_key: document}"),
        Key(
          path: "data.chat",
          meaning:
            "true: each prompt is a user's turn, rendered by the model's chat template. Default: false.",
          example: "data: {prompts: prompts.jsonl, chat: true}"),
        Key(
          path: "data.limit", meaning: "The most prompts to use. Default: all.",
          example: "data: {prompts: prompts.jsonl, limit: 64}"),
        Key(
          path: "data.holdout",
          meaning:
            "The share of prompts that are kept out of choosing and that all reported numbers are of, from 0 to below 1. Default: 0, one set of prompts for both.",
          example: "data: {prompts: prompts.jsonl, holdout: 0.5}"),
      ]),
    Section(
      title: "What is tried",
      keys: [
        Key(
          path: "defaults",
          meaning:
            "Settings of all trials, by their names in generation_config.json; a parameter of the same name takes their place. What holds without any parameter is the baseline.",
          example: "defaults: {max_new_tokens: 64}"),
        Key(
          path: "parameters",
          meaning:
            "The settings to try, each with its values. Every setting of generate can be one, and lora (none, a path, or a list of paths) with lora_scale. A setting without effect under the others of a trial is dropped, and equal trials are one.",
          example: """
            parameters:
              temperature: {values: [0.5, 1.0]}
              lora: {values: [none, adapters/fairy]}
              lora_scale: {values: [0.5, 1.0]}
            """),
        Key(
          path: "grids",
          meaning: "In the place of parameters: several spaces that don't mix.",
          example: """
            grids:
              - {temperature: {values: [0.7, 1.0]}, top_p: {values: [0.8, 1.0]}}
              - {num_beams: {values: [2, 4]}, length_penalty: {values: [0.5, 1.0]}}
            """),
        Key(
          path: "values", meaning: "A list to choose from.", example: "top_k: {values: [0, 20, 50]}"
        ),
        Key(
          path: "probabilities", meaning: "How probable each of values is under random.",
          example: "top_k: {values: [0, 50], probabilities: [0.25, 0.75]}"),
        Key(path: "value", meaning: "One value.", example: "num_beams: {value: 4}"),
        Key(
          path: "min, max",
          meaning:
            "A range, both ends included: of whole numbers where the setting takes those, of real numbers otherwise. A grid can't list real numbers.",
          example: "temperature: {min: 0.2, max: 1.4}"),
        Key(
          path: "path",
          meaning:
            "For temperature alone: every number of a range at once, found exactly. Each text is a line of the results with the interval at which it comes, and reports draw the metric as a function of the temperature. Filters that can't be followed over temperatures are refused. Not with tpe or early_terminate.",
          example: "temperature: {path: {min: 0.2, max: 1.4}}"),
        Key(
          path: "distribution",
          meaning:
            "uniform, log_uniform_values (min and max are the values themselves), q_uniform (steps of q), int_uniform, normal (mu and sigma), categorical, constant.",
          example: "repetition_penalty: {distribution: q_uniform, min: 1.0, max: 1.3, q: 0.05}"),
        Key(
          path: "q", meaning: "The step of q_uniform.",
          example: "top_p: {distribution: q_uniform, min: 0.7, max: 1.0, q: 0.1}"),
        Key(
          path: "mu, sigma", meaning: "Mean and standard deviation of normal.",
          example: "temperature: {distribution: normal, mu: 0.8, sigma: 0.1}"),
      ]),
    Section(
      title: "Letting trials go early",
      keys: [
        Key(
          path: "early_terminate.type",
          meaning:
            "halving: after each rung one in eta trials stays, with no bound on how often the best is lost. confidence: a trial goes once another is better beyond doubt, by intervals that hold at any time; it needs a metric that is a mean over prompts within bounds, such as sentence_chrf.",
          example: "early_terminate: {type: confidence, min_iter: 8}"),
        Key(
          path: "early_terminate.min_iter",
          meaning:
            "The prompts of the first rung of halving; the prompts between two looks of confidence. Default: 1.",
          example: "early_terminate: {type: halving, min_iter: 8}"),
        Key(
          path: "early_terminate.eta",
          meaning: "How many times fewer trials each rung has. Default: 3.",
          example: "early_terminate: {type: halving, eta: 2}"),
        Key(
          path: "early_terminate.level",
          meaning:
            "The probability with which the best trial is not lost by confidence, from 0.5 to below 1. Default: 0.95.",
          example: "early_terminate: {type: confidence, level: 0.9}"),
      ]),
  ]

  /// The guide for a terminal.
  public static var text: String {
    var lines = wrapped(introduction, indent: 0) + ["", "The least that is needed:", ""]
    lines += smallest.split(separator: "\n", omittingEmptySubsequences: false).map { "    " + $0 }
    for section in sections {
      lines += ["", section.title.uppercased()]
      for key in section.keys {
        lines += ["", "  " + key.path] + wrapped(key.meaning, indent: 6)
        lines += key.example.split(separator: "\n").map { "          " + $0 }
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The guide as an article of the documentation.
  public static var article: String {
    var text = "# The sweep file\n\nEvery key, with an example.\n\n## Overview\n\n\(introduction)\n"
    text += "\nThe least that is needed:\n\n```yaml\n\(smallest)\n```\n"
    for section in sections {
      text += "\n## \(section.title)\n"
      for key in section.keys {
        text += "\n### \(key.path)\n\n\(key.meaning)\n\n```yaml\n\(key.example)\n```\n"
      }
    }
    return text
  }

  private static func wrapped(_ text: String, indent: Int) -> [String] {
    let space = String(repeating: " ", count: indent)
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ") {
      if !line.isEmpty, indent + line.count + 1 + word.count > 96 {
        lines.append(space + line)
        line = ""
      }
      line += (line.isEmpty ? "" : " ") + word
    }
    return lines + [space + line]
  }
}
