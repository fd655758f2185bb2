public import LanguageModeling

/// A ``Parameter`` whatever the type of its values: what catalogues list, and what every table of settings is made of.
///
/// Two are equal where their keys are.
public struct AnyParameter: Sendable {
  /// The name in configuration files, JSON and sweeps: Hugging Face's, where it has the setting.
  public let key: String
  /// What kind of value it takes.
  public let kind: ParameterKind
  /// How the command line spells it; `nil` for a setting of files alone.
  public let flag: ParameterFlag?
  /// The values that it takes, in words: “a number from 0 (off) to 1”.
  public let expectation: String
  /// The words that a ``ParameterKind/choice`` takes, for completion; a choice may take what no list holds too.
  public let choices: [String]
  /// What it does, in a sentence that can be understood alone.
  public let help: String
  /// The default value; `nil` where there is none, or where it depends on other parameters.
  public let neutral: ParameterValue?
  /// The default in words, where the value itself doesn't say it.
  public let neutralWords: String?
  /// The parameters of which at least one must be on for this one to have an effect; empty where it needs none.
  public let needs: [AnyParameter]
  /// Whether it is younger than version 1 of the JSON formats, in which it then stands only where it isn't neutral.
  public let isYoung: Bool

  let reads: @Sendable (ParameterValue) -> Bool
  let isOff: @Sendable (ParameterValue) -> Bool
  let store: @Sendable (ParameterValue, inout Parameters) -> Void
  let names: @Sendable (Parameters) -> [TokenID]

  /// Whether a value has the right type and lies in the range.
  public func accepts(_ value: ParameterValue) -> Bool { reads(value) }

  /// Whether a value does nothing: it means what ``neutral`` means.
  public func isNeutral(_ value: ParameterValue) -> Bool {
    guard let neutral else { return false }
    return neutral.isEmpty && value.isEmpty || value.means(neutral) || isOff(value)
  }

  /// The token ids that the parameter's value in `parameters` names, to be checked against a vocabulary.
  public func namedTokens(in parameters: Parameters) -> [TokenID] { names(parameters) }
}

extension AnyParameter: Hashable, CustomStringConvertible {
  /// Whether two have the same key.
  public static func == (left: AnyParameter, right: AnyParameter) -> Bool { left.key == right.key }

  /// Hashes the key.
  public func hash(into hasher: inout Hasher) { hasher.combine(key) }

  /// The key.
  public var description: String { key }
}

/// The kinds of values of parameters, which decide how a flag and a range of a sweep are read.
public enum ParameterKind: Hashable, Sendable {
  /// A real number: a range of whole numbers is still continuous.
  case number
  /// A whole number.
  case integer
  /// True or false; a flag without a value.
  case truth
  /// One of several words, or what is spelled as a word.
  case choice
  /// A text.
  case text
  /// One text or several: a flag that may be repeated.
  case texts
  /// Token ids: a flag that may be repeated.
  case tokens
  /// A number for each of several tokens: a flag that may be repeated.
  case biases
  /// What only a file can spell.
  case structure
}

/// How the command line spells a parameter.
public struct ParameterFlag: Hashable, Sendable {
  /// The name, without its hyphens: `top-n-sigma`.
  public let name: String
  /// Other names, without hyphens.
  public let aliases: [String]
  /// A name of one letter.
  public let letter: Character?
  /// What stands for the value in the help.
  public let valueName: String

  /// A flag.
  public init(
    _ name: String, aliases: [String] = [], letter: Character? = nil, valueName: String
  ) {
    self.name = name
    self.aliases = aliases
    self.letter = letter
    self.valueName = valueName
  }
}
