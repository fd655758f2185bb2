public import LanguageModeling

/// A setting of a filter, a processor or a strategy: one declaration, beside what it belongs to, from which flags, keys
/// of files, checks, help and reports are derived.
///
///     extension TopK {
///       public static let count = Parameter<Int>.integer(
///         "top_k", neutral: 0, "a whole number, 0 (off) or above", in: 0...,
///         help: "Keeps the n most probable tokens.")
///     }
///     var parameters = Parameters()
///     parameters[TopK.count]      // 0
///     parameters[TopK.count] = 5
///     TopK.count.erased.accepts(.number(1.5))  // false
public struct Parameter<Value: Hashable & Sendable>: Sendable {
  /// What is known about it apart from the type of its values.
  public let erased: AnyParameter
  /// The value that does nothing, which is the default.
  public let neutral: Value
  /// Whether a value does nothing.
  let isOff: @Sendable (Value) -> Bool

  /// The name in configuration files, JSON and sweeps.
  public var key: String { erased.key }

  /// A parameter.
  ///
  /// - Parameters:
  ///   - key: Hugging Face's name, where it has the setting.
  ///   - neutral: the value that does nothing.
  ///   - spelled: that value as files spell it; `nil` where nothing stands for it.
  ///   - expectation: the values that are taken, in words that follow “is”.
  ///   - choices: the words among them, for completion.
  ///   - help: what it does, in a sentence that can be understood alone.
  ///   - neutralWords: what is said of the neutral value in the help, where the value itself doesn't say it.
  ///   - flag: how the command line spells it; the key with hyphens unless given.
  ///   - needs: the parameters of which one must be on for this one to have an effect.
  ///   - isYoung: whether it is younger than version 1 of the JSON formats.
  ///   - isOff: values beside `neutral` that do nothing too.
  ///   - tokens: the token ids that a value names.
  ///   - read: the value that a file or a flag spells; `nil` for one of another type or out of range.
  public init(
    _ key: String, _ kind: ParameterKind, neutral: Value, spelled: ParameterValue?,
    _ expectation: String, choices: [String] = [], help: String, neutralWords: String? = nil,
    flag: ParameterFlag?, needs: [AnyParameter] = [], isYoung: Bool = false,
    isOff: @escaping @Sendable (Value) -> Bool = { _ in false },
    tokens: @escaping @Sendable (Value) -> [TokenID] = { _ in [] },
    read: @escaping @Sendable (ParameterValue) -> Value?
  ) {
    self.neutral = neutral
    self.isOff = { $0 == neutral || isOff($0) }
    erased = AnyParameter(
      key: key, kind: kind, flag: flag, expectation: expectation, choices: choices, help: help,
      neutral: spelled, neutralWords: neutralWords, needs: needs, isYoung: isYoung,
      reads: { read($0) != nil },
      isOff: { value in read(value).map(isOff) ?? false },
      store: { value, parameters in
        parameters.set(read(value) ?? neutral, key: key, neutral: neutral)
      },
      names: { parameters in tokens(parameters.value(of: key, neutral: neutral)) })
  }
}

extension Parameter {
  /// A key as a flag: `top_k` is `--top-k`.
  private static func flag(
    _ key: String, _ valueName: String, _ given: ParameterFlag?
  ) -> ParameterFlag {
    given
      ?? ParameterFlag(String(key.map { $0 == "_" ? "-" : $0 }), valueName: valueName)
  }
}

extension Parameter<Double> {
  /// A real number.
  ///
  /// - Parameter contains: the range; NaN must lie outside.
  public static func number(
    _ key: String, neutral: Double, _ expectation: String, help: String,
    neutralWords: String? = nil, flag: ParameterFlag? = nil, needs: [AnyParameter] = [],
    isYoung: Bool = false, isOff: @escaping @Sendable (Double) -> Bool = { _ in false },
    in contains: @escaping @Sendable (Double) -> Bool
  ) -> Parameter {
    Parameter(
      key, .number, neutral: neutral, spelled: .number(neutral), expectation, help: help,
      neutralWords: neutralWords, flag: Self.flag(key, "x", flag), needs: needs, isYoung: isYoung,
      isOff: isOff
    ) { value in
      value.asDouble.flatMap { contains($0) ? $0 : nil }
    }
  }
}

extension Parameter<Double?> {
  /// A real number, or none.
  ///
  /// - Parameter contains: the range; NaN must lie outside.
  public static func optionalNumber(
    _ key: String, _ expectation: String, help: String, neutralWords: String,
    isYoung: Bool = false, in contains: @escaping @Sendable (Double) -> Bool
  ) -> Parameter {
    Parameter(
      key, .number, neutral: nil, spelled: .null, expectation, help: help,
      neutralWords: neutralWords, flag: Self.flag(key, "x", nil), isYoung: isYoung
    ) { value in
      value.asDouble.flatMap { contains($0) ? .some(.some($0)) : nil }
    }
  }
}

extension Parameter<Int> {
  /// A whole number.
  public static func integer(
    _ key: String, neutral: Int, _ expectation: String,
    in range: some RangeExpression<Int> & Sendable, help: String, neutralWords: String? = nil,
    flag: ParameterFlag? = nil, needs: [AnyParameter] = [], isYoung: Bool = false
  ) -> Parameter {
    Parameter(
      key, .integer, neutral: neutral, spelled: .integer(neutral), expectation, help: help,
      neutralWords: neutralWords, flag: Self.flag(key, "n", flag), needs: needs, isYoung: isYoung
    ) { value in
      guard case .integer(let number) = value, range.contains(number) else { return nil }
      return number
    }
  }
}

extension Parameter<Bool> {
  /// True or false, neutral where false; the flag has no value.
  public static func truth(
    _ key: String, help: String, hasFlag: Bool = true, needs: [AnyParameter] = [],
    isYoung: Bool = false
  ) -> Parameter {
    Parameter(
      key, .truth, neutral: false, spelled: .bool(false), "true or false", help: help,
      flag: hasFlag ? Self.flag(key, "", nil) : nil, needs: needs, isYoung: isYoung
    ) { value in
      if case .bool(let truth) = value { truth } else { nil }
    }
  }
}

extension Parameter where Value: RawRepresentable<String> & CaseIterable {
  /// One of the cases of a type, by its raw value.
  public static func choice(
    _ key: String, neutral: Value, help: String, valueName: String = "name",
    needs: [AnyParameter] = [], isYoung: Bool = false
  ) -> Parameter {
    let names = Value.allCases.map(\.rawValue)
    return Parameter(
      key, .choice, neutral: neutral, spelled: .text(neutral.rawValue),
      "one of \(names.joined(separator: ", "))",
      choices: names, help: help, flag: Self.flag(key, valueName, nil), needs: needs,
      isYoung: isYoung
    ) { value in
      if case .text(let text) = value { Value(rawValue: text) } else { nil }
    }
  }
}

extension Parameter<[String]> {
  /// A text or a list of texts, none of them empty.
  public static func texts(
    _ key: String, neutral: [String] = [], help: String, neutralWords: String? = nil,
    flag: ParameterFlag, needs: [AnyParameter] = [], isYoung: Bool = false
  ) -> Parameter {
    Parameter(
      key, .texts, neutral: neutral, spelled: .list(neutral.map(ParameterValue.text)),
      "a text or a list of texts, none of them empty", help: help, neutralWords: neutralWords,
      flag: flag, needs: needs, isYoung: isYoung, read: \.texts)
  }
}

extension Parameter<[TokenID]> {
  /// A token id or a list of token ids.
  public static func tokens(
    _ key: String, spelled: ParameterValue = .list([]), help: String, hasFlag: Bool = false
  ) -> Parameter {
    Parameter(
      key, .tokens, neutral: [], spelled: spelled, "a token id or a list of token ids",
      help: help, flag: hasFlag ? Self.flag(key, "ids", nil) : nil, tokens: { $0 }, read: \.tokens)
  }
}
