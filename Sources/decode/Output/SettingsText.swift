import Decoding
import Generation
import Inference
import JSON
import Sweeps

/// A trial's settings for people to paste: as a call of `decode`, and as a `generation_config.json`.
struct SettingsText: TrialSettingsWriter {
  func command(for trial: Trial, model: String) -> String {
    var words = ["decode"]
    if model != Model.embeddedName { words += ["-m", model] }
    var flags: [String] = []
    var needsFile = false
    for member in trial.given where !Self.isAdapter(member.key) {
      if let flag = Self.flag(member, of: trial) { flags += flag } else { needsFile = true }
    }
    words += needsFile ? ["--config", "generation_config.json"] : flags
    words += Self.adapterFlags(of: trial) + ["PROMPT"]
    return words.map(ShellWord.quoted).joined(separator: " ")
  }

  /// The settings under Hugging Face's names. `do_sample` is written out, because there it decides.
  func configuration(for trial: Trial) -> String {
    var members = trial.given.filter { !Self.isAdapter($0.key) }
    if !members.contains(where: { $0.key == StrategyCatalogue.doSample.key }) {
      members.insert(
        JSONMember(StrategyCatalogue.doSample.key, .bool(!trial.isDeterministic)), at: 0)
      if trial.isDeterministic { members.removeAll { $0.key == Temperature.divisor.key } }
    }
    return "{\n"
      + members.map { "  \(JSONValue.string($0.key).text): \($0.value.text)" }
      .joined(separator: ",\n") + "\n}"
  }

  func note(for trial: Trial) -> String? {
    let flags = Self.adapterFlags(of: trial)
    guard !flags.isEmpty else { return nil }
    return "A generation_config.json names no adapter: give "
      + flags.map(ShellWord.quoted).joined(separator: " ") + " beside it."
  }

  private static func isAdapter(_ name: String) -> Bool {
    name == GenerationCatalogue.adapter || name == GenerationCatalogue.adapterScale
  }

  private static func adapterFlags(of trial: Trial) -> [String] {
    func value(_ name: String) -> JSONValue? { trial.given.first { $0.key == name }?.value }
    guard let adapter = value(GenerationCatalogue.adapter),
      adapter != .string(AdapterChoice.none)
    else { return [] }
    let scale = value(GenerationCatalogue.adapterScale)?.double ?? 1
    return AdapterChoice.paths(in: adapter)
      .flatMap { scale == 1 ? ["--lora", $0] : ["--lora-scaled", "\($0):\(scale)"] }
  }

  /// The words of a setting's flag; `nil` where it has none, or none that can say the value.
  private static func flag(_ member: JSONMember, of trial: Trial) -> [String]? {
    guard let parameter = SettingCatalogue.parameter(named: member.key) else { return nil }
    if parameter == StrategyCatalogue.doSample.erased {
      return member.value == .null ? [] : strategyFlag(of: trial)
    }
    return SettingSpelling.words(of: parameter, ParameterValue(member.value))
  }

  /// The flag that stands for `do_sample`, where no other names the strategy.
  private static func strategyFlag(of trial: Trial) -> [String] {
    func gives<Value>(_ parameter: Decoding.Parameter<Value>) -> Bool {
      trial.given.contains { $0.key == parameter.key && $0.value != .null }
    }
    guard let strategy = trial.strategy, !gives(StrategyCatalogue.strategy) else { return [] }
    guard strategy == StrategyCatalogue.first(draws: false, ranks: false).name else {
      return [SettingSpelling.flag(of: StrategyCatalogue.strategy.erased), strategy]
    }
    return gives(Temperature.divisor)
      ? [] : [SettingSpelling.flag(of: Temperature.divisor.erased), "0"]
  }
}
