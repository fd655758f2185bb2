import Decoding
import Generation
import Inference

/// The settings of a chat: those of the command line, and in their place those that were set since.
struct ChatSettings {
  private let command: ChatCommand
  private let model: Model
  private let configuration: SettingsLayer
  /// What was set since.
  private var own = SettingsLayer()
  /// What all of it comes to.
  private(set) var resolved: ResolvedSettings

  init(_ command: ChatCommand, model: Model) throws(CommandFailure) {
    self.command = command
    self.model = model
    configuration = try command.settingsOptions.configuration()
    resolved = try Self.resolve(command, model, configuration, own)
  }

  private static func resolve(
    _ command: ChatCommand, _ model: Model, _ configuration: SettingsLayer, _ own: SettingsLayer
  ) throws(CommandFailure) -> ResolvedSettings {
    var resolved = try command.settingsOptions.resolve(
      over: configuration, model: model.settingsLayer, usual: true, own: own)
    try command.draftModelOptions.check(&resolved)
    return resolved
  }

  /// What the answers share.
  func template() throws(CommandFailure) -> RequestTemplate {
    let settings = resolved.settings
    return try reportingFailure { try model.template(for: settings) }
  }

  /// Sets what `text` says: `NAME=VALUE`; without a value, what held at the start holds again.
  ///
  /// - Throws: `CommandFailure` for what can't be set; nothing has changed then.
  mutating func set(_ text: String) throws(CommandFailure) {
    guard let sign = text.firstIndex(of: "=") else {
      throw .usage("/set: write NAME=VALUE, such as /set temperature=0.7")
    }
    let name = text[..<sign].filter { !$0.isWhitespace }
    let value = String(text[text.index(after: sign)...].drop(while: \.isWhitespace))
    let parameter = try SettingSpelling.parameter(spelled: name)
    var next = self
    next.own.settings.removeAll { $0.parameter == parameter }
    if !value.isEmpty {
      next.own.settings.append(
        Setting(
          parameter, SettingSpelling.value(of: parameter, typed: value), from: .flag("/set")))
    }
    next.resolved = try Self.resolve(command, model, configuration, next.own)
    self = next
  }
}
