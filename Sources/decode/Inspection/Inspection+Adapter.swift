import Checkpoints
import JSON
import Metrics
import Models

extension Inspection {
  /// A directory of a PEFT adapter.
  init(adapter path: String) throws {
    self.init(path: path, format: "PEFT adapter")
    adapter = try AdapterSummary(path: path)
    let configuration = "\(path)/adapter_config.json"
    let value: JSONValue
    do {
      value = try JSONValue(parsing: try FileIO.readFile(configuration), dialect: .python)
    } catch let error as JSONSyntaxError {
      throw CommandFailure.failure("\(configuration): is not JSON: \(error)")
    }
    // Dozens of features that are off would hide the few that are on.
    metadata = (value.members ?? []).filter { member in
      switch member.value {
      case .null, .bool(false): false
      case .array(let elements): !elements.isEmpty
      case .object(let members): !members.isEmpty
      default: true
      }
    }
    tensors = try SafetensorsFile(path: "\(path)/adapter_model.safetensors").tensorDescriptions
  }
}

extension AdapterSummary {
  /// The adapter as JSON.
  var json: JSONValue {
    .members([
      "base": base.map(JSONValue.string) ?? .null, "rslora": .bool(isRankStabilized),
      "dora": .bool(usesDoRA), "targets": .array(targets.map(JSONValue.string)),
      "modules": .array(
        modules.map {
          .members([
            "name": .string($0.name), "rank": .integer($0.rank), "alpha": .number($0.alpha),
            "scale": .number($0.scale),
          ])
        }),
      "replaced": .array(replaced.map(JSONValue.string)),
    ])
  }

  /// What holds for the whole adapter, as names and values.
  var rows: [[String]] {
    var rows: [[String]] = []
    if let base { rows.append(["base", base]) }
    rows.append(["rank", Self.distinct(modules.map { "\($0.rank)" })])
    rows.append(["alpha", Self.distinct(modules.map { Self.number($0.alpha) })])
    rows.append(["scale", Self.distinct(modules.map { Self.number($0.scale) })])
    let features = [isRankStabilized ? "rsLoRA" : nil, usesDoRA ? "DoRA" : nil].compactMap(\.self)
    if !features.isEmpty { rows.append(["features", features.joined(separator: ", ")]) }
    rows.append(["targets", targets.joined(separator: ", ")])
    if !replaced.isEmpty { rows.append(["replaces", "\(replaced.count) tensors"]) }
    return rows
  }

  /// A row for each module.
  var moduleRows: [[String]] {
    [["module", "rank", "alpha", "scale"]]
      + modules.map {
        [$0.name, "\($0.rank)", Self.number($0.alpha), Self.number($0.scale)]
      }
  }

  /// The last parts of the modules' names, each once.
  private var targets: [String] {
    var seen: Set<String> = []
    return modules.compactMap { module in
      let name = String(module.name.split(separator: ".").last ?? "")
      return seen.insert(name).inserted ? name : nil
    }
  }

  private static func distinct(_ values: [String]) -> String {
    var seen: Set<String> = []
    return values.filter { seen.insert($0).inserted }.joined(separator: ", ")
  }

  private static func number(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e9
      ? "\(Int(value))" : FixedPoint.text(value, places: 4)
  }
}
