import Inference
import JSON

extension Inspection {
  /// A file of `--prompt-cache`.
  init(promptCache path: String) throws(InferenceError) {
    self.init(path: path, format: "prompt cache")
    guard let file = try PromptCacheFile(ifThere: path) else { return }
    metadata = file.key.json.members ?? []
    metadata.append(JSONMember("tokens", .integer(file.tokens.count)))
    metadata.append(JSONMember("bytes", .integer(file.byteCount)))
  }
}
