import Foundation
import Inference
import TestSupport

/// The embedded model with a chat template, and a context as long as one wants.
struct ChattingModel {
  /// A line for each turn.
  static let lines = """
    {{ bos_token }}{% for message in messages %}{{ message.role }}:{{ message.content }}
    {% endfor %}{% if add_generation_prompt %}assistant:{% endif %}
    """

  /// The same, with what stands before `</think>` taken out of answers that were given.
  static let thoughtless = """
    {{ bos_token }}{% for message in messages %}{{ message.role }}:{{ message.content.split('</think>')[-1] }}
    {% endfor %}{% if add_generation_prompt %}assistant:{% endif %}
    """

  let directory: TemporaryDirectory
  /// The directory that the model can be loaded from.
  var path: String { directory.path }

  /// - Parameter contextLength: the longest sequence that its files allow.
  init(template: String = Self.lines, contextLength: Int = 2048) throws {
    directory = try TemporaryDirectory()
    let source = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Vocab/storyteller")
    for name in try FileManager.default.contentsOfDirectory(atPath: source.path)
    where name != "config.json" {
      try FileManager.default.createSymbolicLink(
        atPath: directory.file(name), withDestinationPath: source.appendingPathComponent(name).path)
    }
    let configuration = try String(
      contentsOf: source.appendingPathComponent("config.json"), encoding: .utf8)
    try directory.write(
      Array(
        configuration.replacingOccurrences(
          of: "\"max_position_embeddings\": 512",
          with: "\"max_position_embeddings\": \(contextLength)"
        ).utf8), to: "config.json")
    try directory.write(Array(template.utf8), to: "chat_template.jinja")
  }
}
