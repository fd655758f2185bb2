import JSON
import Metrics

extension Manifest {
  /// Reads `manifest.json`; `nil` where it isn't there, or is empty.
  ///
  /// - Throws: ``SweepError/mismatch(path:reason:)`` for a file that isn't one.
  static func read(_ path: String) throws(SweepError) -> Manifest? {
    // An empty one is what a full disk leaves of some file systems: nothing was begun.
    guard let bytes = try FileSystem.contents(of: path), !bytes.isEmpty else { return nil }
    let value: JSONValue
    do {
      value = try JSONValue(parsing: bytes)
    } catch {
      throw .mismatch(path: path, reason: "is not JSON: \(error)")
    }
    guard let manifest = Manifest(value) else {
      throw .mismatch(path: path, reason: "is not the manifest of a sweep that this version reads")
    }
    return manifest
  }

  init?(_ value: JSONValue) {
    guard value["schema"] == .integer(1), let name = value["name"]?.string,
      let digest = value["digest"]?.string,
      let shard = value["shard"]?.string.flatMap({ Shard($0) }),
      let toolVersion = value["version"]?.string, let model = value["model"]?.string,
      let metrics = value["metrics"]?.strings, let holdout = value["holdout"]?.double,
      let seed = value["seed"]?.unsigned, case .integer(let repeats)? = value["repeats"],
      (1...FieldReader.maximumRunCount).contains(repeats),
      case .bool(let isExhaustive)? = value["exhaustive"],
      let parameters = value["parameters"]?.strings,
      let prompts = value["prompts"]?.all(SweepPrompt.init),
      let trials = value["trials"]?.all(Trial.init)
    else { return nil }
    var objective: SweepSpecification.Objective?
    if let metric = value["metric"], metric != .null {
      guard let name = metric["name"]?.string,
        let goal = metric["goal"]?.string.flatMap(SweepSpecification.Goal.init)
      else { return nil }
      objective = .init(name: name, goal: goal)
    }
    self.init(
      name: name, digest: digest, shard: shard, toolVersion: toolVersion, model: model,
      objective: objective, metrics: metrics, holdout: holdout, seed: seed, repeats: repeats,
      isExhaustive: isExhaustive,
      prompts: prompts, parameters: parameters, trials: trials)
  }
}

extension SweepPrompt {
  fileprivate init?(_ value: JSONValue) {
    guard let id = value["id"]?.string, let text = value["prompt"]?.string,
      let references = value["references"]?.strings
    else { return nil }
    self.init(id: id, text: text, references: references)
  }
}

extension Trial {
  fileprivate init?(_ value: JSONValue) {
    guard let id = value["id"]?.string, case .integer(let number)? = value["number"],
      let parameters = value["parameters"]?.members, let settings = value["settings"]?.members,
      let given = value["given"]?.members,
      case .bool(let isDeterministic)? = value["deterministic"],
      case .integer(let resultCount)? = value["results"],
      (1...FieldReader.maximumRunCount).contains(resultCount),
      case .bool(let isBaseline)? = value["baseline"]
    else { return nil }
    self.init(
      id: id, number: number, parameters: parameters, settings: settings, given: given,
      isDeterministic: isDeterministic, resultCount: resultCount, isBaseline: isBaseline)
  }
}

extension JSONValue {
  fileprivate var strings: [String]? { all(\.string) }

  fileprivate var unsigned: UInt64? {
    switch self {
    case .integer(let value): UInt64(exactly: value)
    case .unsigned(let value): value
    default: nil
    }
  }

  /// Every element of a list, read; `nil` where one can't be, or it is no list.
  fileprivate func all<Element>(_ read: (JSONValue) -> Element?) -> [Element]? {
    guard case .array(let values) = self else { return nil }
    let elements = values.compactMap(read)
    return elements.count == values.count ? elements : nil
  }
}
