import JSON

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// One prompt of a `--prompts` file.
struct BatchPrompt: Sendable {
  /// What the user calls it, as the file writes it.
  var id: JSONValue?
  /// The text.
  var text: String
}

/// A file of prompts, one a line: `{"prompt": "…"}`, with an `id` where the user wants one back, or a JSON string.
/// Other keys are passed over, so that data sets can be read as they are; empty lines are skipped.
enum PromptsFile {
  /// The prompts of the file at `path`, or of standard input for `-`.
  static func read(_ path: String) throws(CommandFailure) -> [BatchPrompt] {
    let name = path == "-" ? "standard input" : path
    let bytes =
      path == "-"
      ? try FileIO.readAll(from: STDIN_FILENO, name: name) : try FileIO.readFile(path)
    var prompts: [BatchPrompt] = []
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() {
      if line.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) { continue }
      prompts.append(try prompt(in: Array(line), place: "\(name), line \(index + 1)"))
    }
    guard !prompts.isEmpty else {
      throw .failure("\(name): holds no prompts; write one {\"prompt\": \"…\"} on each line")
    }
    return prompts
  }

  private static func prompt(in line: [UInt8], place: String) throws(CommandFailure) -> BatchPrompt
  {
    let value: JSONValue
    do { value = try JSONValue(parsing: line) } catch {
      throw .failure("\(place): is not JSON: \(error)")
    }
    if let text = value.string { return BatchPrompt(id: nil, text: text) }
    guard let text = value["prompt"]?.string else {
      throw .failure("\(place): is neither {\"prompt\": \"…\"} nor a JSON string")
    }
    return BatchPrompt(id: value["id"], text: text)
  }
}
