import Decoding
import Generation
import Inference
import JSON
import LanguageModeling

/// The settings of a request, resolved: what it names, and neutral values elsewhere. What the model's own files recommend
/// has no part in it but for the tokens that end a text, so that a request means the same whatever model is served.
struct GenerationFields {
  /// The settings.
  var settings: GenerationSettings
  /// The seed: the request's, or one that was drawn.
  var seed: UInt64
  /// How many texts a prompt gets.
  var count: Int

  /// - Parameters:
  ///   - given: what the request names.
  ///   - length: the limit of new tokens where it names none.
  init(
    _ given: [Setting], defaultLength length: Int, model: Model
  ) throws(APIError) {
    let results = StrategyCatalogue.resultCount.erased
    var base = model.settingsLayer
    base.settings.removeAll { $0.parameter != SettingCatalogue.endOfSequenceTokens.erased }
    base.settings.append(
      Setting(SettingCatalogue.maxNewTokens.erased, .integer(length), from: .default))
    base.dropped = []
    settings = try Self.resolve(given, base).settings
    count = settings.returnSequenceCount
    if settings.strategy == .greedy,
      case .integer(let copies)? = given.last(where: { $0.parameter == results })?.value
    {
      // The same text several times: OpenAI's API gives it, and one is enough to know it.
      settings.returnSequenceCount = 1
      count = copies
    }
    if let file = settings.constraintFile {
      let name = settings.constraintSetting?.key ?? "the constraint"
      throw .invalid(
        name, "must be written out, and “\(file)” would be the name of a file, which is not read")
    }
    seed = settings.seed ?? Model.randomSeed()
  }

  private static func resolve(
    _ given: [Setting], _ base: SettingsLayer
  ) throws(APIError) -> ResolvedSettings {
    let resolved: ResolvedSettings
    do {
      resolved = try SettingsResolver.resolve(
        flags: SettingsLayer(given), model: base, policy: .drop)
    } catch { throw APIError(error) }
    // Clients of OpenAI's give its settings as a matter of course; others were meant.
    for dropped in resolved.dropped
    where dropped.source == .request && !FieldCatalogue.standard.contains(dropped.key) {
      throw .invalid(dropped.key, "\(dropped.value): \(dropped.reason); leave it out")
    }
    return resolved
  }
}
