/// Writes a trial's settings for people to paste. Who owns the settings knows their flags and files.
public protocol TrialSettingsWriter: Sendable {
  /// A call that gives ``Trial/given``.
  ///
  /// - Parameter model: the model as the sweep named it.
  func command(for trial: Trial, model: String) -> String

  /// A file of settings that gives ``Trial/given``.
  func configuration(for trial: Trial) -> String

  /// What the file can't say, such as an adapter, in a sentence; `nil` for nothing.
  func note(for trial: Trial) -> String?
}

extension TrialSettingsWriter {
  /// Nothing.
  public func note(for trial: Trial) -> String? { nil }
}
