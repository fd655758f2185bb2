internal import ChatTemplates
internal import Checkpoints
internal import Files
internal import JSON

/// Finds a model's chat template and parses it.
///
/// A template that can't be parsed is no reason not to load a model: the problem is kept for whoever asks for chat.
struct ChatTemplateReader {
  let template: ChatTemplate?
  let problem: ChatTemplateError?

  /// More than any template has; a parsed one is larger than its text.
  private static let maximumByteCount = 1 << 20

  private init(source: String?) {
    guard let source else {
      template = nil
      problem = nil
      return
    }
    do throws(ChatTemplateError) {
      template = try ChatTemplate(source: source)
      problem = nil
    } catch {
      template = nil
      problem = error
    }
  }

  /// `tokenizer.chat_template`.
  static func fromGGUF(_ file: GGUFFile) throws(LoadError) -> ChatTemplateReader {
    ChatTemplateReader(
      source: try LoadError.wrapping { () throws(CheckpointError) in
        try file.metadata.stringIfPresent("tokenizer.chat_template")
      })
  }

  /// `chat_template.jinja`, which transformers prefers, else `chat_template` of `tokenizer_config.json`: a text, or a
  /// list of named ones, of which `default` is taken.
  static func fromDirectory(
    _ directory: String, configuration: JSONFile?
  ) throws(LoadError) -> ChatTemplateReader {
    let path = "\(directory)/chat_template.jinja"
    if FileKind.isTaken(path) {
      return ChatTemplateReader(source: try text(ofFile: path))
    }
    let key = "chat_template"
    guard let configuration, case .array(let named)? = configuration[key] else {
      return ChatTemplateReader(source: try configuration?.string(key))
    }
    for case .object(let members) in named {
      let pairs = members.map { ($0.key, $0.value) }
      guard pairs.contains(where: { $0 == ("name", .string("default")) }),
        case .string(let source)? = pairs.first(where: { $0.0 == "template" })?.1
      else { continue }
      return ChatTemplateReader(source: source)
    }
    return ChatTemplateReader(source: nil)
  }

  private static func text(ofFile path: String) throws(LoadError) -> String {
    let file = try LoadError.wrapping { () throws(CheckpointError) in try MappedFile(path: path) }
    guard file.count <= maximumByteCount else {
      throw .unsupported(file: path, field: "size", what: "a template of more than 1 MiB")
    }
    let text = file.withUnsafeBytes { String(validating: $0, as: UTF8.self) }
    guard let text else { throw .invalid(file: path, field: "text", reason: "is not valid UTF-8") }
    return text
  }
}
