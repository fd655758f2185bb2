import Decoding
import Generation
public import JSON
import LanguageModeling
public import Sweeps
import Synchronization

/// Resolves the settings of a sweep by the rules of `generate`.
public struct GenerationInterpreter: SettingsInterpreter {
  /// The model that the trials run on, with their adapters.
  public let model: Model
  /// Which adapters those are.
  let adapters: AdapterLibrary
  /// Samples for each prompt.
  let repeats: Int
  /// What the paths of constraints are relative to.
  let folder: SweepFolder
  /// What was resolved: every trial once.
  private let resolutions = ResolutionCache()

  init(model: Model, adapters: AdapterLibrary, repeats: Int, folder: SweepFolder) {
    self.model = model
    self.adapters = adapters
    self.repeats = repeats
    self.folder = folder
  }

  /// What a trial comes to.
  struct Resolution: Sendable {
    var template: RequestTemplate
    var interpreted: InterpretedSettings
    /// The temperatures of a trial that is a path.
    var temperatures: ClosedRange<Float>?
  }

  /// Resolves a trial's settings under the rules of `generate`; what its strategy would ignore is left out.
  public func interpret(
    defaults: [JSONMember], parameters: [JSONMember]
  ) throws(SettingsRefusal) -> InterpretedSettings {
    let point = ResolutionCache.Point(defaults: defaults, parameters: parameters)
    if let known = resolutions.interpreted(point) { return try known.get() }
    do throws(SettingsRefusal) {
      let resolution = try resolve(defaults: defaults, parameters: parameters)
      resolutions.insert(resolution, for: point)
      return resolution.interpreted
    } catch {
      resolutions.insert(error, for: point)
      throw error
    }
  }

  /// What a trial came to when it was planned.
  func resolution(
    of trial: Trial, defaults: [JSONMember]
  ) throws(SettingsRefusal) -> Resolution {
    if let known = resolutions.resolution(of: trial.settings) { return known }
    return try resolve(defaults: defaults, parameters: trial.parameters)
  }

  /// Resolves a trial's settings down to what a request needs.
  private func resolve(
    defaults: [JSONMember], parameters: [JSONMember]
  ) throws(SettingsRefusal) -> Resolution {
    var given = SettingMembers(defaults: defaults, parameters: parameters)
    let adapter = try takeAdapter(from: &given)
    let path = given.takePath()
    let resolved = try resolve(&given)
    let settings = try Self.drawable(resolved, repeats: repeats)
    given.dropWithoutEffect(under: resolved)
    var template: RequestTemplate
    do {
      template = try model.template(for: settings, folder: folder)
      let strategy = try settings.decodingStrategy()
      if path != nil, resolved.reads(Temperature.divisor.erased) {
        try PathDecoder.checkStrategy(strategy)
        if settings.selection != nil {
          throw SettingsRefusal("a path gives all texts and selects none; leave select out")
        }
      }
    } catch {
      throw SettingsRefusal("\(error)")
    }
    template.adapter = adapter.mix
    // Under a strategy that reads no temperature, the path was dropped like one.
    let followed = resolved.reads(Temperature.divisor.erased) ? path : nil
    return Resolution(
      template: template,
      interpreted: InterpretedSettings(
        settings: try Self.members(resolved, settings).putting(followed)
          + constraintMembers(settings) + adapter.members,
        withoutEffect: given.withoutEffect, isDeterministic: !settings.strategy.draws,
        resultCount: settings.strategy.ranks ? settings.returnSequenceCount : 1,
        given: given.effective.putting(followed) + adapter.given),
      temperatures: followed?.temperatures)
  }

  // MARK: - Settings

  /// Resolves the settings; what the strategy would ignore is dropped instead of refused.
  private func resolve(_ given: inout SettingMembers) throws(SettingsRefusal) -> ResolvedSettings {
    do throws(SettingsError) {
      let resolved = try SettingsResolver.resolve(
        flags: SettingsLayer(given.parameters.settings(from: .flag("parameters"))),
        configuration: SettingsLayer(given.defaults.settings(from: .configuration("defaults"))),
        model: model.settingsLayer, policy: .drop)
      for setting in resolved.dropped where setting.source.isUser {
        given.drop(setting.key, from: setting.source)
      }
      return resolved
    } catch {
      throw SettingsRefusal("\(error)")
    }
  }

  /// The settings with the number of sequences that one request of a sweep has.
  private static func drawable(
    _ resolved: ResolvedSettings, repeats: Int
  ) throws(SettingsRefusal) -> GenerationSettings {
    var settings = resolved.settings
    settings.seed = nil
    guard !settings.strategy.ranks, settings.selection == nil else { return settings }
    let count = resolved.entries.first {
      $0.parameter == StrategyCatalogue.resultCount.erased
    }
    if let count, count.source.isUser, count.value != .integer(1) {
      throw SettingsRefusal(
        "num_return_sequences \(count.value) has no meaning when trials are repeated; give "
          + "`repeats: \(count.value)` instead")
    }
    // The codes of arithmetic sampling keep their distance, so that their number matters.
    settings.returnSequenceCount = settings.strategy == .arithmetic ? repeats : 1
    return settings
  }

  /// All settings in force, each in the spelling of its kind, so that equal settings are equal.
  private static func members(
    _ resolved: ResolvedSettings, _ settings: GenerationSettings
  ) -> [JSONMember] {
    var members = [JSONMember("strategy", .string(settings.strategy.name))]
    for entry in resolved.entries where entry.parameter != SettingCatalogue.seed.erased {
      if entry.parameter == StrategyCatalogue.resultCount.erased, !settings.strategy.ranks,
        settings.selection == nil
      {
        continue
      }
      let value = JSONValue(entry.value)
      members.append(
        JSONMember(
          entry.key,
          entry.parameter.kind == .number ? value.double.map(JSONValue.number) ?? value : value))
    }
    return members
  }

  /// What tells a trial apart beside the path of its constraint: what the file holds.
  private func constraintMembers(
    _ settings: GenerationSettings
  ) throws(SettingsRefusal) -> [JSONMember] {
    guard let file = settings.parameters.constraintFile else { return [] }
    do throws(SweepError) {
      let digest = try FileDigest.digest(of: folder.resolved(file))
      return [JSONMember("constraint_digest", .string(String(digest.prefix(12))))]
    } catch {
      throw SettingsRefusal("\(error)")
    }
  }

  // MARK: - Adapters

  private struct Adapter {
    var mix = AdapterMix.none
    /// Among the settings in force.
    var members: [JSONMember] = []
    /// As a user gives it.
    var given: [JSONMember] = []
  }

  /// The adapters that the settings name, with the scale; takes both out of them.
  private func takeAdapter(from given: inout SettingMembers) throws(SettingsRefusal) -> Adapter {
    let value = given.take(GenerationCatalogue.adapter)
    let scale = given.take(GenerationCatalogue.adapterScale)
    guard let value, value != .null, value != .string(AdapterChoice.none) else {
      // No adapter, so its scale means nothing.
      if scale != nil { given.withoutEffect.append(GenerationCatalogue.adapterScale) }
      return Adapter(given: value.map { [JSONMember(GenerationCatalogue.adapter, $0)] } ?? [])
    }
    let paths = AdapterChoice.paths(in: value)
    guard !paths.isEmpty, value.string != nil || paths.count == value.count else {
      throw SettingsRefusal(
        "lora is a path, a list of paths whose adapters add up, or none; it can't be \(value.text)")
    }
    guard let factor = scale.map(\.double) ?? 1, factor.isFinite else {
      throw SettingsRefusal("lora_scale is a number; it can't be \(scale?.text ?? "null")")
    }
    let digests = paths.map { String((adapters.digest(of: $0) ?? "").prefix(12)) }
    return Adapter(
      mix: AdapterMix(paths.map { .init(name: $0, weight: Float(factor)) }),
      members: [
        JSONMember(GenerationCatalogue.adapter, .array(paths.map(JSONValue.string))),
        JSONMember(GenerationCatalogue.adapterScale, .number(factor)),
        JSONMember("lora_digest", .array(digests.map(JSONValue.string))),
      ],
      given: [
        JSONMember(GenerationCatalogue.adapter, value),
        JSONMember(GenerationCatalogue.adapterScale, .number(factor)),
      ])
  }
}

/// What a trial's file says, while it is sifted.
private struct SettingMembers {
  var defaults: [JSONMember]
  var parameters: [JSONMember]
  /// Parameters that turned out to mean nothing.
  var withoutEffect: [String] = []

  init(defaults: [JSONMember], parameters: [JSONMember]) {
    self.defaults = defaults.filter { member in
      !parameters.contains { $0.key == member.key }
    }
    self.parameters = parameters
  }

  /// What is left, in one list.
  var effective: [JSONMember] { defaults + parameters }

  /// Takes a member out; a parameter goes before a default.
  mutating func take(_ name: String) -> JSONValue? {
    let value = (parameters.last { $0.key == name } ?? defaults.last { $0.key == name })?.value
    parameters.removeAll { $0.key == name }
    defaults.removeAll { $0.key == name }
    return value
  }

  /// Takes the path of the temperature out, and puts a temperature in its place: any that isn't neutral.
  mutating func takePath() -> JSONMember? {
    guard let place = parameters.lastIndex(where: { $0.key == Temperature.divisor.key }),
      parameters[place].temperatures != nil
    else { return nil }
    let path = parameters[place]
    parameters[place].value = .number(0.5)
    return path
  }

  /// Drops what means nothing.
  mutating func drop(_ name: String, from source: SettingSource) {
    if case .flag = source {
      parameters.removeAll { $0.key == name }
      withoutEffect.append(name)
    } else {
      defaults.removeAll { $0.key == name }
    }
  }

  /// Drops neutral values that the strategy doesn't read.
  mutating func dropWithoutEffect(under resolved: ResolvedSettings) {
    for member in effective {
      guard let parameter = SettingCatalogue.parameter(named: member.key),
        !resolved.reads(parameter),
        !SettingCatalogue.mayChoose(parameter, resolved.settings.strategy)
      else { continue }
      drop(
        member.key,
        from: parameters.contains { $0.key == member.key }
          ? .flag("parameters") : .configuration("defaults"))
    }
  }
}

extension [JSONMember] {
  /// The members as settings; null is as if nothing were there.
  fileprivate func settings(from source: SettingSource) -> [Setting] {
    compactMap { member in
      guard let parameter = SettingCatalogue.parameter(named: member.key), member.value != .null
      else { return nil }
      return Setting(parameter, ParameterValue(member.value), from: source)
    }
  }
}

extension JSONMember {
  /// The ends of a path over temperatures.
  fileprivate var temperatures: ClosedRange<Float>? {
    guard case .array(let ends) = value, ends.count == 2, let low = ends[0].double,
      let high = ends[1].double, low <= high
    else { return nil }
    return Float(low)...Float(high)
  }
}

extension [JSONMember] {
  /// The members with another in the place of the one of its name.
  fileprivate func putting(_ member: JSONMember?) -> [JSONMember] {
    guard let member else { return self }
    return map { $0.key == member.key ? member : $0 }
  }
}

extension JSONValue {
  /// The number of elements of a list.
  fileprivate var count: Int? {
    if case .array(let values) = self { values.count } else { nil }
  }
}

/// What the points of a sweep came to. A point is met when the trials are checked, when they are planned and when they
/// run.
private final class ResolutionCache: Sendable {
  /// What the sweep file says of a trial.
  struct Point: Hashable {
    var defaults: [JSONMember]
    var parameters: [JSONMember]
  }

  private struct State {
    var points: [Point: Result<InterpretedSettings, SettingsRefusal>] = [:]
    /// By the settings in force, which trials are told apart by.
    var resolutions: [[JSONMember]: GenerationInterpreter.Resolution] = [:]
  }

  private let state = Mutex(State())

  func interpreted(_ point: Point) -> Result<InterpretedSettings, SettingsRefusal>? {
    state.withLock { $0.points[point] }
  }

  func resolution(of settings: [JSONMember]) -> GenerationInterpreter.Resolution? {
    state.withLock { $0.resolutions[settings] }
  }

  func insert(_ resolution: GenerationInterpreter.Resolution, for point: Point) {
    state.withLock {
      $0.points[point] = .success(resolution.interpreted)
      $0.resolutions[resolution.interpreted.settings] = resolution
    }
  }

  func insert(_ refusal: SettingsRefusal, for point: Point) {
    state.withLock { $0.points[point] = .failure(refusal) }
  }
}
