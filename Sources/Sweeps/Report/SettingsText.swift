import JSON

/// A trial's settings for people to paste: as a call of `decode`, and as a `generation_config.json`.
struct SettingsText {
  /// What the trial gives (``Trial/given``).
  let given: [JSONMember]
  let strategy: String?
  let isDeterministic: Bool
  /// The model as the sweep named it.
  let model: String
  /// Whether the model is the one that needs no path.
  let isEmbedded: Bool

  init(_ trial: Trial, model: String, isEmbedded: Bool) {
    given = trial.given
    strategy = trial.strategy
    isDeterministic = trial.isDeterministic
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
      if let flag = self.flag(member) { flags += flag } else { needsFile = true }
    }
    words += needsFile ? ["--config", "generation_config.json"] : flags
    words += adapterFlags + ["PROMPT"]
    return words.map(ShellWord.quoted).joined(separator: " ")
  }

  /// The settings under Hugging Face's names. `do_sample` is written out, because there it decides.
  var configuration: String {
    var members = given.filter { !Self.isAdapter($0.key) }
    if !members.contains(where: { $0.key == "do_sample" }) {
      members.insert(JSONMember("do_sample", .bool(!isDeterministic)), at: 0)
      if isDeterministic { members.removeAll { $0.key == "temperature" } }
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

  /// The words of a setting's flag; `nil` where it has none, or none that can say the value.
  private func flag(_ member: JSONMember) -> [String]? {
    if member.value == .null { return [] }
    let name = "--" + member.key.replacing("_", with: "-")
    switch member.key {
    case "do_sample": return strategyFlag
    case "ignore_eos": return member.value == .bool(true) ? [name] : []
    case "stop_strings": return Self.words(of: "--stop", for: member.value)
    case "bad_words": return Self.words(of: "--bad-word", for: member.value)
    case "dry_sequence_breakers":
      guard let words = Self.words(of: "--dry-sequence-breaker", for: member.value),
        !words.contains("none")
      else { return nil }
      return words.isEmpty ? ["--dry-sequence-breaker", "none"] : words
    case "prompt_lookup_num_tokens":
      return ["--prompt-lookup", member.value.string ?? member.value.text]
    case "eos_token_id", "pad_token_id", "bad_words_ids", "begin_suppress_tokens",
      "forced_eos_token_id", "exponential_decay_length_penalty", "logit_bias", "sequence_bias",
      "suppress_tokens":
      return nil
    default: break
    }
    switch member.value {
    case .array, .object: return nil
    default: return [name, member.value.string ?? member.value.text]
    }
  }

  /// The flag that stands for `do_sample`, where no other names the strategy.
  private var strategyFlag: [String] {
    func gives(_ name: String) -> Bool { given.contains { $0.key == name && $0.value != .null } }
    guard let strategy, !gives("strategy") else { return [] }
    guard strategy == "greedy" else { return ["--strategy", strategy] }
    return gives("temperature") ? [] : ["--temperature", "0"]
  }

  /// A flag for each text of a setting that takes one or several.
  private static func words(of flag: String, for value: JSONValue) -> [String]? {
    switch value {
    case .string(let text): [flag, text]
    case .array(let values): values.flatMap { [flag, $0.string ?? $0.text] }
    default: nil
    }
  }
}
