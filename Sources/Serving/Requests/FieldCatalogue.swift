import Decoding
import Generation
import Inference
import JSON
import Metrics

/// What a request may say beside what its endpoint reads itself: every setting of the decoding catalogue by its name, and
/// what OpenAI's API has.
enum FieldCatalogue {
  /// OpenAI's names of settings that go by others here.
  static let aliases: [String: AnyParameter] = [
    "max_tokens": SettingCatalogue.maxNewTokens.erased,
    "max_completion_tokens": SettingCatalogue.maxNewTokens.erased,
    "n": StrategyCatalogue.resultCount.erased,
    "stop": SettingCatalogue.stopStrings.erased,
  ]

  /// The settings that OpenAI's API has, which clients give whether or not they have an effect.
  static let standard: Set<String> = [
    "temperature", "top_p", "frequency_penalty", "presence_penalty", "seed", "logit_bias",
    "max_new_tokens", "num_return_sequences", "stop_strings",
  ]

  /// Fields of OpenAI's API that say nothing about the text.
  static let ignored: Set<String> = [
    "user", "store", "metadata", "service_tier", "safety_identifier", "prompt_cache_key",
    "prompt_cache_retention",
  ]

  /// Fields of OpenAI's API that can't be done here, each with the values at which they ask for nothing.
  static let refused: [String: [JSONValue]] = [
    "suffix": [.string("")], "tools": [.array([])], "tool_choice": [.string("none")],
    "parallel_tool_calls": [.bool(true), .bool(false)], "functions": [.array([])],
    "function_call": [.string("none")],
    "modalities": [.array([.string("text")])], "audio": [], "prediction": [],
    "reasoning_effort": [], "verbosity": [], "web_search_options": [], "moderation": [],
  ]

  /// The settings that a request may give: all but the one that is nothing but the name of a file.
  static let settings = SettingCatalogue.parameters.filter {
    $0 != SettingCatalogue.grammarFile.erased
  }

  private static let byName = Dictionary(
    settings.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first }
  ).merging(aliases) { first, _ in first }

  /// Reads what is left of a request: settings, and what OpenAI's API has.
  ///
  /// - Parameter own: the names that the endpoint itself reads.
  static func settings(of fields: RequestFields, own: [String]) throws(APIError) -> [Setting] {
    var settings: [Setting] = []
    var names: [AnyParameter: String] = [:]
    for member in fields.rest {
      guard let parameter = byName[member.key] else {
        if ignored.contains(member.key) { continue }
        if let neutral = refused[member.key] {
          if neutral.contains(member.value) { continue }
          throw .invalid(member.key, "is not supported here; leave it out")
        }
        throw unknown(member.key, known: own + byName.keys.sorted())
      }
      if let other = names.updateValue(member.key, forKey: parameter) {
        throw .invalid(member.key, "and \(other) are the same setting; give one of them")
      }
      guard parameter.accepts(ParameterValue(member.value)) else {
        throw .invalid(member.key, "must be \(parameter.expectation)")
      }
      settings.append(Setting(parameter, ParameterValue(member.value), from: .request))
    }
    return settings
  }

  /// The error for a name that nobody knows.
  static func unknown(_ name: String, known: [String]) -> APIError {
    let nearest = NearestName.nearest(to: name, in: known)
    return .invalid(
      name, "is no field of this request" + (nearest.map { "; did you mean \($0)?" } ?? ""))
  }
}
