public import JSON

/// One point of the space: settings to try, with what they come to.
public struct Trial: Hashable, Sendable {
  /// Twelve hexadecimal digits: the start of the SHA-256 of the settings, the model and the noise (``SweepIdentity``).
  /// Equal on every machine, in every shard, and whatever other trials stand in the file.
  public let id: String
  /// Its place in the plan, from 1, for people; 0 is a baseline that no space contains.
  public let number: Int
  /// The parameters as the space gave them, in declaration order, those without effect left out.
  public let parameters: [JSONMember]
  /// All settings that the trial runs under, with Hugging Face's names, defaults included.
  public let settings: [JSONMember]
  /// What a user writes to have the same (``InterpretedSettings/given``).
  public let given: [JSONMember]
  /// Whether the settings leave nothing to chance, so that one sample says all.
  public let isDeterministic: Bool
  /// The continuations that one search gives (``InterpretedSettings/resultCount``).
  public let resultCount: Int
  /// Whether it is the trial of the defaults alone, which the others are compared with.
  public let isBaseline: Bool

  package init(
    id: String, number: Int, parameters: [JSONMember], settings: [JSONMember],
    given: [JSONMember], isDeterministic: Bool, resultCount: Int, isBaseline: Bool
  ) {
    self.id = id
    self.number = number
    self.parameters = parameters
    self.settings = settings
    self.given = given
    self.isDeterministic = isDeterministic
    self.resultCount = resultCount
    self.isBaseline = isBaseline
  }

  /// The name of its strategy, which its settings begin with.
  public var strategy: String? {
    settings.first { $0.key == "strategy" }?.value.string
  }

  /// The continuations of a prompt: those of one search where that has several or leaves nothing to chance, else one
  /// for each repeat.
  public func sampleCount(repeats: Int) -> Int {
    resultCount > 1 || isDeterministic ? resultCount : repeats
  }
}

extension Trial {
  /// The setting that may be a path.
  static let pathSetting = "temperature"

  /// The ends of the trial's path: it holds every binary32 temperature between them. `nil` where the trial has one.
  public var temperatures: ClosedRange<Float>? { settings.pathTemperatures }

  /// The trial of a path at one of its temperatures, to be written down for a user.
  func settled(at temperature: Double) -> Trial {
    func settled(_ members: [JSONMember]) -> [JSONMember] {
      members.map {
        $0.key == Self.pathSetting ? JSONMember($0.key, .number(temperature)) : $0
      }
    }
    return Trial(
      id: id, number: number, parameters: settled(parameters), settings: settled(settings),
      given: settled(given), isDeterministic: isDeterministic, resultCount: resultCount,
      isBaseline: isBaseline)
  }
}

extension [JSONMember] {
  /// The ends of a path, or of a segment of one, where the settings have one.
  var pathTemperatures: ClosedRange<Float>? {
    guard case .array(let ends)? = first(where: { $0.key == Trial.pathSetting })?.value,
      ends.count == 2, let low = ends[0].double, let high = ends[1].double,
      Float(low) <= Float(high)
    else { return nil }
    return Float(low)...Float(high)
  }
}

extension Sequence<Trial> {
  /// The continuations of all trials for so many prompts; the greatest number where they are more than fit one.
  package func continuationCount(repeats: Int, promptCount: Int) -> Int {
    reduce(0) { sum, trial in
      let (count, isTooMany) = trial.sampleCount(repeats: repeats)
        .multipliedReportingOverflow(by: promptCount)
      let (next, overflow) = sum.addingReportingOverflow(count)
      return isTooMany || overflow ? .max : next
    }
  }
}
