public import JSON

/// Knows the names of settings.
public protocol SettingsCatalogue: Sendable {
  /// The kind of value that a setting takes; `nil` for a name that is no setting.
  func kind(of setting: String) -> SettingKind?

  /// All names, for suggestions.
  var settingNames: [String] { get }
}

/// Knows what settings mean. A sweep itself only knows their names and values.
///
/// The command line resolves them by the rules of the flags of `generate`.
public protocol SettingsInterpreter: Sendable {
  /// Resolves a trial's settings: `defaults` and `parameters` over what the model recommends.
  ///
  /// - Parameters:
  ///   - defaults: what the file sets for all trials.
  ///   - parameters: what this trial sets. If a name occurs twice, the last wins.
  /// - Throws: ``SettingsRefusal`` for values out of range and for settings that contradict each other.
  func interpret(
    defaults: [JSONMember], parameters: [JSONMember]
  ) throws(SettingsRefusal) -> InterpretedSettings
}

/// The kinds of settings, which decide how a range is read.
public enum SettingKind: Hashable, Sendable {
  /// Real numbers, such as a temperature: a range of whole numbers is still continuous.
  case number
  /// Whole numbers.
  case integer
  /// Anything else: listed values only.
  case other
}

/// What settings come to.
public struct InterpretedSettings: Hashable, Sendable {
  /// Every setting in force with its value, in a fixed order, `strategy` first.
  public var settings: [JSONMember]
  /// The parameters without effect under the others.
  public var withoutEffect: [String]
  /// Whether nothing is left to chance.
  public var isDeterministic: Bool
  /// The continuations that one search gives, such as the best few of its beams; 1 where each sample is drawn by itself.
  public var resultCount: Int
  /// What the defaults and parameters say that has an effect: what a user writes to have the same.
  public var given: [JSONMember]

  /// Settings in force.
  public init(
    settings: [JSONMember], withoutEffect: [String], isDeterministic: Bool, resultCount: Int = 1,
    given: [JSONMember] = []
  ) {
    self.settings = settings
    self.withoutEffect = withoutEffect
    self.isDeterministic = isDeterministic
    self.resultCount = resultCount
    self.given = given
  }
}

/// Why settings can't be used, as a sentence that says what to write instead.
public struct SettingsRefusal: Error, Hashable, Sendable, CustomStringConvertible {
  /// The sentence.
  public let description: String

  /// A refusal.
  public init(_ description: String) {
    self.description = description
  }
}
