import JSON

/// A trial's settings for people to paste: as a call of `decode`, and as a `generation_config.json`.
struct SettingsText {
  /// What the trial gives (``Trial/given``).
  let given: [JSONMember]
  let strategy: String?
  /// The model as the sweep named it.
  let model: String
  /// Whether the model is the one that needs no path.
  let isEmbedded: Bool

  init(_ trial: Trial, model: String, isEmbedded: Bool) {
    given = trial.given
    strategy = trial.strategy
    self.model = model
    self.isEmbedded = isEmbedded
  }

  /// A call of `decode`; with a configuration file where a setting has no flag.
  var command: String {
    var words = ["decode"]
    if !isEmbedded { words += ["-m", model] }
    var flags: [String] = []
    var needsFile = false
    for member in given where !Self.isAdapter(member.key) {
      if let flag = Self.flag(member) { flags += flag } else { needsFile = true }
    }
    words += needsFile ? ["--config", "generation_config.json"] : flags
    words += adapterFlags + ["PROMPT"]
    return words.map(ShellWord.quoted).joined(separator: " ")
  }

  /// The settings under Hugging Face's names. `do_sample` is written out, because there it decides.
  var configuration: String {
    var members = given.filter { !Self.isAdapter($0.key) }
    if !members.contains(where: { $0.key == "do_sample" }) {
      let samples = strategy.map { !["greedy", "beam", "diverse-beam"].contains($0) } ?? true
      members.insert(JSONMember("do_sample", .bool(samples)), at: 0)
      if !samples { members.removeAll { $0.key == "temperature" } }
    }
    return "{\n"
      + members.map { "  \(JSONValue.string($0.key).text): \($0.value.text)" }
      .joined(separator: ",\n") + "\n}"
  }

  private static func isAdapter(_ name: String) -> Bool { name == "lora" || name == "lora_scale" }

  private var adapterFlags: [String] {
    guard let value = given.first(where: { $0.key == "lora" })?.value else { return [] }
    let paths: [String] =
      switch value {
      case .string("none"): []
      case .string(let path): [path]
      case .array(let values): values.compactMap(\.string)
      default: []
      }
    let scale = given.first { $0.key == "lora_scale" }?.value.double ?? 1
    return paths.flatMap { scale == 1 ? ["--lora", $0] : ["--lora-scaled", "\($0):\(scale)"] }
  }

  /// The words of a setting's flag; `nil` where it has none.
  private static func flag(_ member: JSONMember) -> [String]? {
    let name = "--" + member.key.replacing("_", with: "-")
    func each(_ flag: String) -> [String]? {
      switch member.value {
      case .string(let text): [flag, text]
      case .array(let values): values.flatMap { [flag, $0.string ?? $0.text] }
      default: nil
      }
    }
    switch member.key {
    case "do_sample":
      return member.value == .bool(true) ? ["--strategy", "sample"] : ["--temperature", "0"]
    case "ignore_eos": return member.value == .bool(true) ? [name] : []
    case "stop_strings": return each("--stop")
    case "bad_words": return each("--bad-word")
    case "dry_sequence_breakers": return each("--dry-sequence-breaker")
    case "eos_token_id", "pad_token_id", "bad_words_ids", "begin_suppress_tokens",
      "forced_eos_token_id", "exponential_decay_length_penalty", "logit_bias", "sequence_bias",
      "suppress_tokens":
      return nil
    default: break
    }
    switch member.value {
    case .null: return []
    case .array, .object: return nil
    default: return [name, member.value.string ?? member.value.text]
    }
  }
}
