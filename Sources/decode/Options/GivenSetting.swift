import ArgumentParser
import Decoding
import Generation

/// A setting's flag as it stands on the command line: which, and what follows it.
struct GivenSetting: Sendable {
  var parameter: AnyParameter
  var text: String
}

// One declaration for each flag: its name, its other names and its help are the setting's own.

extension Option {
  /// The flag of a setting.
  init<Content>(setting parameter: Parameter<Content>) where Value == GivenSetting? {
    let parameter = parameter.erased
    self.init(
      name: parameter.flagNames, parsing: .unconditional, help: parameter.flagHelp,
      completion: parameter.completion
    ) { GivenSetting(parameter: parameter, text: $0) }
  }

  /// The flag of a setting that may be repeated.
  init<Content>(
    wrappedValue: [GivenSetting], setting parameter: Parameter<Content>
  ) where Value == [GivenSetting] {
    let parameter = parameter.erased
    self.init(
      wrappedValue: wrappedValue, name: parameter.flagNames, parsing: .unconditionalSingleValue,
      help: parameter.flagHelp
    ) { GivenSetting(parameter: parameter, text: $0) }
  }
}

extension Flag where Value == Bool {
  /// The flag of a setting that is on or off.
  init(wrappedValue: Bool, setting parameter: Parameter<Bool>) {
    self.init(
      wrappedValue: wrappedValue, name: parameter.erased.flagNames,
      help: parameter.erased.flagHelp)
  }
}

extension AnyParameter {
  fileprivate var completion: CompletionKind? {
    if !choices.isEmpty { return .list(choices) }
    return flag?.valueName.hasPrefix("file") == true ? .file() : nil
  }

  fileprivate var flagNames: NameSpecification {
    guard let flag else { return .long }
    var names = ([flag.name] + flag.aliases).map { NameSpecification.Element.customLong($0) }
    if let letter = flag.letter { names.append(.customShort(letter)) }
    return NameSpecification(names)
  }

  /// The help, with what holds where nobody says anything.
  fileprivate var flagHelp: ArgumentHelp {
    ArgumentHelp(
      "\(help)" + (defaultText.map { " (default: \($0))" } ?? ""), valueName: flag?.valueName)
  }

  private var defaultText: String? {
    let spelled: String? =
      switch neutral {
      case .number(let number)?:
        number == number.rounded() ? "\(Int(number))" : "\(number)"
      case .bool where kind == .truth: nil
      case .null?, .list?, nil: nil
      case let value?: value.description
      }
    let parts = [spelled, neutralWords].compactMap(\.self)
    return parts.isEmpty ? nil : parts.joined(separator: ", ")
  }
}

extension ParsableArguments {
  /// The settings that the flags of these arguments give, in the order of their declarations.
  var givenSettings: [Setting] {
    Mirror(reflecting: self).children.flatMap { name, property -> [Setting] in
      switch property {
      case let option as Option<GivenSetting?>:
        Self.settings(option.wrappedValue.map { [$0] } ?? [])
      case let option as Option<[GivenSetting]>:
        Self.settings(option.wrappedValue)
      case let flag as Flag<Bool>:
        flag.wrappedValue ? Self.settings(ofProperty: name ?? "") : []
      case let group as OptionGroup<ConstraintOptions>:
        group.wrappedValue.givenSettings
      default: []
      }
    }
  }

  /// The setting of a flag, given once or several times.
  private static func settings(_ given: [GivenSetting]) -> [Setting] {
    guard let parameter = given.first?.parameter else { return [] }
    let value = SettingSpelling.value(of: parameter, given.map(\.text))
    return [Setting(parameter, value, from: .flag(SettingSpelling.flag(of: parameter)))]
  }

  /// The setting that a property of type `Bool` switches on: `_pLess` is `p_less`.
  private static func settings(ofProperty name: String) -> [Setting] {
    let key = name.dropFirst().reduce(into: "") {
      $0 += $1.isUppercase ? "_" + $1.lowercased() : String($1)
    }
    guard let parameter = SettingCatalogue.parameter(named: key) else { return [] }
    return [Setting(parameter, .bool(true), from: .flag(SettingSpelling.flag(of: parameter)))]
  }
}
