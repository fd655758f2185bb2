import ArgumentParser
import Inference

/// Where keys and values of prompts are kept.
struct PromptCacheOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Keeps the prompt's keys and values in a file: what it has in common with the next prompt isn't read again, and the text stays the same. For the same model, adapters, compute type and cache type.",
      valueName: "file"), completion: .file())
  var promptCache: String?

  func validate() throws { try requirePath(promptCache, "--prompt-cache") }

  /// The cache for a model, where one is asked for.
  ///
  /// - Throws: `CommandFailure` for a file that is no cache, damaged, or another model's.
  func cache(for model: Model) throws(CommandFailure) -> PromptCache? {
    guard let promptCache else { return nil }
    do throws(InferenceError) { return try PromptCache(promptCache, for: model) } catch {
      throw CommandFailure(error)
    }
  }
}
