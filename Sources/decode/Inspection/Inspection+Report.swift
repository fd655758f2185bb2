import Checkpoints
import JSON
import Models

extension Inspection {
  /// The report as JSON.
  var json: JSONValue {
    .members([
      "schema": .integer(1), "path": .string(path), "format": .string(format),
      "architecture": architecture.map(JSONValue.string) ?? .null,
      "parameters": .integer(parameterCount), "bytes": .integer(byteCount),
      "types": .array(
        types.map {
          .members([
            "type": .string($0.name), "tensors": .integer($0.tensors),
            "parameters": .integer($0.parameters), "bytes": .integer($0.bytes),
          ])
        }),
      "tokenizer": tokenizer.map {
        .members(["kind": .string($0.kind), "tokens": $0.count.map(JSONValue.integer) ?? .null])
      } ?? .null,
      "adapter": adapter?.json ?? .null,
      "metadata": .object(metadata),
      "tensors": .array(
        tensors.map {
          .members([
            "name": .string($0.name), "type": .string($0.typeName), "shape": .integers($0.shape),
            "bytes": .integer($0.byteCount),
          ])
        }),
    ])
  }

  /// The report for reading.
  var text: String {
    var rows = [["format", format]]
    if let architecture { rows.append(["architecture", architecture]) }
    if !tensors.isEmpty {
      rows.append(["parameters", "\(parameterCount)"])
      rows.append(["bytes", "\(byteCount)"])
      rows.append(["types", types.map { "\($0.name) (\($0.tensors))" }.joined(separator: ", ")])
    }
    if let tokenizer {
      rows.append(["tokenizer", tokenizer.kind + (tokenizer.count.map { ", \($0) tokens" } ?? "")])
    }
    if let adapter { rows += adapter.rows }
    var sections = [TextTable(rows: rows).text]
    if let adapter, !adapter.modules.isEmpty {
      sections.append(TextTable(rows: adapter.moduleRows, rightAligned: [1, 2, 3]).text)
    }
    if !metadata.isEmpty {
      sections.append(TextTable(rows: metadata.map { [$0.key, Self.shortened($0.value)] }).text)
    }
    if !tensors.isEmpty {
      let rows = tensors.map {
        [
          $0.name, $0.typeName, $0.shape.map(String.init).joined(separator: " × "),
          "\($0.byteCount)",
        ]
      }
      sections.append(TextTable(rows: rows, rightAligned: [3]).text)
    }
    return sections.joined(separator: "\n")
  }

  /// One line that fits most terminals; `--format json` has it all.
  private static func shortened(_ value: JSONValue) -> String {
    let line =
      if let count = value["count"], value.members?.count == 1 {
        "(\(count.text) elements)"
      } else {
        value.text
      }
    return line.count <= 100 ? line : line.prefix(99) + "…"
  }
}
